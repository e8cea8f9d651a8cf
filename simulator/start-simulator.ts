import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Scope } from './api/scopes.ts'
import type { FaultOrder } from './faults/fault.ts'
import { handleRequest } from './handle-request.ts'
import type { EventInput } from './ledger/usage-event.ts'
import type { DirectoryChange } from './organisation/directory.ts'
import type { Policy } from './organisation/policies.ts'
import { Simulation, type SimulationOptions } from './simulation.ts'

export type SimulatorOptions = SimulationOptions & {
  /** 0, the default, takes any free port. */
  port?: number
  /** Faults armed from the start. */
  faults?: readonly FaultOrder[]
}

/** An OpenAI organisation on a loopback port. It never listens to other machines. */
export async function startSimulator({ port = 0, faults = [], ...options }: SimulatorOptions = {}) {
  const simulation = new Simulation(options)
  for (const order of faults) simulation.faults.arm(order)
  const server = createServer((request, response) => {
    // A request that broke off has nobody to answer.
    handleRequest(simulation, request, response).catch(() => response.destroy())
  })
  await listen(server, port)
  const taken = (server.address() as AddressInfo).port
  const url = `http://127.0.0.1:${taken}`
  return {
    url,
    port: taken,
    /** For OPENAI_BASE_URL. */
    baseUrl: `${url}/v1`,
    ledger: simulation.ledger,
    add: (...events: EventInput[]) => simulation.add(events),
    totals: (date?: string, at?: number) => simulation.totals(date, at),
    costs: (date?: string, at?: number) => simulation.costs(date, at),
    /** `change({ kind: 'key', id: 'key_sim', name: 'CI' })`: renamed, made, archived or deleted. */
    change: (...changes: DirectoryChange[]) => {
      for (const change of changes) simulation.directory.change(change, simulation.seconds())
    },
    directory: () => simulation.directory.list(),
    /** Model permissions by project, of those that ever had any; null: none. */
    policies: () => simulation.policies.list(simulation.seconds()),
    setPolicy: (project: string, policy: Policy | null) => simulation.setPolicy(project, policy),
    /** The scopes that the key has from now on. */
    setScopes: (...scopes: Scope[]) => {
      simulation.scopes = scopes
    },
    /** `fault('503', { count: 2 })` */
    fault: (fault: string, how: Omit<FaultOrder, 'fault'> = {}) => simulation.faults.arm({ ...how, fault }),
    clearFaults: () => simulation.faults.clear(),
    requests: () => simulation.requests.list(),
    clearRequests: () => simulation.requests.clear(),
    state: () => simulation.state(),
    close: () => close(server),
  }
}

export type Simulator = Awaited<ReturnType<typeof startSimulator>>

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const busy = error.code === 'EADDRINUSE'
      reject(busy ? new Error(`Port ${port} is in use by another program. Choose another with --port.`) : error)
    })
    server.listen(port, '127.0.0.1', resolve)
  })
}

function close(server: Server): Promise<void> {
  return new Promise(resolve => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}
