import type { ChannelKind, ChannelView } from '../wire.ts'
import type { Delivery } from './delivery.ts'

const NEVER = Number.NEGATIVE_INFINITY

/** How each configured receiver is doing, from the deliveries to it. */
export function channelViews(
  deliveries: Delivery[],
  channels: readonly { id: string; kind: ChannelKind }[],
): ChannelView[] {
  const byChannel = Map.groupBy(deliveries, delivery => delivery.channel)
  return channels.map(({ id, kind }) => channelView(id, kind, byChannel.get(id) ?? []))
}

function channelView(channel: string, kind: ChannelKind, deliveries: Delivery[]): ChannelView {
  const parked = deliveries.filter(delivery => delivery.state === 'parked')
  const pending = deliveries.filter(delivery => delivery.state === 'pending')
  const deliveredAt = Math.max(NEVER, ...deliveries.map(delivery => delivery.deliveredAt ?? NEVER))
  const parkedAt = Math.max(NEVER, ...parked.map(delivery => delivery.dueAt))
  const retries = pending.filter(wasTried)
  const [last] = deliveries.filter(wasTried).sort((a, b) => touchedAt(b) - touchedAt(a))
  return {
    channel,
    kind,
    state: stateOf({ parkedAt, deliveredAt, retrying: retries.length > 0, used: deliveries.length > 0 }),
    pending: pending.length,
    parked: parked.length,
    last_status: last?.lastStatus ?? null,
    last_error: last?.lastError ?? null,
    next_attempt_at: retries.length === 0 ? null : Math.floor(Math.min(...retries.map(each => each.dueAt)) / 1000),
    last_delivered_at: deliveredAt === NEVER ? null : Math.floor(deliveredAt / 1000),
  }
}

interface Facts {
  parkedAt: number
  deliveredAt: number
  retrying: boolean
  used: boolean
}

function stateOf({ parkedAt, deliveredAt, retrying, used }: Facts): ChannelView['state'] {
  // Parked outranks retrying: something was given up, and no success since says that the receiver is well again.
  if (parkedAt > deliveredAt) return 'parked'
  if (retrying) return 'retrying'
  return used ? 'ok' : 'unused'
}

/** A first try under way has no error yet and is no retry. */
function wasTried(delivery: Delivery): boolean {
  return delivery.state !== 'pending' || delivery.lastError !== null
}

function touchedAt(delivery: Delivery): number {
  return delivery.deliveredAt ?? delivery.dueAt
}
