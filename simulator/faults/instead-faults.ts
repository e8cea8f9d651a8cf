import { incorrectKey } from '../api/admin-key.ts'
import { type Answer, errorAnswer } from '../api/answer.ts'
import { missingScope, scopeFor } from '../api/scopes.ts'
import type { Asked, Fault, FaultOrder } from './fault.ts'

const PAGE = '<!DOCTYPE html><html><head><title>Error</title></head><body><h1>Something went wrong</h1></body></html>'

function instead(summary: string, answer: (order: FaultOrder, asked: Asked) => Answer | undefined): Fault {
  return { kind: 'instead', summary, answer }
}

function html(status: number): Answer {
  return { status, headers: { 'content-type': 'text/html; charset=utf-8' }, body: PAGE }
}

function empty(status: number): Answer {
  return { status, headers: {}, body: '' }
}

function server(status: number): Answer {
  return errorAnswer(status, { message: 'The server had an error processing your request.', type: 'server_error' })
}

function slowDown(headers: Record<string, string>): Answer {
  const message = 'Rate limit reached for organization usage. Please slow down.'
  const answer = errorAnswer(429, { message, type: 'requests', code: 'rate_limit_exceeded' })
  return { ...answer, headers: { ...answer.headers, ...headers } }
}

/** Answers in place of the real one (fault matrix, upstream: refused, limited, broken, moved). */
export const INSTEAD_FAULTS: Record<string, Fault> = {
  '401': instead('wrong, revoked or expired key', () => incorrectKey('sk-admin-abcdefghijklmnop1234')),
  '401-generic': instead('flaky refusal: generic text, code null', () => {
    return errorAnswer(401, { message: 'Could not validate your credentials. Please try again.' })
  }),
  '403': instead('refused, envelope', (_order, { url }) => {
    const scope = scopeFor({ method: 'GET', pathname: url.pathname })
    const message = `You have insufficient permissions for this operation. Missing scopes: ${scope}.`
    return errorAnswer(403, { message, code: 'insufficient_permissions' })
  }),
  '401-ip': instead('refused: the address is on no list', () => {
    return errorAnswer(401, { message: 'Your IP is not authorized to use this API.', code: 'ip_not_authorized' })
  }),
  '403-region': instead('refused: the country is not served', () => {
    const message = 'Country, region, or territory not supported'
    return errorAnswer(403, { message, type: 'request_forbidden', code: 'unsupported_country_region_territory' })
  }),
  '403-string': instead('refused, error is a bare string', (_order, { url }) => {
    return missingScope(scopeFor({ method: 'GET', pathname: url.pathname }))
  }),
  '404': instead('no such route', (_order, { url }) =>
    errorAnswer(404, { message: `Invalid URL (GET ${url.pathname})` }),
  ),
  '429': instead('limited, with Retry-After (2 s, or retry_after)', ({ retry_after = 2 }) => {
    return slowDown({ 'retry-after': String(retry_after) })
  }),
  '429-no-retry-after': instead('limited, no hint for how long', () => slowDown({})),
  '429-long': instead('limited for a day: more than any reader should obey', () =>
    slowDown({ 'retry-after': '86400' }),
  ),
  '429-date': instead('limited, with Retry-After as an HTTP date (2 s ahead, or retry_after)', (order, { now }) => {
    return slowDown({ 'retry-after': new Date((now + (order.retry_after ?? 2)) * 1000).toUTCString() })
  }),
  '429-quota': instead('no credit left: looks like a limit, and no wait helps', () => {
    const message = 'You exceeded your current quota, please check your plan and billing details.'
    return errorAnswer(429, { message, type: 'insufficient_quota', code: 'insufficient_quota' })
  }),
  '500': instead('server error, envelope', () => server(500)),
  '500-empty': instead('server error, no body', () => empty(500)),
  '500-html': instead('server error, HTML', () => html(500)),
  '503': instead('overloaded, envelope', () => server(503)),
  '503-empty': instead('overloaded, no body', () => empty(503)),
  '503-html': instead('overloaded, HTML', () => html(503)),
  '503-retry-after': instead('overloaded, with Retry-After (2 s, or retry_after)', ({ retry_after = 2 }) => {
    const answer = server(503)
    return { ...answer, headers: { ...answer.headers, 'retry-after': String(retry_after) } }
  }),
  'html-200': instead('HTML with status 200', () => html(200)),
  'empty-200': instead('status 200 and nothing else', () => empty(200)),
  redirect: instead('302 to /v1/redirected, which the request log shows if anyone follows', () => {
    return { status: 302, headers: { location: '/v1/redirected' }, body: '' }
  }),
  'refuse-future-end': instead('400 if end_time is later than now (one reader reports it)', (_order, { url, now }) => {
    const end = Number(url.searchParams.get('end_time') ?? 0)
    if (end <= now) return undefined
    return errorAnswer(400, {
      message: "Invalid 'end_time': it is in the future.",
      param: 'end_time',
      code: 'invalid_value',
    })
  }),
}
