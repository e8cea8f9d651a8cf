import type { Problem } from '../wire.ts'
import { Refusal } from './refusal.ts'

/** What a handler gives back: a view of wire.ts, a refusal, or a finished response (sockets, cookies, no content). */
export type Answer = object

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

/** The one place where answers become HTTP. Errors are RFC 9457 problems; with `about:blank` the title is the status's own. */
export function toResponse(answer: Answer, method: string): Response {
  if (answer instanceof Response) return answer
  if (!(answer instanceof Refusal)) return Response.json(answer)
  const problem: Problem = {
    type: 'about:blank',
    title: TITLES[answer.status] ?? 'Error',
    status: answer.status,
    detail: answer.detail,
    code: answer.code,
    ...(method === 'POST' ? { success: false as const } : {}),
  }
  const headers = { ...answer.headers, 'content-type': 'application/problem+json' }
  return new Response(JSON.stringify(problem), { status: answer.status, headers })
}
