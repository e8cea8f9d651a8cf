import type { Delivery } from './delivery.ts'

/** A message owed to a receiver, due at once. */
export function newDelivery(messageId: string, channel: string, now: number): Delivery {
  return {
    messageId,
    channel,
    state: 'pending',
    attempts: 0,
    createdAt: now,
    dueAt: now,
    plain: false,
    lastStatus: null,
    lastError: null,
    deliveredAt: null,
    unanswered: 0,
  }
}
