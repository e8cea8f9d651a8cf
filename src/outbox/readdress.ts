import type { Delivery } from './delivery.ts'
import { newDelivery } from './newDelivery.ts'
import { park } from './settleDelivery.ts'

export const REMOVED_REASON = 'its URL was taken out of ALERT_WEBHOOK_URL before it could be delivered'

/** A message that may still be owed to somebody. */
export interface OpenMessage {
  messageId: string
  /** Unix milliseconds. */
  createdAt: number
  /** All that there are of it; none where no receiver was configured when it was made. */
  deliveries: readonly Delivery[]
  /** True while it is news: its day is not over, or it is younger than the time in which retries end. */
  keepsFor: boolean
  /** The receivers that it is meant for, among those that there are; by default all. */
  audience?: readonly string[]
}

export interface Readdressed {
  add: Delivery[]
  change: Delivery[]
}

/**
 * What follows when the operator changed ALERT_WEBHOOK_URL. What is pending for receivers that are gone is parked, and a
 * message that is still news and that nobody has got is owed to every receiver that is there now and wants it, but for one that has
 * given it up: the same URL refuses it again. A message that arrived anywhere is not sent again, and one that is no news
 * any more stays where it is: mending a URL on Monday does not post the alerts of the weekend. Doing it twice changes nothing.
 */
export function readdress(messages: readonly OpenMessage[], channelIds: readonly string[], now: number): Readdressed {
  const configured = new Set(channelIds)
  const change: Delivery[] = []
  const add: Delivery[] = []
  for (const { messageId, deliveries, keepsFor, audience } of inOrder(messages)) {
    const owed = keepsFor && !deliveries.some(({ state }) => state === 'delivered')
    for (const delivery of deliveries) {
      const changed = configured.has(delivery.channel) ? comeBack(delivery, owed, now) : leave(delivery, now)
      if (changed !== null) change.push(changed)
    }
    if (!owed) continue
    const has = new Set(deliveries.map(({ channel }) => channel))
    for (const channel of audience ?? configured) if (!has.has(channel)) add.push(newDelivery(messageId, channel, now))
  }
  return { add: oneAfterTheOther(add), change }
}

function inOrder(messages: readonly OpenMessage[]): OpenMessage[] {
  return [...messages].sort((a, b) => a.createdAt - b.createdAt)
}

/** Receivers get messages in the order of `createdAt`: a millisecond between messages keeps the order of their making. */
function oneAfterTheOther(added: readonly Delivery[]): Delivery[] {
  const ids = [...new Set(added.map(({ messageId }) => messageId))]
  const before = new Map(ids.reverse().map((id, ms) => [id, ms]))
  return added.map(delivery => ({ ...delivery, createdAt: delivery.createdAt - (before.get(delivery.messageId) ?? 0) }))
}

function leave(delivery: Delivery, now: number): Delivery | null {
  return delivery.state === 'pending' ? park(delivery, REMOVED_REASON, now) : null
}

/** A URL that was out for a while (a deploy without the secret) gets what is still owed when it is back. */
function comeBack(delivery: Delivery, owed: boolean, now: number): Delivery | null {
  const wasRemoved = delivery.state === 'parked' && delivery.lastError === REMOVED_REASON
  return wasRemoved && owed ? { ...delivery, state: 'pending', dueAt: now, lastError: null } : null
}
