import type { HistoryRows } from './historyRows.ts'
import { historyUnavailable } from './historyUnavailable.ts'
import {
  HISTORY_TABLES,
  upsertSql,
  ZERO_VANISHED_COSTS_SQL,
  ZERO_VANISHED_HOURS_SQL,
  ZERO_VANISHED_SQL,
  ZERO_VANISHED_USAGE_SQL,
} from './upsert.ts'
import { withTimeout } from './withTimeout.ts'

export interface RevisedRows {
  revision: number
  rows: HistoryRows
}

export interface Written {
  rowsWritten: number
  rowsRead: number
  statements: number
}

/**
 * Writes all entries, in order, in one transaction: all of them are in D1 afterwards or none. Safe to repeat.
 * Throws HistoryUnavailable; with reason `failing` the result may be unknown, the rows may be there.
 */
export async function writeHistory(db: D1Database, entries: readonly RevisedRows[]): Promise<Written> {
  try {
    const statements = statementsOf(db, entries)
    if (statements.length === 0) return { rowsWritten: 0, rowsRead: 0, statements: 0 }
    const results = await withTimeout(db.batch(statements))
    return {
      rowsWritten: results.reduce((sum, result) => sum + (result.meta.rows_written ?? 0), 0),
      rowsRead: results.reduce((sum, result) => sum + (result.meta.rows_read ?? 0), 0),
      statements: statements.length,
    }
  } catch (error) {
    throw historyUnavailable(error)
  }
}

/** Queries that writing the entries takes, so that a caller can keep within the 50 of an invocation on the free plan. */
export function queriesOf(entries: readonly RevisedRows[]): number {
  const tables = HISTORY_TABLES.filter(table => entries.some(({ rows }) => (rows[table]?.length ?? 0) > 0))
  const has = (name: 'replaceHours' | 'replaceUsageOf' | 'replaceCostsOf') =>
    entries.some(({ rows }) => rows[name] !== undefined)
  const replaces = (has('replaceHours') ? 2 : 0) + (has('replaceUsageOf') ? 1 : 0) + (has('replaceCostsOf') ? 1 : 0)
  const forgets = entries.filter(({ rows }) => rows.forgetBefore !== undefined)
  return tables.length + replaces + FORGET_QUERIES * forgets.length
}

/** One statement a table, however many entries wait. */
function statementsOf(db: D1Database, entries: readonly RevisedRows[]): D1PreparedStatement[] {
  const statements: D1PreparedStatement[] = []
  for (const table of HISTORY_TABLES) {
    const rows = entries.flatMap(({ revision, rows }) => (rows[table] ?? []).map(row => ({ revision, ...row })))
    if (rows.length > 0) statements.push(db.prepare(upsertSql(table)).bind(JSON.stringify(rows)))
  }
  const stretches = entries.flatMap(({ revision, rows: { replaceHours } }) =>
    replaceHours === undefined ? [] : [[replaceHours.from, replaceHours.to, revision]],
  )
  if (stretches.length > 0) {
    const held = JSON.stringify(entries.flatMap(({ rows }) => rows.modelHours ?? []))
    for (const sql of [ZERO_VANISHED_SQL, ZERO_VANISHED_HOURS_SQL])
      statements.push(db.prepare(sql).bind(held, JSON.stringify(stretches)))
  }
  for (const [name, table, sql] of [
    ['replaceUsageOf', 'dailyUsage', ZERO_VANISHED_USAGE_SQL],
    ['replaceCostsOf', 'dailyCosts', ZERO_VANISHED_COSTS_SQL],
  ] as const) {
    const dates = entries.flatMap(({ revision, rows }) => (rows[name] === undefined ? [] : [[rows[name], revision]]))
    const held = entries.flatMap(({ rows }): object[] => rows[table] ?? [])
    if (dates.length > 0) statements.push(db.prepare(sql).bind(JSON.stringify(held), JSON.stringify(dates)))
  }
  for (const { rows } of entries) {
    if (rows.forgetBefore !== undefined) statements.push(...forget(db, rows.forgetBefore))
  }
  return statements
}

const FORGET_QUERIES = 7

function forget(db: D1Database, date: string): D1PreparedStatement[] {
  const before = Date.parse(`${date}T00:00:00Z`) / 1000
  return [
    db.prepare('DELETE FROM usage_snapshots WHERE timestamp < ?1').bind(before),
    db.prepare('DELETE FROM model_usage WHERE hour < ?1').bind(before),
    db.prepare('DELETE FROM hour_totals WHERE hour < ?1').bind(before),
    db.prepare('DELETE FROM daily_summaries WHERE date < ?1').bind(date),
    db.prepare('DELETE FROM alerts WHERE timestamp < ?1').bind(before),
    db.prepare('DELETE FROM daily_usage WHERE date < ?1').bind(date),
    db.prepare('DELETE FROM daily_costs WHERE date < ?1').bind(date),
  ]
}
