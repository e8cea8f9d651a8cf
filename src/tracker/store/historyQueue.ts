import { countRows, type HistoryRows, type ModelHourRow } from '../../history/historyRows.ts'
import type { RevisedRows } from '../../history/writeHistory.ts'
import { first, type Sql } from './sql.ts'

// Rows that D1 is owed, in the order in which they were made. An entry leaves only when D1 has said that it has it.

export interface HistoryEntry extends RevisedRows {
  id: number
}

/** D1 takes parameters of 2 MB; an entry stays well below, whatever the names in it. */
const LARGEST_ENTRY_CHARS = 500_000

export function enqueueHistory(sql: Sql, revision: number, rows: HistoryRows, now: number): void {
  for (const part of split(rows)) {
    if (countRows(part) === 0 && part.replaceHours === undefined && part.forgetBefore === undefined) continue
    sql.all(
      'INSERT INTO history_entry (revision, rows, body, created_ms, parked) VALUES (?, ?, ?, ?, NULL)',
      revision,
      countRows(part),
      JSON.stringify(part),
      now,
    )
  }
}

/** The oldest entries that one write may take together. */
export function readHistoryEntries(sql: Sql, most: number): HistoryEntry[] {
  const rows = sql.all<{ id: number; revision: number; body: string }>(
    'SELECT id, revision, body FROM history_entry WHERE parked IS NULL ORDER BY id LIMIT ?',
    most,
  )
  const entries: HistoryEntry[] = []
  let chars = 0
  for (const row of rows) {
    chars += row.body.length
    if (entries.length > 0 && chars > LARGEST_ENTRY_CHARS) break
    entries.push({ id: row.id, revision: row.revision, rows: JSON.parse(row.body) as HistoryRows })
  }
  return entries
}

export function deleteHistoryEntries(sql: Sql, entries: readonly HistoryEntry[]): void {
  sql.all(
    'DELETE FROM history_entry WHERE id IN (SELECT value FROM json_each(?))',
    JSON.stringify(entries.map(entry => entry.id)),
  )
}

/** D1 refuses these rows for good: they stay here, visible, and hold up nothing. */
export function parkHistoryEntry(sql: Sql, id: number, reason: string): void {
  sql.all('UPDATE history_entry SET parked = ? WHERE id = ?', reason, id)
}

/** Asked at every wake, so it must not read all that waits. */
export function isHistoryOwed(sql: Sql): boolean {
  return first(sql, 'SELECT 1 FROM history_entry WHERE parked IS NULL LIMIT 1') !== null
}

export interface HistoryBacklog {
  pending: number
  parked: number
  /** Unix milliseconds. */
  oldest: number | null
}

export function readBacklog(sql: Sql): HistoryBacklog {
  const row = first<HistoryBacklog>(
    sql,
    `SELECT coalesce(sum(rows) FILTER (WHERE parked IS NULL), 0) AS pending,
       coalesce(sum(rows) FILTER (WHERE parked IS NOT NULL), 0) AS parked,
       min(created_ms) FILTER (WHERE parked IS NULL) AS oldest FROM history_entry`,
  )
  return row ?? { pending: 0, parked: 0, oldest: null }
}

const MANY_ENTRIES = 1000

/**
 * While D1 is away, old entries are joined so that a month of ticks is a few rows here. Nothing is dropped: each row keeps
 * its revision, so of two rows of one key the later one still wins. The joined entry takes the last one's place: a write
 * that is under way holds the oldest entries and deletes those, and so it has this one's rows if it deletes it.
 */
export function compactHistory(sql: Sql): void {
  const count = first<{ n: number }>(sql, 'SELECT count(*) AS n FROM history_entry WHERE parked IS NULL')?.n ?? 0
  if (count < MANY_ENTRIES) return
  const rows = sql.all<{ id: number; revision: number; body: string; created_ms: number }>(
    `SELECT id, revision, body, created_ms FROM history_entry
     WHERE parked IS NULL AND length(body) < 1000 ORDER BY id LIMIT ?`,
    MANY_ENTRIES / 2,
  )
  const snapshotsOnly = rows.flatMap(row => {
    const body = JSON.parse(row.body) as HistoryRows
    return body.snapshots !== undefined && Object.keys(body).length === 1 ? [{ ...row, body }] : []
  })
  const last = snapshotsOnly.at(-1)
  const oldest = snapshotsOnly[0]
  if (last === undefined || oldest === undefined || last === oldest) return
  const joined: HistoryRows = {
    snapshots: snapshotsOnly.flatMap(({ revision, body }) => (body.snapshots ?? []).map(row => ({ revision, ...row }))),
  }
  sql.transaction(() => {
    sql.all(
      'DELETE FROM history_entry WHERE id IN (SELECT value FROM json_each(?))',
      JSON.stringify(snapshotsOnly.map(row => row.id)),
    )
    sql.all(
      'INSERT INTO history_entry (id, revision, rows, body, created_ms, parked) VALUES (?, ?, ?, ?, ?, NULL)',
      last.id,
      last.revision,
      countRows(joined),
      JSON.stringify(joined),
      oldest.created_ms,
    )
  })
}

/** Entries of bounded size; a replacement of hours is split by hours, so that each part replaces what it holds. */
function split(rows: HistoryRows): HistoryRows[] {
  const hours = rows.modelHours ?? []
  if (JSON.stringify(hours).length <= LARGEST_ENTRY_CHARS) return [rows]
  const { modelHours: _, replaceHours, ...others } = rows
  const parts: HistoryRows[] = [others]
  const byHour = Map.groupBy(hours, row => row.hour)
  const starts = [...byHour.keys()].sort((a, b) => a - b)
  for (const [index, hour] of starts.entries()) {
    for (const [slice, chunk] of chunks(byHour.get(hour) ?? []).entries()) {
      const replace = replaceHours !== undefined && slice === 0 && chunks(byHour.get(hour) ?? []).length === 1
      const from = index === 0 ? (replaceHours?.from ?? hour) : hour
      parts.push(
        replace
          ? { modelHours: chunk, replaceHours: { from, to: starts[index + 1] ?? replaceHours.to } }
          : { modelHours: chunk },
      )
    }
  }
  return parts
}

function chunks(rows: readonly ModelHourRow[]): ModelHourRow[][] {
  const parts: ModelHourRow[][] = [[]]
  let chars = 0
  for (const row of rows) {
    const length = JSON.stringify(row).length
    if (chars + length > LARGEST_ENTRY_CHARS) {
      parts.push([])
      chars = 0
    }
    chars += length
    parts.at(-1)?.push(row)
  }
  return parts
}
