import * as readHistory from '../history/readHistory.ts'
import type { Env } from '../rpc/env.ts'
import type { Call, Ports } from './call.ts'
import { isolateOf } from './isolate.ts'
import { refusalFor } from './refusalFor.ts'
import { route } from './route.ts'
import { toResponse } from './toResponse.ts'
import { watchTracker } from './watchTracker.ts'

const PORTS: Ports = { history: readHistory, wait: ms => scheduler.wait(ms) }

/**
 * The HTTP side of the tracker. Always answers, never throws. Who may see the data is decided here, in the Worker; the
 * object and D1 are asked only for those who may. `now` is read once, so one answer has one idea of today.
 */
export async function handleRequest(
  request: Request,
  env: Env,
  ctx: Pick<ExecutionContext, 'waitUntil'>,
  ports: Ports = PORTS,
): Promise<Response> {
  const isolate = isolateOf(env)
  let url: URL | undefined
  const call: Call = {
    request,
    // Most requests have nothing in it to be read.
    get url() {
      url ??= new URL(request.url)
      return url
    },
    env,
    config: isolate.config,
    isolate,
    ports,
    now: Date.now(),
    ctx,
  }
  watchTracker(call)
  try {
    return toResponse(await route(call), call)
  } catch (error) {
    return toResponse(refusalFor(error, call), call)
  }
}
