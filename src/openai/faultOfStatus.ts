import type { UpstreamFault } from './upstreamFault.ts'

/**
 * The fault behind an answer that is not 200. Of the body only the name of a missing scope is taken over: the rest of
 * OpenAI's text can hold part of the key. `error` may be an object or, for missing scopes, a bare string.
 */
export function faultOfStatus(status: number, headers: Headers, body: string, requestId: string | null): UpstreamFault {
  if (status === 401 || status === 403) {
    const missingScope = /Missing scopes?:\s*([a-z][a-z._]{0,60}[a-z])/.exec(body)?.[1] ?? null
    return { kind: 'refused', status, missingScope, requestId }
  }
  if (status === 429) return { kind: 'rateLimited', status, retryAfterMs: retryAfterIn(headers), requestId }
  if (status === 408 || status === 409 || status >= 500) {
    return { kind: 'serverError', status, retryAfterMs: retryAfterIn(headers), requestId }
  }
  return { kind: 'unexpectedStatus', status, requestId }
}

/** `retry-after-ms`, else `Retry-After` in seconds, as OpenAI's own SDK reads them; null when absent or no number. */
function retryAfterIn(headers: Headers): number | null {
  const ms = Number(headers.get('retry-after-ms') ?? Number.NaN)
  if (ms > 0) return ms
  const seconds = Number(headers.get('retry-after') ?? Number.NaN)
  return seconds > 0 ? seconds * 1000 : null
}
