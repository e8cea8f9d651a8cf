// When to try a delivery again. Both bounds hold on their own: 24 hours by the clock, and a number of attempts that
// ends the matter even where the clock stands still or jumps back.

export const GIVE_UP_AFTER_MS = 24 * 3600 * 1000
/** Waits of 5 s doubling to an hour make about 33 attempts in 24 hours, 41 when the jitter always shortens them. */
export const MOST_ATTEMPTS = 41

const FIRST_DELAY_MS = 5_000
const SHORTEST_DELAY_MS = 1_000
export const LONGEST_DELAY_MS = 3600 * 1000
const JITTER = 0.2

export interface Wait {
  /** Attempts made so far, the failed one included. */
  attempts: number
  /** What the receiver asked for, if it did. */
  retryAfterMs: number | null
  /** In [0, 1). */
  random: number
}

/** Milliseconds to wait after a failed attempt. The receiver's own wish wins when longer, within the bounds. */
export function retryDelayMs({ attempts, retryAfterMs, random }: Wait): number {
  const doublings = Math.min(Math.max(0, attempts - 1), 20)
  const backoff = Math.min(FIRST_DELAY_MS * 2 ** doublings, LONGEST_DELAY_MS)
  const jittered = Math.round(backoff * (1 - JITTER + 2 * JITTER * random))
  const wished = retryAfterMs !== null && retryAfterMs > 0 ? Math.ceil(retryAfterMs) : 0
  return Math.min(Math.max(jittered, wished, SHORTEST_DELAY_MS), LONGEST_DELAY_MS)
}

/** Unix milliseconds of the next attempt; null: give up. */
export function nextAttemptAt(at: Wait & { createdAt: number; now: number }): number | null {
  if (at.attempts >= MOST_ATTEMPTS) return null
  const next = at.now + retryDelayMs(at)
  return next > at.createdAt + GIVE_UP_AFTER_MS ? null : next
}
