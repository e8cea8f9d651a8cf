import type { SendResult } from '../outbox/delivery.ts'
import type { ChannelKind } from '../wire.ts'

const MALFORMED = new Set([400, 413, 422])
const LATER = new Set([408, 425, 429])
const NAMES: Record<ChannelKind, string> = { slack: 'Slack', discord: 'Discord', generic: 'the receiver' }
/** What to do, where the status says it; shown to the operator beside the delivery. */
const HINTS: Record<number, string> = {
  401: 'the URL is not valid any more; set ALERT_WEBHOOK_URL again',
  403: 'posting there is not allowed; check the receiver or set ALERT_WEBHOOK_URL again',
  404: 'the webhook does not exist any more; set ALERT_WEBHOOK_URL again',
  410: 'the webhook is gone; set ALERT_WEBHOOK_URL again',
}

/**
 * What an answer means for the delivery; every status has a meaning. `body` is the sanitised beginning of the answer,
 * shown to the operator; `answer` is the same beginning as it came, for fields that only the body carries.
 */
export function classifyStatus(
  kind: ChannelKind,
  status: number,
  headers: Headers,
  body: string,
  now: number,
  answer: string = body,
): SendResult {
  const said = body === '' ? '' : ` (${body})`
  const error = (meaning: string) => `${NAMES[kind]} answered ${status}: ${meaning}${said}`
  if (status >= 200 && status < 300) return { outcome: 'delivered', status }
  if (status >= 300 && status < 400) {
    return {
      outcome: 'refused',
      status,
      error: error('redirects are not followed; set the final URL in ALERT_WEBHOOK_URL'),
    }
  }
  if (MALFORMED.has(status)) return { outcome: 'malformed', status, error: error('it does not take this message') }
  if (LATER.has(status)) {
    const retryAfterMs = longest(retryAfterHeader(headers, now), kind === 'discord' ? retryAfterField(answer) : null)
    return { outcome: 'failed', status, error: error(status === 429 ? 'too many messages' : 'not now'), retryAfterMs }
  }
  if (status >= 400 && status < 500) {
    return { outcome: 'refused', status, error: error(HINTS[status] ?? 'it refuses the request') }
  }
  const retryAfterMs = retryAfterHeader(headers, now)
  return {
    outcome: 'failed',
    status,
    error: error(status >= 500 ? 'a fault on its side' : 'no final answer'),
    retryAfterMs,
  }
}

/** Seconds or an HTTP date (RFC 9110, 10.2.3). Discord and Slack send seconds, Discord sometimes with a fraction. */
function retryAfterHeader(headers: Headers, now: number): number | null {
  const value = headers.get('retry-after') ?? ''
  if (/^\d{1,9}(\.\d+)?$/.test(value)) return Math.ceil(Number(value) * 1000)
  // Date.parse takes far more than HTTP dates ("-5" is a year), so the form is checked first.
  const at = /^[A-Z][a-z]{2,8}, .*GMT$/.test(value) ? Date.parse(value) : Number.NaN
  return Number.isNaN(at) ? null : Math.max(0, at - now)
}

/** Discord repeats the wait as seconds with a fraction in the body of its 429 (topics/rate-limits), global limits too. */
function retryAfterField(answer: string): number | null {
  try {
    const seconds: unknown = (JSON.parse(answer) as { retry_after?: unknown }).retry_after
    return typeof seconds === 'number' && seconds >= 0 && seconds <= 1e9 ? Math.ceil(seconds * 1000) : null
  } catch {
    // Also where the answer is `null`.
    return null
  }
}

function longest(a: number | null, b: number | null): number | null {
  return a === null && b === null ? null : Math.max(a ?? 0, b ?? 0)
}
