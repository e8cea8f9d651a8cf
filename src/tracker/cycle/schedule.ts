import { Cron } from 'croner'
import { isRefusal, retryAfterOf, type UpstreamFault } from '../../openai/upstreamFault.ts'
import { floorTo, MINUTE_S } from '../../usage/utcDay.ts'

// When things happen, decided from plain values. Times are Unix milliseconds unless a name says seconds. A slot is an
// instant at which POLL_CRON comes true, in UTC.

interface Slots {
  cron: Cron
  /** Stretches without a slot that were looked at last: every instant in [from, next) has the same next slot. */
  known: { from: number; next: number }[]
}

const slots = new Map<string, Slots>()
/** A poll asks about the same few instants some thirty times, and each answer of croner costs 50 microseconds or more. */
const KNOWN_STRETCHES = 8

/** First slot after `after`. A checked expression always has one. */
export function nextSlot(pollCron: string, after: number): number {
  let of = slots.get(pollCron)
  if (of === undefined) {
    of = { cron: new Cron(pollCron, { utcOffset: 0, paused: true }), known: [] }
    slots.set(pollCron, of)
  }
  const held = of.known.find(({ from, next }) => after >= from && after < next)
  if (held !== undefined) return held.next
  const next = of.cron.nextRun(new Date(after))
  if (next === null) throw new RangeError(`POLL_CRON ${JSON.stringify(pollCron)} never comes true`)
  of.known.unshift({ from: after, next: next.getTime() })
  of.known.splice(KNOWN_STRETCHES)
  return next.getTime()
}

/** Three slots without a success, and the tracker no longer knows what is being used. */
const BLIND_AFTER_SLOTS = 3
const STALE_AFTER_SLOTS = 2
/** Time for the poll of a slot to finish before its absence counts. */
const POLL_GRACE_MS = 5_000

/** From when on a success at `lastSuccess` is too long ago to know what is being used. */
export function blindAt(pollCron: string, lastSuccess: number): number {
  return slotsAfter(pollCron, lastSuccess, BLIND_AFTER_SLOTS)
}

/** From when on the numbers of `lastSuccess` must not be shown as current. */
export function staleAt(pollCron: string, lastSuccess: number): number {
  return slotsAfter(pollCron, lastSuccess, STALE_AFTER_SLOTS) + POLL_GRACE_MS
}

function slotsAfter(pollCron: string, from: number, count: number): number {
  let at = from
  for (let slot = 0; slot < count; slot++) at = nextSlot(pollCron, at)
  return at
}

export interface PollFacts {
  lastAttempt: number | null
  /** Failed polls since the last success. */
  failures: number
  fault: UpstreamFault | null
  /** OpenAI asked not to be asked before; 0 when it did not. */
  notBefore: number
}

const FIRST_RETRY_MS = 1_000
const RETRY_FACTOR = 4
const SLOWEST_REFUSED_MS = 30 * 60_000
const RETRY_JITTER = 0.25

/**
 * When the next poll is due. After success: the next slot. After a fault that may pass: sooner, at 1, 4, 16 s ... until
 * the slots are sooner themselves. After a refusal (a key does not mend itself, and a stranger's errors count against
 * the address): slower and slower, to 30 min. Never before OpenAI's own Retry-After. `random` is in [0, 1).
 */
export function nextPollAt(pollCron: string, facts: PollFacts, now: number, random: number): number {
  const notBefore = waitEnd(facts.notBefore, now, LONGEST_RETRY_AFTER_MS)
  const last = facts.lastAttempt
  // Noted by a clock that has jumped back since: no slot counts from there.
  if (last === null || last > now) return Math.max(now, notBefore)
  const slot = nextSlot(pollCron, last)
  if (facts.failures === 0) return Math.max(slot, notBefore)
  if (facts.fault !== null && isRefusal(facts.fault)) {
    const interval = nextSlot(pollCron, slot) - slot
    const wait = Math.min(SLOWEST_REFUSED_MS, interval * 2 ** Math.min(20, facts.failures - 1))
    return Math.max(slot, last + wait, notBefore)
  }
  const backoff = FIRST_RETRY_MS * RETRY_FACTOR ** Math.min(20, facts.failures - 1)
  const wait = Math.round(backoff * (1 + RETRY_JITTER * random))
  return Math.max(Math.min(slot, last + wait), notBefore)
}

const SHORTEST_RETRY_AFTER_MS = 1_000
export const LONGEST_RETRY_AFTER_MS = 3_600_000

/** Until when OpenAI asked to be left alone, between a second and an hour from now; 0 when it did not ask. */
export function notBeforeOf(fault: UpstreamFault, now: number): number {
  const wait = retryAfterOf(fault)
  if (wait === null) return 0
  return now + Math.min(LONGEST_RETRY_AFTER_MS, Math.max(SHORTEST_RETRY_AFTER_MS, Math.ceil(wait)))
}

const FIRST_NAP_MS = 5_000
export const LONGEST_NAP_MS = 60_000

/**
 * How long to rest after a failure of the object's own making: 5 s, doubled to a minute. Storage may refuse for long (a
 * full disk, the day's rows of the free plan used up), and each try asks OpenAI for what cannot be kept.
 */
export function napMs(faultsInRow: number): number {
  return Math.min(LONGEST_NAP_MS, FIRST_NAP_MS * 2 ** Math.min(20, faultsInRow - 1))
}

/**
 * The end of a wait that was `longest` ms at most when it was noted. One that lies further ahead was noted by a clock
 * that has jumped back since, and is over: 0.
 */
export function waitEnd(end: number, now: number, longest: number): number {
  return end > now + longest ? 0 : end
}

/** A slot is served by a poll that starts at most this long after it; a later one leaves a hole to rebuild. */
const SERVED_WITHIN_MS = 60_000

/**
 * Snapshots (Unix seconds) that should stand between the last one and the one of a poll at `now`, both excluded, and do
 * not. Slots inside a minute stand at its start: minute buckets are the finest that OpenAI keeps. One by one, because a
 * month of them takes seconds to find.
 */
export function* missedTicks(pollCron: string, lastSnapshotS: number, nowS: number): Generator<number> {
  const now = nowS * 1000
  let slot = nextSlot(pollCron, lastSnapshotS * 1000)
  while (slot <= now) {
    const served = now - slot <= SERVED_WITHIN_MS && nextSlot(pollCron, slot) > now
    const minute = floorTo(slot / 1000, MINUTE_S)
    if (!served && minute > lastSnapshotS) yield minute
    // The rest of this minute would give the same tick.
    slot = nextSlot(pollCron, (minute + MINUTE_S) * 1000 - 1)
  }
}

const SHORTEST_NAP_MS = 20

/**
 * When to set the alarm, or null where the one that is set will do. `dues` always holds the next poll. An alarm in the
 * past may never fire by itself, so only a future one is trusted; and none is set for now, which may stall.
 */
export function nextWakeAt(armed: number | null, dues: readonly number[], now: number): number | null {
  const due = Math.max(now + SHORTEST_NAP_MS, Math.min(...dues))
  return armed !== null && armed > now && armed <= due ? null : due
}
