import type { Message } from '../alerts/message.ts'
import type { Delivery, SendResult } from './delivery.ts'
import { retryDelayMs } from './retrySchedule.ts'
import { claim, parkExhausted, settleDelivery } from './settleDelivery.ts'

export interface Owed {
  delivery: Delivery
  message: Message
}

/** `claim` and `settle` persist what they are given before they return. `send` ends by itself: it has a timeout. */
export interface DrainDeps {
  due(now: number): Owed[]
  claim(delivery: Delivery): void
  send(delivery: Delivery, message: Message): Promise<SendResult>
  settle(delivery: Delivery): void
  now(): number
  random(): number
}

export interface DrainReport {
  delivered: number
  /** Not now: a later drain tries again. */
  failed: number
  /** Given up, with the reason in the delivery. */
  parked: number
  /** Set when storage did not take a claim or a result. What was claimed is tried again later. */
  fault?: string
}

/** What is left stays due, so the next drain goes on with it; one drain must not outgrow the platform's request budget. */
const MOST_PER_CHANNEL = 10

/**
 * Sends what is due. Channels run side by side and cannot touch each other; within one, messages go in the order in
 * which they were made, one at a time. When a receiver says "not now", its other messages wait as long as that one: a
 * rate limit is the channel's, not the message's. Never throws.
 */
export async function drainDeliveries(deps: DrainDeps): Promise<DrainReport> {
  const report: DrainReport = { delivered: 0, failed: 0, parked: 0 }
  try {
    const channels = [...byChannel(deps.due(deps.now())).values()]
    await Promise.all(channels.map(owed => drainChannel(deps, owed, report)))
  } catch (error) {
    report.fault = describe(error)
  }
  return report
}

async function drainChannel(deps: DrainDeps, owed: Owed[], report: DrainReport): Promise<void> {
  try {
    for (const [index, { delivery, message }] of owed.slice(0, MOST_PER_CHANNEL).entries()) {
      const { settled, notBefore } = await deliver(deps, delivery, message)
      report[COUNTED_AS[settled.state]] += 1
      if (notBefore === null) continue
      for (const waiting of owed.slice(index + 1)) deps.settle({ ...waiting.delivery, dueAt: notBefore })
      return
    }
  } catch (error) {
    // Only storage throws here. Without a stored claim nothing may be sent, so this channel ends; the others go on.
    report.failed += 1
    report.fault = describe(error)
  }
}

const COUNTED_AS = { delivered: 'delivered', pending: 'failed', parked: 'parked' } as const

/** One delivery to its end in this drain: a body refused as malformed is followed at once by its plain form. */
async function deliver(deps: DrainDeps, delivery: Delivery, message: Message) {
  const exhausted = parkExhausted(delivery, deps.now())
  if (exhausted !== null) {
    deps.settle(exhausted)
    return { settled: exhausted, notBefore: null }
  }
  for (let current = delivery; ; ) {
    const claimed = claim(current, deps.now(), deps.random())
    deps.claim(claimed)
    const result = await attempt(deps, claimed, message)
    const [now, random] = [deps.now(), deps.random()]
    const settled = settleDelivery(claimed, result, now, random)
    deps.settle(settled)
    if (result.outcome !== 'malformed' || settled.state !== 'pending') {
      return { settled, notBefore: channelOpensAt(claimed.attempts, result, now, random) }
    }
    current = settled
  }
}

async function attempt(deps: DrainDeps, claimed: Delivery, message: Message): Promise<SendResult> {
  try {
    return await deps.send(claimed, message)
  } catch (error) {
    // Whether anything left before the throw cannot be told.
    return { outcome: 'unknown', error: describe(error) }
  }
}

/**
 * Null: the receiver answers, go on. Otherwise the channel rests as long as the message that failed, even when that one
 * was given up.
 */
function channelOpensAt(attempts: number, result: SendResult, now: number, random: number): number | null {
  if (result.outcome !== 'failed' && result.outcome !== 'unknown') return null
  const retryAfterMs = result.outcome === 'failed' ? result.retryAfterMs : null
  return now + retryDelayMs({ attempts, retryAfterMs, random })
}

function byChannel(owed: Owed[]): Map<string, Owed[]> {
  const ordered = [...owed].sort((a, b) => a.delivery.createdAt - b.delivery.createdAt)
  return Map.groupBy(ordered, ({ delivery }) => delivery.channel)
}

/** The name only: a message may carry the URL that was asked for. */
function describe(error: unknown): string {
  return error instanceof Error ? `unexpected ${error.name}` : 'unexpected fault'
}
