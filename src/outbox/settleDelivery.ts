import type { Delivery, SendResult } from './delivery.ts'
import { MOST_ATTEMPTS, nextAttemptAt, retryDelayMs } from './retrySchedule.ts'

/**
 * Before a try: counted first, and not due again before a retry would be, so that a try which the process does not
 * survive is still a try with its wait.
 */
export function claim(delivery: Delivery, now: number, random: number): Delivery {
  const attempts = delivery.attempts + 1
  const dueAt = now + retryDelayMs({ attempts, retryAfterMs: null, random })
  return { ...delivery, attempts, dueAt, unanswered: delivery.unanswered + 1 }
}

/** A delivery whose tries are used up although none came to an end: parked. Null: it may be tried. */
export function parkExhausted(delivery: Delivery, now: number): Delivery | null {
  if (delivery.attempts < MOST_ATTEMPTS) return null
  return park(
    delivery,
    `gave up after ${delivery.attempts} attempts: the tracker ended during each of the last ones`,
    now,
  )
}

/**
 * What a claimed delivery becomes with the result of its try. Delivered is final: nothing takes it back. A receiver that
 * answers 4xx or 5xx may do so because of the rich body, whatever the status says (Mattermost answers 500 to a `type` that
 * it does not know), so nothing is given up after such an answer before the plain body was tried: at once where it
 * refuses, and with the first retry where the fault is said to be its own.
 */
export function settleDelivery(delivery: Delivery, result: SendResult, now: number, random: number): Delivery {
  if (delivery.state === 'delivered') return delivery
  switch (result.outcome) {
    case 'delivered': {
      const { status } = result
      return { ...answered(delivery), state: 'delivered', lastStatus: status, lastError: null, deliveredAt: now }
    }
    case 'refused':
    case 'malformed': {
      const told = { ...answered(delivery), lastStatus: result.status, lastError: result.error }
      if (mayBeTheBody(delivery, result.status)) return { ...told, plain: true, dueAt: now }
      const reason = result.outcome === 'malformed' ? `refused as plain text too: ${result.error}` : result.error
      return park(told, reason, now)
    }
    case 'failed': {
      const told = { ...answered(delivery), lastStatus: result.status, lastError: result.error }
      const next = retryOrPark(told, result.error, result.retryAfterMs, now, random)
      // Where retries end, `dueAt` is now: the plain body goes at once.
      if (next.state === 'parked' && mayBeTheBody(delivery, result.status))
        return { ...told, plain: true, dueAt: next.dueAt }
      return next.state === 'parked' ? next : { ...next, plain: isNextPlain(delivery, result.status) }
    }
    case 'unknown':
      return retryOrPark({ ...delivery, lastStatus: null, lastError: result.error }, result.error, null, now, random)
    default:
      return result satisfies never
  }
}

/** Too busy, too early, too slow: these say nothing of what was sent. */
const NOT_ABOUT_THE_BODY = new Set([408, 425, 429])

/** Said by what stands before the receiver while that is away. */
const AWAY = new Set([502, 503, 504])
/** A receiver that is away so often may be one that says so of a body that it does not understand. */
const AWAY_TRIES = 3

/**
 * A fault on the receiver's side may be the body's doing (Mattermost answers 500 to fields that it does not know) or an
 * outage: rich and plain take turns, so that neither a strict receiver nor one that was away gets less than it can take.
 */
function isNextPlain({ plain, attempts }: Delivery, status: number | null): boolean {
  if (status === null || status < 400 || NOT_ABOUT_THE_BODY.has(status)) return plain
  return AWAY.has(status) && attempts < AWAY_TRIES ? plain : !plain
}

function mayBeTheBody(delivery: Delivery, status: number | null): boolean {
  return !delivery.plain && status !== null && status >= 400 && !NOT_ABOUT_THE_BODY.has(status)
}

/** Shown to the operator as it stands; nothing is tried again until the configuration changes. */
export function park(delivery: Delivery, reason: string, now: number): Delivery {
  return { ...delivery, state: 'parked', dueAt: now, lastError: reason }
}

function retryOrPark(
  delivery: Delivery,
  error: string,
  retryAfterMs: number | null,
  now: number,
  random: number,
): Delivery {
  const { attempts, createdAt } = delivery
  const dueAt = nextAttemptAt({ attempts, createdAt, now, retryAfterMs, random })
  if (dueAt !== null) return { ...delivery, dueAt }
  const hours = Math.max(0, Math.round((now - createdAt) / 360_000) / 10)
  return park(
    delivery,
    `gave up after ${attempts} attempt${attempts === 1 ? '' : 's'} in ${hours} hours: ${error}`,
    now,
  )
}

/** The try has a known end, so it cannot be the cause of a repeat. */
function answered(delivery: Delivery): Delivery {
  return { ...delivery, unanswered: delivery.unanswered - 1 }
}
