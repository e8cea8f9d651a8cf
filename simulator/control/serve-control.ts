import { type Answer, jsonAnswer } from '../api/answer.ts'
import { FAULTS } from '../faults/fault-catalogue.ts'
import type { Simulation } from '../simulation.ts'
import { readChanges, readScopes } from './read-changes.ts'
import { readEvents } from './read-events.ts'
import { readFaultOrder } from './read-fault-order.ts'
import { readPolicyChange } from './read-policy-change.ts'

/** Everything under /control/ is ours, not OpenAI's: look into the ledger, add to it, misbehave, see who asked what. */
export function serveControl(simulation: Simulation, method: string, url: URL, body: string): Answer {
  try {
    const serve = ROUTES[`${method} ${url.pathname}`]
    return serve ? jsonAnswer(200, serve(simulation, url, body)) : jsonAnswer(404, { error: ROUTE_LIST })
  } catch (error) {
    return jsonAnswer(400, { error: error instanceof Error ? error.message : String(error) })
  }
}

const ROUTES: Record<string, (simulation: Simulation, url: URL, body: string) => unknown> = {
  'GET /control/state': simulation => simulation.state(),
  'GET /control/ledger': (simulation, { searchParams }) => {
    return simulation.totals(searchParams.get('date') ?? undefined, readMoment(searchParams.get('at')))
  },
  'GET /control/costs': (simulation, { searchParams }) => {
    return simulation.costs(searchParams.get('date') ?? undefined, readMoment(searchParams.get('at')))
  },
  'GET /control/directory': simulation => simulation.directory.list(),
  'POST /control/directory': (simulation, _url, body) => {
    for (const change of readChanges(body)) simulation.directory.change(change, simulation.seconds())
    return simulation.directory.list()
  },
  'GET /control/policies': simulation => simulation.policies.list(simulation.seconds()),
  'POST /control/policies': (simulation, _url, body) => {
    const { project, policy } = readPolicyChange(body)
    simulation.setPolicy(project, policy)
    return simulation.policies.list(simulation.seconds())
  },
  'GET /control/scopes': simulation => ({ scopes: simulation.scopes }),
  'PUT /control/scopes': (simulation, _url, body) => {
    simulation.scopes = readScopes(body)
    return { scopes: simulation.scopes }
  },
  'POST /control/add': (simulation, _url, body) => simulation.add(readEvents(body)),
  'GET /control/replay': simulation => simulation.state().replay,
  'GET /control/faults': () => Object.fromEntries([...FAULTS].map(([name, { summary }]) => [name, summary])),
  'GET /control/fault': simulation => simulation.faults.list(),
  'POST /control/fault': (simulation, _url, body) => {
    simulation.faults.arm(readFaultOrder(body))
    return simulation.faults.list()
  },
  'DELETE /control/fault': simulation => {
    simulation.faults.clear()
    return simulation.faults.list()
  },
  'GET /control/requests': simulation => simulation.requests.list(),
  'DELETE /control/requests': simulation => {
    simulation.requests.clear()
    return simulation.requests.list()
  },
}

const ROUTE_LIST = `Not found. There are: ${Object.keys(ROUTES).join(', ')}.`

/** Unix seconds or a date text; undefined means now. */
function readMoment(text: string | null): number | undefined {
  if (text === null) return undefined
  const seconds = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Date.parse(text) / 1000
  if (!Number.isFinite(seconds)) throw new Error(`at: '${text}' is neither Unix seconds nor a date.`)
  return seconds
}
