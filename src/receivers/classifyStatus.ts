import type { SendResult } from '../outbox/delivery.ts'
import { retryAfterOf } from '../retryAfter.ts'
import type { Answer } from './kind.ts'

const MALFORMED = new Set([400, 413, 422])
const LATER = new Set([408, 425, 429])
/** What to do, where the status says it; shown to the operator beside the delivery. */
const HINTS: Record<number, string> = {
  401: 'the URL is not valid any more; set ALERT_WEBHOOK_URL again',
  403: 'posting there is not allowed; check the receiver or set ALERT_WEBHOOK_URL again',
  404: 'the webhook does not exist any more; set ALERT_WEBHOOK_URL again',
  410: 'the webhook is gone; set ALERT_WEBHOOK_URL again',
}

/** What an answer means where a kind knows no better. `receiver`: its name in the error that the operator reads. */
export function classifyStatus(
  receiver: string,
  { status, headers, shown, now }: Answer,
  retryAfterMs: number | null = retryAfterOf(headers, now),
): SendResult {
  const said = shown === '' ? '' : ` (${shown})`
  const error = (meaning: string) => `${receiver} answered ${status}: ${meaning}${said}`
  if (status >= 200 && status < 300) return { outcome: 'delivered', status }
  if (status >= 300 && status < 400) {
    const meaning = 'redirects are not followed; set the final URL in ALERT_WEBHOOK_URL'
    return { outcome: 'refused', status, error: error(meaning) }
  }
  if (MALFORMED.has(status)) return { outcome: 'malformed', status, error: error('it does not take this message') }
  if (LATER.has(status)) {
    return { outcome: 'failed', status, error: error(status === 429 ? 'too many messages' : 'not now'), retryAfterMs }
  }
  if (status >= 400 && status < 500) {
    return { outcome: 'refused', status, error: error(HINTS[status] ?? 'it refuses the request') }
  }
  const meaning = status >= 500 ? 'a fault on its side' : 'no final answer'
  return { outcome: 'failed', status, error: error(meaning), retryAfterMs }
}
