import type { ChannelKind, ChannelView } from '../wire.ts'
import type { Delivery } from './delivery.ts'

/** Tries by what they came to, since the first one that was counted. */
export interface DeliveryCounts {
  delivered: number
  /** Not now, or no answer: tried again. */
  failed: number
  /** Given up. */
  parked: number
}

const COUNTED_AS = { delivered: 'delivered', pending: 'failed', parked: 'parked' } as const
export const NO_TRIES: DeliveryCounts = { delivered: 0, failed: 0, parked: 0 }

/** How one receiver is doing, as it is stored: plain JSON. Times are Unix milliseconds. */
export interface ReceiverHealth {
  pending: number
  parked: number
  /** Of the last try that came to an end; null before the first, and where no answer came. */
  lastStatus: number | null
  lastError: string | null
  /** When the next of the messages that failed is sent again; null where none did. */
  nextRetryAt: number | null
  lastDeliveredAt: number | null
  /** The latest of those that are parked now. */
  lastParkedAt: number | null
  /** Not there before the first try of this release or a later one. */
  tries?: DeliveryCounts
}

/**
 * What is known of a receiver once `settled` is stored: a delivery that is new, or that a try, a rest of the channel or a
 * change of the settings has changed. `deliveries`: all that are pending or parked there; whether `settled` is among them
 * already does not matter. `wasTry`: it is what a try came to.
 */
export function healthAfter(
  held: ReceiverHealth | null,
  deliveries: Delivery[],
  settled: Delivery,
  wasTry = false,
): ReceiverHealth {
  const open = [...deliveries.filter(({ messageId }) => messageId !== settled.messageId), settled]
  const pending = open.filter(({ state }) => state === 'pending')
  const parked = open.filter(({ state }) => state === 'parked')
  const last = wasTried(settled) ? settled : held
  return {
    pending: pending.length,
    parked: parked.length,
    lastStatus: last?.lastStatus ?? null,
    lastError: last?.lastError ?? null,
    nextRetryAt: pick(
      Math.min,
      pending.filter(wasTried).map(({ dueAt }) => dueAt),
    ),
    lastDeliveredAt: pick(
      Math.max,
      [held?.lastDeliveredAt ?? null, settled.deliveredAt].filter(at => at !== null),
    ),
    lastParkedAt: pick(
      Math.max,
      parked.map(({ dueAt }) => dueAt),
    ),
    ...triesAfter(held?.tries, wasTry ? COUNTED_AS[settled.state] : null),
  }
}

function triesAfter(
  held: DeliveryCounts | undefined,
  result: keyof DeliveryCounts | null,
): Pick<ReceiverHealth, 'tries'> {
  if (result === null) return held === undefined ? {} : { tries: held }
  const tries = held ?? NO_TRIES
  return { tries: { ...tries, [result]: tries[result] + 1 } }
}

/** `health`: null where nothing was ever owed to the receiver. */
export function channelView(
  { id, kind }: { id: string; kind: ChannelKind },
  health: ReceiverHealth | null,
): ChannelView {
  return {
    channel: id,
    kind,
    state: stateOf(health),
    pending: health?.pending ?? 0,
    parked: health?.parked ?? 0,
    last_status: health?.lastStatus ?? null,
    last_error: health?.lastError ?? null,
    next_attempt_at: seconds(health?.nextRetryAt ?? null),
    last_delivered_at: seconds(health?.lastDeliveredAt ?? null),
  }
}

function stateOf(health: ReceiverHealth | null): ChannelView['state'] {
  if (health === null) return 'unused'
  const { lastParkedAt, lastDeliveredAt, nextRetryAt } = health
  // Parked outranks retrying: something was given up, and no success since says that the receiver is well again.
  if (lastParkedAt !== null && (lastDeliveredAt === null || lastParkedAt > lastDeliveredAt)) return 'parked'
  return nextRetryAt === null ? 'ok' : 'retrying'
}

/** A first try under way has no error yet and is no retry. */
function wasTried(delivery: Delivery): boolean {
  return delivery.state !== 'pending' || delivery.lastError !== null
}

function pick(extreme: (...times: number[]) => number, times: number[]): number | null {
  return times.length === 0 ? null : extreme(...times)
}

function seconds(ms: number | null): number | null {
  return ms === null ? null : Math.floor(ms / 1000)
}
