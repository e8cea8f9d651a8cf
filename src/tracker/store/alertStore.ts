import type { AlertRecord } from '../../alerts/alertRecord.ts'
import type { AlertRow } from '../../history/historyRows.ts'
import type { Delivery } from '../../outbox/delivery.ts'
import { kindOfId, onlyAccepts } from '../../receivers/traits.ts'
import { ALERT_KINDS, type AlertKind, type AlertView, type Tier } from '../../wire.ts'
import { readDeliveriesOfAll } from './deliveryStore.ts'
import { first, type Sql, type SqlValue } from './sql.ts'

export interface AlertFacts {
  id: number
  kind: AlertKind
  timestamp: number
  date: string
  tier: Tier | null
  threshold: number | null
  tokens_used: number
  limit_value: number
  percentage: number
  message: string
  late: number
  message_id: string | null
  sent: number
}

const COLUMNS =
  'id, kind, timestamp, date, tier, threshold, tokens_used, limit_value, percentage, message, late, message_id, sent'

/**
 * Returns the id. A second row of the same key breaks a unique index: it never happens in silence. D1 keeps thresholds only.
 * `messageId`: null where its kind sends no messages.
 */
export function insertAlert(sql: Sql, alert: AlertRecord, messageId: string | null, revision: number): number {
  const row = first<{ id: number }>(
    sql,
    `INSERT INTO alert_book (kind, key, timestamp, date, tier, threshold, tokens_used, limit_value, percentage, message,
       late, message_id, sent, revision, acked, refused)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?, ?, NULL) RETURNING id`,
    alert.kind,
    alert.key,
    alert.firedAt,
    alert.date,
    alert.tier,
    alert.threshold,
    alert.tokensUsed,
    alert.limit,
    alert.percentage,
    alert.message,
    alert.late ? 1 : 0,
    messageId,
    revision,
    alert.kind === 'threshold' ? 0 : revision,
  )
  return row?.id ?? 0
}

/** The alerts of a message have reached somebody. */
export function markSent(sql: Sql, messageId: string, revision: number): void {
  sql.all(
    `UPDATE alert_book SET sent = 1, revision = ?, acked = CASE kind WHEN 'threshold' THEN acked ELSE ? END, refused = NULL
     WHERE message_id = ? AND sent = 0`,
    revision,
    revision,
    messageId,
  )
}

/** Of some dedupe keys, those that have a row. */
export function readKnownKeys(sql: Sql, keys: readonly string[]): Set<string> {
  if (keys.length === 0) return new Set()
  const rows = sql.all<{ key: string }>(
    'SELECT key FROM alert_book WHERE key IN (SELECT value FROM json_each(?))',
    JSON.stringify(keys),
  )
  return new Set(rows.map(({ key }) => key))
}

/** Messages of alerts about a date. */
export function readMessageIdsOf(sql: Sql, date: string): string[] {
  return sql
    .all<{ id: string }>(
      'SELECT DISTINCT message_id AS id FROM alert_book WHERE date = ? AND message_id IS NOT NULL',
      date,
    )
    .map(row => row.id)
}

/** Clients of the first days know these alone: they have a list and a frame of their own. */
export function isThreshold({ kind }: Pick<AlertView, 'kind'>): boolean {
  return kind === 'threshold'
}

/** Alerts of some kinds as the API shows them, newest first. */
export function readAlertsSince(sql: Sql, timestamp: number, kinds: readonly AlertKind[]): AlertView[] {
  return readViews(sql, 'timestamp >= ?', timestamp, kinds)
}

export function readAlertsOf(sql: Sql, date: string): AlertView[] {
  return readViews(sql, 'date = ?', date, ALERT_KINDS)
}

export function readAlerts(sql: Sql, ids: readonly number[]): AlertView[] {
  return readViews(sql, 'id IN (SELECT value FROM json_each(?))', JSON.stringify(ids), ALERT_KINDS)
}

/** `where` over the alerts, by one of their indexes. */
function readViews(sql: Sql, where: string, value: SqlValue, kinds: readonly AlertKind[]): AlertView[] {
  const facts = sql
    .all<AlertFacts>(`SELECT ${COLUMNS} FROM alert_book WHERE ${where} ORDER BY timestamp DESC, id DESC`, value)
    .filter(({ kind }) => kinds.includes(kind))
  const deliveries = readDeliveriesOfAll(sql, [...new Set(facts.flatMap(alert => alert.message_id ?? []))])
  const byMessage = Map.groupBy(deliveries, delivery => delivery.messageId)
  return facts.map(alert => alertView(alert, byMessage.get(alert.message_id ?? '') ?? []))
}

/** An alert as D1 keeps it: a crossed threshold. */
export function alertRow(alert: AlertFacts): AlertRow {
  return {
    id: alert.id,
    timestamp: alert.timestamp,
    date: alert.date,
    tier: alert.tier ?? 'premium',
    threshold: alert.threshold ?? 0,
    tokens_used: alert.tokens_used,
    limit_value: alert.limit_value,
    percentage: alert.percentage,
    message: alert.message,
    sent: alert.sent === 1 ? 1 : 0,
    late: alert.late === 1 ? 1 : 0,
    created_at: isoSeconds(alert.timestamp),
  }
}

function alertView(alert: AlertFacts, deliveries: readonly Delivery[]): AlertView {
  return {
    ...alert,
    late: alert.late === 1,
    sent: alert.sent === 1,
    created_at: isoSeconds(alert.timestamp),
    deliveries: deliveries.map(delivery => ({
      channel: delivery.channel,
      kind: kindOfId(delivery.channel),
      state: delivery.state,
      attempts: delivery.attempts,
      last_status: delivery.lastStatus,
      last_error: delivery.lastError,
      next_attempt_at: delivery.state === 'pending' ? Math.floor(delivery.dueAt / 1000) : null,
      delivered_at: delivery.deliveredAt === null ? null : Math.floor(delivery.deliveredAt / 1000),
      ...(onlyAccepts(kindOfId(delivery.channel)) && { only_accepts: true as const }),
    })),
  }
}

function isoSeconds(seconds: number): string {
  return `${new Date(seconds * 1000).toISOString().slice(0, 19)}Z`
}
