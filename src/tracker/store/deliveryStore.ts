import type { Message } from '../../alerts/message.ts'
import type { ReceiverHealth } from '../../outbox/channelHealth.ts'
import type { Delivery } from '../../outbox/delivery.ts'
import type { Owed } from '../../outbox/drainDeliveries.ts'
import { LONGEST_DELAY_MS } from '../../outbox/retrySchedule.ts'
import { first, type Sql, type SqlValue } from './sql.ts'

interface DeliveryRow {
  message_id: string
  channel: string
  state: Delivery['state']
  attempts: number
  created_ms: number
  due_ms: number
  plain: number
  last_status: number | null
  last_error: string | null
  delivered_ms: number | null
  unanswered: number
  ends_s: number | null
}

const COLUMNS = `message_id, channel, state, attempts, created_ms, due_ms, plain, last_status, last_error, delivered_ms,
  unanswered, ends_s`

const CHANGING = COLUMNS.split(/,\s+/).filter(column => !['message_id', 'channel', 'ends_s'].includes(column))

/** More due messages than one wake may send. */
const MOST_OWED = 100

export function insertMessage(sql: Sql, message: Message, now: number): void {
  sql.all('INSERT INTO message (id, created_ms, body) VALUES (?, ?, ?)', message.id, now, JSON.stringify(message))
}

/** Messages made since `since` (ms), oldest first. */
export function readMessagesSince(sql: Sql, since: number): { createdAt: number; message: Message }[] {
  return sql
    .all<{ createdAt: number; body: string }>(
      'SELECT created_ms AS createdAt, body FROM message WHERE created_ms >= ? ORDER BY created_ms, id',
      since,
    )
    .map(({ createdAt, body }) => ({ createdAt, message: toMessage(body) }))
}

/** That its end must be told is noted when the delivery is new, and taken back by `noteEnded` alone. */
export function writeDelivery(sql: Sql, delivery: Delivery): void {
  sql.all(
    `INSERT INTO delivery (${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET ${CHANGING.map(column => `${column} = excluded.${column}`).join(', ')}`,
    delivery.messageId,
    delivery.channel,
    delivery.state,
    delivery.attempts,
    delivery.createdAt,
    delivery.dueAt,
    delivery.plain ? 1 : 0,
    delivery.lastStatus,
    delivery.lastError,
    delivery.deliveredAt,
    delivery.unanswered,
    delivery.endsAt ?? null,
  )
}

/** Deliveries whose receivers must be told now that it is over, oldest first. */
export function readEnded(sql: Sql, nowS: number): Owed[] {
  return readWithMessage(sql, 'ends_s <= ? ORDER BY delivery.created_ms, message_id', nowS)
}

export function noteEnded(sql: Sql, nowS: number): void {
  sql.all('UPDATE delivery SET ends_s = NULL WHERE ends_s <= ?', nowS)
}

export function deleteDelivery(sql: Sql, { messageId, channel }: Delivery): void {
  sql.all('DELETE FROM delivery WHERE message_id = ? AND channel = ?', messageId, channel)
}

export function readDeliveriesOf(sql: Sql, messageId: string): Delivery[] {
  return readWhere(sql, 'message_id = ? ORDER BY channel', messageId)
}

export function readDeliveriesOfAll(sql: Sql, messageIds: readonly string[]): Delivery[] {
  if (messageIds.length === 0) return []
  return readWhere(
    sql,
    'message_id IN (SELECT value FROM json_each(?)) ORDER BY channel, message_id',
    JSON.stringify(messageIds),
  )
}

/** Deliveries to a receiver that have not arrived: pending and parked. */
export function readOpenDeliveries(sql: Sql, channel: string): Delivery[] {
  return readWhere(sql, "channel = ? AND state <> 'delivered'", channel)
}

/** What is due, oldest message first. A due time beyond any wait was noted by a clock that has jumped back since. */
export function readOwed(sql: Sql, now: number): Owed[] {
  const due = "state = 'pending' AND (due_ms <= ? OR due_ms > ?) ORDER BY delivery.created_ms, message_id LIMIT ?"
  return readWithMessage(sql, due, now, now + LONGEST_DELAY_MS, MOST_OWED)
}

/** When the next delivery is due (ms); null when nothing is owed. */
export function nextDeliveryDue(sql: Sql, now: number): number | null {
  const late = first<{ due_ms: number }>(
    sql,
    "SELECT due_ms FROM delivery WHERE state = 'pending' ORDER BY due_ms DESC LIMIT 1",
  )
  if (late === null) return null
  if (late.due_ms > now + LONGEST_DELAY_MS) return 0
  const next = "SELECT due_ms FROM delivery WHERE state = 'pending' ORDER BY due_ms LIMIT 1"
  return first<{ due_ms: number }>(sql, next)?.due_ms ?? null
}

export function readHealth(sql: Sql, channel: string): ReceiverHealth | null {
  const row = first<{ health: string }>(sql, 'SELECT health FROM receiver WHERE channel = ?', channel)
  return row === null ? null : (JSON.parse(row.health) as ReceiverHealth)
}

export function writeHealth(sql: Sql, channel: string, health: ReceiverHealth): void {
  sql.all('INSERT OR REPLACE INTO receiver (channel, health) VALUES (?, ?)', channel, JSON.stringify(health))
}

function readWhere(sql: Sql, where: string, value: SqlValue): Delivery[] {
  return sql.all<DeliveryRow>(`SELECT ${COLUMNS} FROM delivery WHERE ${where}`, value).map(toDelivery)
}

function readWithMessage(sql: Sql, where: string, ...values: SqlValue[]): Owed[] {
  return sql
    .all<DeliveryRow & { body: string }>(
      `SELECT ${COLUMNS.replace(/\w+/g, 'delivery.$&')}, message.body
       FROM delivery JOIN message ON message.id = delivery.message_id WHERE ${where}`,
      ...values,
    )
    .map(row => ({ delivery: toDelivery(row), message: toMessage(row.body) }))
}

/** Messages written before there were others than alerts do not say what they are. */
function toMessage(body: string): Message {
  return { kind: 'alert', ...JSON.parse(body) }
}

function toDelivery(row: DeliveryRow): Delivery {
  return {
    messageId: row.message_id,
    channel: row.channel,
    state: row.state,
    attempts: row.attempts,
    createdAt: row.created_ms,
    dueAt: row.due_ms,
    plain: row.plain === 1,
    lastStatus: row.last_status,
    lastError: row.last_error,
    deliveredAt: row.delivered_ms,
    unanswered: row.unanswered,
    endsAt: row.ends_s,
  }
}
