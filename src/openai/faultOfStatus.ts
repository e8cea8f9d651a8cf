import { retryAfterOf } from '../retryAfter.ts'
import type { UpstreamFault } from './upstreamFault.ts'

export interface Refusal {
  status: number
  headers: Headers
  body: string
  requestId: string | null
}

/**
 * The fault behind an answer that is not 200. The body decides which refusal it is, but only the name of a missing
 * scope is taken over from it: the rest of OpenAI's text can hold part of the key. `now` in Unix milliseconds.
 */
export function faultOfStatus({ status, headers, body, requestId }: Refusal, now: number): UpstreamFault {
  if (status === 401 || status === 403) {
    const error = errorIn(body)
    if (REGION.test(error)) return { kind: 'regionBlocked', status, requestId }
    if (ADDRESS.test(error)) return { kind: 'ipBlocked', status, requestId }
    const missingScope = /Missing scopes?:\s*([a-z][a-z._]{0,60}[a-z])/.exec(body)?.[1] ?? null
    return { kind: 'refused', status, missingScope, requestId }
  }
  if (status === 429) {
    if (CREDIT.test(errorIn(body))) return { kind: 'noCredit', status, requestId }
    return { kind: 'rateLimited', status, retryAfterMs: waitOf(headers, now), requestId }
  }
  if (status === 408 || status === 409 || status >= 500) {
    return { kind: 'serverError', status, retryAfterMs: waitOf(headers, now), requestId }
  }
  return { kind: 'unexpectedStatus', status, requestId, ...(status === 404 && saysGone(body) && { isGone: true }) }
}

/** A gateway's 404, or that of an address which OpenAI does not have, says nothing about what was asked for. */
function saysGone(body: string): boolean {
  const { message } = (errorOf(body) ?? {}) as { message?: unknown }
  return typeof message === 'string' && message !== '' && !NO_ROUTE.test(errorIn(body))
}

// By code where there is one, else by the message that the same refusals carry.
const REGION = /unsupported_country_region_territory|country, region, or territory not supported/i
const ADDRESS = /ip_not_authorized|\bIP (address )?(is )?not authorized/i
const NO_ROUTE = /unknown_url|invalid url|unknown request url/i
const CREDIT = /insufficient_quota|exceeded your current quota/i

/** Code, type and message of the error, one a line. It may be an object or, for missing scopes, a bare string. */
function errorIn(body: string): string {
  const error = errorOf(body)
  if (typeof error === 'string') return error
  const { code, type, message } = (error ?? {}) as Record<string, unknown>
  return [code, type, message].filter(part => typeof part === 'string').join('\n')
}

/** Whatever the body has under `error`. */
function errorOf(body: string): unknown {
  try {
    return ((JSON.parse(body) ?? {}) as { error?: unknown }).error
  } catch {
    return undefined
  }
}

/** `retry-after-ms`, which OpenAI's own SDK obeys first, else `Retry-After`; null where neither asks for a wait. */
function waitOf(headers: Headers, now: number): number | null {
  const ms = headers.get('retry-after-ms')?.trim() ?? ''
  const wait = /^\d{1,12}(\.\d+)?$/.test(ms) ? Math.ceil(Number(ms)) : 0
  return wait || retryAfterOf(headers, now) || null
}
