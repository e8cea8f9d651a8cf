import type { Firing } from '../../alerts/firing.ts'
import type { Message } from '../../alerts/message.ts'
import type { AlertRow } from '../../history/historyRows.ts'
import type { Delivery } from '../../outbox/delivery.ts'
import type { Owed } from '../../outbox/drainDeliveries.ts'
import { LONGEST_DELAY_MS } from '../../outbox/retrySchedule.ts'
import type { AlertView, ChannelKind, Tier } from '../../wire.ts'
import { first, type Sql, type SqlValue } from './sql.ts'

interface AlertFacts {
  id: number
  timestamp: number
  date: string
  tier: Tier
  threshold: number
  tokens_used: number
  limit_value: number
  percentage: number
  message: string
  late: number
  message_id: string | null
}

/** Thresholds that have fired, by `date tier`, of dates from `date` on. */
export function readFired(sql: Sql, date: string): Map<string, Set<number>> {
  const rows = sql.all<{ date: string; tier: Tier; threshold: number }>(
    'SELECT date, tier, threshold FROM alert WHERE date >= ?',
    date,
  )
  const fired = new Map<string, Set<number>>()
  for (const row of rows) {
    const key = firedKey(row.date, row.tier)
    fired.set(key, (fired.get(key) ?? new Set()).add(row.threshold))
  }
  return fired
}

export function firedKey(date: string, tier: Tier): string {
  return `${date} ${tier}`
}

/** Returns the id. A second firing of the same date, tier and threshold breaks a unique key: it never happens in silence. */
export function insertAlert(sql: Sql, firing: Firing, messageId: string | null): number {
  const row = first<{ id: number }>(
    sql,
    `INSERT INTO alert (timestamp, date, tier, threshold, tokens_used, limit_value, percentage, message, late, message_id)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id`,
    firing.firedAt,
    firing.date,
    firing.tier,
    firing.threshold,
    firing.tokensUsed,
    firing.limit,
    firing.percentage,
    firing.message,
    firing.late ? 1 : 0,
    messageId,
  )
  return row?.id ?? 0
}

export function insertMessage(sql: Sql, message: Message, now: number): void {
  sql.all('INSERT INTO message VALUES (?, ?, ?)', message.id, now, JSON.stringify(message))
}

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
}

export function writeDelivery(sql: Sql, delivery: Delivery): void {
  sql.all(
    'INSERT OR REPLACE INTO delivery VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
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
  )
}

/** Deliveries of messages made since `since` (ms), oldest first. */
export function readDeliveries(sql: Sql, since: number): Delivery[] {
  return sql
    .all<DeliveryRow>('SELECT * FROM delivery WHERE created_ms >= ? ORDER BY created_ms, message_id', since)
    .map(toDelivery)
}

export function readDeliveriesOf(sql: Sql, messageId: string): Delivery[] {
  return sql.all<DeliveryRow>('SELECT * FROM delivery WHERE message_id = ?', messageId).map(toDelivery)
}

export function deleteDelivery(sql: Sql, { messageId, channel }: Delivery): void {
  sql.all('DELETE FROM delivery WHERE message_id = ? AND channel = ?', messageId, channel)
}

/** What is due, oldest message first. A due time beyond any wait was noted by a clock that has jumped back since. */
export function readOwed(sql: Sql, now: number): Owed[] {
  return sql
    .all<DeliveryRow & { body: string }>(
      `SELECT delivery.*, message.body FROM delivery JOIN message ON message.id = delivery.message_id
       WHERE state = 'pending' AND (due_ms <= ? OR due_ms > ?) ORDER BY delivery.created_ms, message_id`,
      now,
      now + LONGEST_DELAY_MS,
    )
    .map(row => ({ delivery: toDelivery(row), message: toMessage(row.body) }))
}

/** When the next delivery is due (ms); null when nothing is owed. */
export function nextDeliveryDue(sql: Sql, now: number): number | null {
  const query = "SELECT min(iif(due_ms > ?, 0, due_ms)) AS due FROM delivery WHERE state = 'pending'"
  return first<{ due: number | null }>(sql, query, now + LONGEST_DELAY_MS)?.due ?? null
}

/** Alerts as the API shows them, newest first; `where` over the alert table. */
export function readAlertViews(sql: Sql, where: string, ...params: SqlValue[]): AlertView[] {
  const facts = sql.all<AlertFacts>(`SELECT * FROM alert WHERE ${where} ORDER BY timestamp DESC, id DESC`, ...params)
  const ids = [...new Set(facts.flatMap(alert => alert.message_id ?? []))]
  const rows = sql.all<DeliveryRow>(
    'SELECT * FROM delivery WHERE message_id IN (SELECT value FROM json_each(?)) ORDER BY channel',
    JSON.stringify(ids),
  )
  const byMessage = Map.groupBy(rows.map(toDelivery), delivery => delivery.messageId)
  return facts.map(alert => alertView(alert, byMessage.get(alert.message_id ?? '') ?? []))
}

/** The alerts of a message as D1 keeps them. */
export function alertRow(view: AlertView): AlertRow {
  return {
    id: view.id,
    timestamp: view.timestamp,
    date: view.date,
    tier: view.tier,
    threshold: view.threshold,
    tokens_used: view.tokens_used,
    limit_value: view.limit_value,
    percentage: view.percentage,
    message: view.message,
    sent: view.sent ? 1 : 0,
    late: view.late ? 1 : 0,
    created_at: view.created_at,
  }
}

export function forgetAlertsBefore(sql: Sql, date: string, beforeMs: number): void {
  sql.all('DELETE FROM delivery WHERE created_ms < ?', beforeMs)
  sql.all('DELETE FROM message WHERE created_ms < ?', beforeMs)
  sql.all('DELETE FROM alert WHERE date < ?', date)
}

function alertView(alert: AlertFacts, deliveries: readonly Delivery[]): AlertView {
  return {
    ...alert,
    late: alert.late === 1,
    sent: deliveries.some(delivery => delivery.state === 'delivered'),
    created_at: `${new Date(alert.timestamp * 1000).toISOString().slice(0, 19)}Z`,
    deliveries: deliveries.map(delivery => ({
      channel: delivery.channel,
      kind: delivery.channel.split('-')[0] as ChannelKind,
      state: delivery.state,
      attempts: delivery.attempts,
      last_status: delivery.lastStatus,
      last_error: delivery.lastError,
      next_attempt_at: delivery.state === 'pending' ? Math.floor(delivery.dueAt / 1000) : null,
      delivered_at: delivery.deliveredAt === null ? null : Math.floor(delivery.deliveredAt / 1000),
    })),
  }
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
  }
}
