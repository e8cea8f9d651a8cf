import type { Config } from '../config/readConfig.ts'
import type { Env } from '../rpc/env.ts'
import type { HistoryReaders } from './history/historyReaders.ts'
import type { Isolate } from './isolate.ts'

/** Everything a handler may need, gathered once per request; `now` is the only clock that handlers know (ms). */
export interface Call {
  request: Request
  readonly url: URL
  env: Env
  config: Config
  isolate: Isolate
  ports: Ports
  now: number
  ctx: Pick<ExecutionContext, 'waitUntil'>
}

/** What the world does for the API, replaceable in tests. */
export interface Ports {
  history: HistoryReaders
  wait(ms: number): Promise<unknown>
}

/** Unix seconds of the request. */
export function nowSeconds(call: Call): number {
  return Math.floor(call.now / 1000)
}
