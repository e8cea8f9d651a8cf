import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { serveApi } from './api/serve-api.ts'
import { serveControl } from './control/serve-control.ts'
import { Simulation, type SimulationOptions } from './simulation.ts'

export type SimulatorOptions = SimulationOptions & {
  /** 0 takes any free port. */
  port?: number
  adminKey?: string
}

/** An OpenAI organisation on a loopback port. It never listens to other machines. */
export async function startSimulator(options: SimulatorOptions = {}) {
  const simulation = new Simulation(options)
  const server = createServer((request, response) => {
    void handle(request, response)
  })

  async function handle(request: IncomingMessage, response: ServerResponse) {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1')
    const method = request.method ?? 'GET'
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const now = simulation.seconds()
    const answer = url.pathname.startsWith('/control/')
      ? serveControl(simulation, method, url, Buffer.concat(chunks).toString())
      : serveApi(
          simulation.ledger,
          options.adminKey,
          { method, url, authorization: request.headers.authorization },
          { now, at: now },
        )
    response.writeHead(answer.status, {
      'x-request-id': `req_${randomUUID().replaceAll('-', '')}`,
      'openai-version': '2020-10-01',
      'x-openai-simulator': '1',
      ...answer.headers,
    })
    response.end(answer.body)
  }

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port ?? 0, '127.0.0.1', resolve)
  })
  const { port } = server.address() as AddressInfo
  const url = `http://127.0.0.1:${port}`
  return {
    url,
    port,
    baseUrl: `${url}/v1`,
    ledger: simulation.ledger,
    add: (...events: Parameters<Simulation['add']>[0]) => simulation.add(events),
    totals: (date?: string, at?: number) => simulation.totals(date, at),
    close: async () => {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }
}
