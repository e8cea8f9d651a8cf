import { type Answer, jsonAnswer } from '../api/answer.ts'
import type { Simulation } from '../simulation.ts'
import { readEvents } from './read-events.ts'

/** Everything under /control/ is ours, not OpenAI's: look into the ledger, add to it, and see who asked what. */
export function serveControl(simulation: Simulation, method: string, url: URL, body: string): Answer {
  try {
    const serve = ROUTES[`${method} ${url.pathname}`]
    return serve ? jsonAnswer(200, serve(simulation, url, body)) : jsonAnswer(404, { error: ROUTE_LIST })
  } catch (error) {
    return jsonAnswer(400, { error: error instanceof Error ? error.message : String(error) })
  }
}

const ROUTES: Record<string, (simulation: Simulation, url: URL, body: string) => unknown> = {
  'GET /control/ledger': (simulation, url) =>
    simulation.totals(url.searchParams.get('date') ?? undefined, readMoment(url.searchParams.get('at'))),
  'POST /control/add': (simulation, _url, body) => simulation.add(readEvents(body)),
}

const ROUTE_LIST = `Not found. There are: ${Object.keys(ROUTES).join(', ')}.`

/** Unix seconds or a date text; undefined means now. */
function readMoment(text: string | null): number | undefined {
  if (text === null) return undefined
  const seconds = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Date.parse(text) / 1000
  if (!Number.isFinite(seconds)) throw new Error(`at: '${text}' is neither Unix seconds nor a date.`)
  return seconds
}
