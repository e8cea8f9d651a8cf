import type { Problem } from '../wire.ts'
import { allowedOrigin } from './auth/cors.ts'
import type { Call } from './call.ts'
import { Refusal } from './refusal.ts'
import { Reply } from './reply.ts'

const TITLES: Record<number, string> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  409: 'Conflict',
  413: 'Content Too Large',
  426: 'Upgrade Required',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
}

/**
 * The one place where answers become HTTP: a view of wire.ts, a Reply, a Refusal, or the Response of a socket, which cannot be
 * made anew and whose headers mean nothing. HEAD is answered as GET, without the body.
 */
export function toResponse(answer: object, call: Call): Response {
  if (answer instanceof Response) return answer
  const { method } = call.request
  const { text, status, headers: own, tag } = replyOf(answer, method)
  const headers = call.isolate.commonHeaders.for(readableBy(call, method), tag)
  const response = new Response(method === 'HEAD' ? null : text, { status, headers })
  if (text === null) response.headers.delete('content-type')
  for (const name in own) response.headers.set(name, own[name] ?? '')
  return response
}

function readableBy({ request, config }: Call, method: string): string | null {
  const asked = method === 'OPTIONS' ? (request.headers.get('access-control-request-method') ?? 'GET') : method
  // Where no origin is listed, it does not matter who asks; reading headers is what costs most here.
  const origin = config.corsOrigins.length === 0 ? null : request.headers.get('origin')
  return allowedOrigin(origin, asked, config)
}

function replyOf(answer: object, method: string): Reply {
  if (answer instanceof Reply) return answer
  return answer instanceof Refusal ? problemOf(answer, method) : Reply.json(answer)
}

/** RFC 9457; with `about:blank` the title is the status's own. */
function problemOf({ status, detail, code, headers }: Refusal, method: string): Reply {
  const problem: Problem = {
    type: 'about:blank',
    title: TITLES[status] ?? 'Error',
    status,
    detail,
    code,
    ...(method === 'POST' ? { success: false as const, error: detail } : {}),
  }
  return Reply.json(problem, { status, headers: { ...headers, 'content-type': 'application/problem+json' } })
}
