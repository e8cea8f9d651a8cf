import * as readHistory from '../history/readHistory.ts'
import type { Env } from '../rpc/env.ts'
import { corsHeaders } from './auth/cors.ts'
import type { Call, Ports } from './call.ts'
import { isolateOf } from './isolate.ts'
import { refusalFor } from './refusalFor.ts'
import { route } from './routes.ts'
import { SECURITY_HEADERS } from './securityHeaders.ts'
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
  const url = new URL(request.url)
  const call: Call = { request, url, env, config: isolate.config, isolate, ports, now: Date.now(), ctx }
  watchTracker(call)
  const answer = await route(call).catch((error: unknown) => refusalFor(error, call))
  return finished(toResponse(answer, request.method), call)
}

function finished(response: Response, { request, config }: Call): Response {
  // A response with a socket cannot be rebuilt, and headers on it mean nothing.
  if (response.status === 101) return response
  const headers = new Headers(response.headers)
  for (const [name, value] of Object.entries(SECURITY_HEADERS)) headers.set(name, value)
  headers.set('cache-control', 'no-store')
  const method = request.method === 'OPTIONS' ? request.headers.get('access-control-request-method') : request.method
  const cors = corsHeaders(request.headers.get('origin'), method ?? 'GET', config)
  for (const [name, value] of Object.entries(cors)) headers.set(name, value)
  const body = request.method === 'HEAD' ? null : response.body
  return new Response(body, { status: response.status, headers })
}
