import { alertKindOf } from '../../alerts/alertKindOf.ts'
import { incidentOf } from '../../alerts/incidentOf.ts'
import type { Message } from '../../alerts/message.ts'
import { healthAfter } from '../../outbox/channelHealth.ts'
import type { Delivery } from '../../outbox/delivery.ts'
import { newDelivery } from '../../outbox/newDelivery.ts'
import type { Channel } from '../../receivers/channel.ts'
import { isWanted } from '../../receivers/isWanted.ts'
import { hasState } from '../../receivers/traits.ts'
import type { Desk } from '../desk.ts'
import {
  deleteDelivery,
  insertMessage,
  readHealth,
  readOpenDeliveries,
  writeDelivery,
  writeHealth,
} from '../store/deliveryStore.ts'
import type { Sql } from '../store/sql.ts'

/**
 * Owes a message to every receiver that wants it, in the transaction that the caller is in: what is seen and who must be told of it are
 * stored together or not at all. Without a receiver the message waits for one as long as it is news. Returns false, and owes
 * nobody, where ALERTS leaves its kind out.
 */
export function oweMessage(desk: Desk, message: Message, now: number): boolean {
  if (!desk.config.alertKinds.has(alertKindOf(message))) return false
  const { sql } = desk.ports
  insertMessage(sql, message, now)
  const told = desk.config.channels.filter(channel => isWanted(channel, message))
  for (const channel of told) noteDelivery(sql, withEnd(newDelivery(message.id, channel.id, now), channel, message))
  return true
}

/** A new delivery as it is stored: with the time at which its receiver must be told that it is over. */
export function withEnd(delivery: Delivery, { kind }: Channel, message: Message): Delivery {
  if (!hasState(kind)) return delivery
  const { endsByTime, endsAt } = incidentOf(message)
  return endsByTime ? { ...delivery, endsAt } : delivery
}

/** Writes a delivery together with what is known of its receiver. `wasTry`: it is what a try came to. */
export function noteDelivery(sql: Sql, delivery: Delivery, wasTry = false): void {
  const { channel } = delivery
  writeDelivery(sql, delivery)
  writeHealth(sql, channel, healthAfter(readHealth(sql, channel), readOpenDeliveries(sql, channel), delivery, wasTry))
}

/** Takes back a delivery that is owed no more; what its last try came to stays known. */
export function dropDelivery(sql: Sql, delivery: Delivery): void {
  const { channel } = delivery
  deleteDelivery(sql, delivery)
  const held = readHealth(sql, channel)
  if (held === null) return
  const open = readOpenDeliveries(sql, channel)
  const { lastStatus, lastError } = held
  const after = healthAfter(held, open, { ...delivery, state: 'delivered', deliveredAt: null })
  writeHealth(sql, channel, { ...after, lastStatus, lastError })
}

/** What is known of a receiver whose deliveries are older than its health: of a release before this one. */
export function noteHealth(sql: Sql, channel: string): void {
  const open = readOpenDeliveries(sql, channel)
  const last = open.at(-1)
  if (last !== undefined && readHealth(sql, channel) === null) writeHealth(sql, channel, healthAfter(null, open, last))
}
