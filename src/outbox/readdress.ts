import type { Delivery } from './delivery.ts'
import { newDelivery } from './newDelivery.ts'
import { GIVE_UP_AFTER_MS } from './retrySchedule.ts'
import { park } from './settleDelivery.ts'

export const REMOVED_REASON = 'its URL was taken out of ALERT_WEBHOOK_URL before it could be delivered'

export interface Readdressed {
  add: Delivery[]
  change: Delivery[]
}

/**
 * What follows when the operator changed ALERT_WEBHOOK_URL. Deliveries to receivers that are gone are parked, and their
 * messages, as long as nobody has got them, are owed to the receivers that are there now. A message that arrived
 * anywhere is not sent again, and one older than the time in which retries end is no news any more: mending a URL on
 * Monday does not post the alerts of the weekend. Doing it twice changes nothing.
 */
export function readdress(deliveries: Delivery[], channelIds: readonly string[], now: number): Readdressed {
  const configured = new Set(channelIds)
  const add: Delivery[] = []
  const change: Delivery[] = []
  for (const [messageId, siblings] of Map.groupBy(deliveries, delivery => delivery.messageId)) {
    const arrived = siblings.some(delivery => delivery.state === 'delivered')
    const fresh = siblings.some(delivery => now - delivery.createdAt <= GIVE_UP_AFTER_MS)
    const owed = !arrived && fresh
    for (const delivery of siblings) {
      const changed = configured.has(delivery.channel) ? comeBack(delivery, owed, now) : leave(delivery, now)
      if (changed !== null) change.push(changed)
    }
    if (!owed || !siblings.some(delivery => !configured.has(delivery.channel))) continue
    const has = new Set(siblings.map(delivery => delivery.channel))
    for (const channel of configured) if (!has.has(channel)) add.push(newDelivery(messageId, channel, now))
  }
  return { add, change }
}

function leave(delivery: Delivery, now: number): Delivery | null {
  return delivery.state === 'pending' ? park(delivery, REMOVED_REASON, now) : null
}

/** A URL that was out for a while (a deploy without the secret) gets what is still owed when it is back. */
function comeBack(delivery: Delivery, owed: boolean, now: number): Delivery | null {
  const wasRemoved = delivery.lastError === REMOVED_REASON
  return wasRemoved && owed ? { ...delivery, state: 'pending', dueAt: now, lastError: null } : null
}
