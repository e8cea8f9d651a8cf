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
  /** Takes one request from the budget of this wake; false: none is left. Asked before each send, and only then. */
  mayAsk(): boolean
  claim(delivery: Delivery): void
  send(delivery: Delivery, message: Message): Promise<SendResult>
  /** `wasTry`: it is what a try came to; else it waits for its channel. */
  settle(delivery: Delivery, wasTry: boolean): void
  now(): number
  random(): number
}

export interface DrainReport {
  delivered: number
  /** Not now: a later drain tries again. */
  failed: number
  /** Given up, with the reason in the delivery. */
  parked: number
  /** True when the budget ended before everything was sent: what is left is still due, unchanged. */
  postponed: boolean
  /** Set when storage did not take a claim or a result. What was claimed is tried again later. */
  fault?: string
}

/** What is left stays due, so the next drain goes on with it: one receiver must not take the whole of a wake. */
const MOST_PER_CHANNEL = 10

/**
 * Sends what is due. Channels run side by side and cannot touch each other; within one, messages go in the order in
 * which they were made, one at a time. When a receiver says "not now", its other messages wait as long as that one: a
 * rate limit is the channel's, not the message's. Never throws.
 */
export async function drainDeliveries(deps: DrainDeps): Promise<DrainReport> {
  const report: DrainReport = { delivered: 0, failed: 0, parked: 0, postponed: false }
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
      const { settled, notBefore, postponed } = await deliver(deps, delivery, message)
      if (settled !== null) report[COUNTED_AS[settled.state]] += 1
      if (postponed) {
        report.postponed = true
        return
      }
      if (notBefore === null) continue
      for (const waiting of owed.slice(index + 1)) deps.settle({ ...waiting.delivery, dueAt: notBefore }, false)
      return
    }
  } catch (error) {
    // Only storage throws here. Without a stored claim nothing may be sent, so this channel ends; the others go on.
    report.failed += 1
    report.fault = describe(error)
  }
}

const COUNTED_AS = { delivered: 'delivered', pending: 'failed', parked: 'parked' } as const

interface Delivered {
  /** What has become of it; null where nothing was sent. */
  settled: Delivery | null
  /** When the channel takes messages again; null: now. */
  notBefore: number | null
  postponed: boolean
}

/** One delivery to its end in this drain: a rich body that was refused is followed at once by its plain form. */
async function deliver(deps: DrainDeps, delivery: Delivery, message: Message): Promise<Delivered> {
  const exhausted = parkExhausted(delivery, deps.now())
  if (exhausted !== null) {
    deps.settle(exhausted, true)
    return { settled: exhausted, notBefore: null, postponed: false }
  }
  let settled: Delivery | null = null
  while (deps.mayAsk()) {
    const claimed: Delivery = claim(settled ?? delivery, deps.now(), deps.random())
    deps.claim(claimed)
    const result = await attempt(deps, claimed, message)
    const [now, random] = [deps.now(), deps.random()]
    settled = settleDelivery(claimed, result, now, random)
    deps.settle(settled, true)
    const again = settled.state === 'pending' && settled.dueAt <= now
    if (!again) return { settled, notBefore: channelOpensAt(claimed.attempts, result, now, random), postponed: false }
  }
  return { settled, notBefore: null, postponed: true }
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
  const ordered = [...owed].sort((a, b) => inOrder(a.delivery, b.delivery))
  return Map.groupBy(ordered, ({ delivery }) => delivery.channel)
}

/** By the id where two were made at once, so that a second drain has the order of the first. */
function inOrder(a: Delivery, b: Delivery): number {
  if (a.createdAt !== b.createdAt) return a.createdAt - b.createdAt
  return a.messageId < b.messageId ? -1 : 1
}

/** The name only: a message may carry the URL that was asked for. */
function describe(error: unknown): string {
  return error instanceof Error ? `unexpected ${error.name}` : 'unexpected fault'
}
