import type { Message } from '../alerts/message.ts'
import { newDelivery } from '../outbox/newDelivery.ts'
import type { Desk } from './desk.ts'
import { insertMessage, writeDelivery } from './store/alertStore.ts'

/**
 * Owes a message to every receiver, in the transaction that the caller is in: what is seen and who must be told of it are
 * stored together or not at all. Returns the message's id, or null where there is no receiver.
 */
export function oweMessage(desk: Desk, message: Message, now: number): string | null {
  const { sql } = desk.ports
  const { channels } = desk.config
  if (channels.length === 0) return null
  insertMessage(sql, message, now)
  for (const channel of channels) writeDelivery(sql, newDelivery(message.id, channel.id, now))
  return message.id
}
