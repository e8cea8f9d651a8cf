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

/** What a claimed delivery becomes with the result of its try. Delivered is final: nothing takes it back. */
export function settleDelivery(delivery: Delivery, result: SendResult, now: number, random: number): Delivery {
  if (delivery.state === 'delivered') return delivery
  switch (result.outcome) {
    case 'delivered': {
      const { status } = result
      return { ...answered(delivery), state: 'delivered', lastStatus: status, lastError: null, deliveredAt: now }
    }
    case 'refused':
      return park({ ...answered(delivery), lastStatus: result.status }, result.error, now)
    case 'malformed': {
      const told = { ...answered(delivery), lastStatus: result.status, lastError: result.error }
      return delivery.plain
        ? park(told, `refused as plain text too: ${result.error}`, now)
        : { ...told, plain: true, dueAt: now }
    }
    case 'failed': {
      const told = { ...answered(delivery), lastStatus: result.status, lastError: result.error }
      return retryOrPark(told, result.error, result.retryAfterMs, now, random)
    }
    case 'unknown':
      return retryOrPark({ ...delivery, lastStatus: null, lastError: result.error }, result.error, null, now, random)
    default:
      return result satisfies never
  }
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
