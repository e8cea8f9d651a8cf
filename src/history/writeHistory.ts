import type { HistoryRows } from './historyRows.ts'
import { HistoryUnavailable, historyUnavailable } from './historyUnavailable.ts'
import { HISTORY_TABLES, upsertSql, ZERO_VANISHED_HOURS_SQL, ZERO_VANISHED_SQL } from './upsert.ts'

/** D1 answers in milliseconds or, in its bad minutes, not for half a minute: then the rows wait in the object. */
export const WRITE_TIMEOUT_MS = 10_000

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
    const results = await withTimeout(db.batch(statements), WRITE_TIMEOUT_MS)
    return {
      rowsWritten: results.reduce((sum, result) => sum + (result.meta.rows_written ?? 0), 0),
      rowsRead: results.reduce((sum, result) => sum + (result.meta.rows_read ?? 0), 0),
      statements: statements.length,
    }
  } catch (error) {
    throw historyUnavailable(error)
  }
}

/** One statement a table, however many entries wait: D1 allows 50 queries an invocation on the free plan. */
function statementsOf(db: D1Database, entries: readonly RevisedRows[]): D1PreparedStatement[] {
  const statements: D1PreparedStatement[] = []
  for (const table of HISTORY_TABLES) {
    const rows = entries.flatMap(({ revision, rows }) => (rows[table] ?? []).map(row => ({ revision, ...row })))
    if (rows.length > 0) statements.push(db.prepare(upsertSql(table)).bind(JSON.stringify(rows)))
  }
  for (const { revision, rows } of entries) {
    if (rows.replaceHours !== undefined) {
      const { from, to } = rows.replaceHours
      const held = JSON.stringify(rows.modelHours ?? [])
      for (const sql of [ZERO_VANISHED_SQL, ZERO_VANISHED_HOURS_SQL]) {
        statements.push(db.prepare(sql).bind(held, revision, from, to))
      }
    }
    if (rows.forgetBefore !== undefined) statements.push(...forget(db, rows.forgetBefore))
  }
  return statements
}

function forget(db: D1Database, date: string): D1PreparedStatement[] {
  const before = Date.parse(`${date}T00:00:00Z`) / 1000
  return [
    db.prepare('DELETE FROM usage_snapshots WHERE timestamp < ?1').bind(before),
    db.prepare('DELETE FROM model_usage WHERE hour < ?1').bind(before),
    db.prepare('DELETE FROM hour_totals WHERE hour < ?1').bind(before),
    db.prepare('DELETE FROM daily_summaries WHERE date < ?1').bind(date),
    db.prepare('DELETE FROM alerts WHERE timestamp < ?1').bind(before),
  ]
}

async function withTimeout<T>(work: Promise<T>, ms: number): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | null = null
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new HistoryUnavailable('failing', `D1 did not answer within ${ms / 1000} s`)), ms)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}
