import type { HistoryRows } from '../../history/historyRows.ts'
import type { RevisedRows } from '../../history/writeHistory.ts'
import type { Sql } from './sql.ts'

// What the release before this one owed to D1 when it ended, in the order in which it was made. Nothing is added; an entry
// leaves when D1 has said that it has it.

export interface HistoryEntry extends RevisedRows {
  id: number
}

/** D1 takes parameters of 2 MB; an entry stays well below, whatever the names in it. */
const LARGEST_ENTRY_CHARS = 500_000

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

export function deleteHistoryEntries(sql: Sql, ids: readonly (number | string)[]): void {
  sql.all('DELETE FROM history_entry WHERE id IN (SELECT value FROM json_each(?))', JSON.stringify(ids))
}

/** D1 refuses these rows for good: they stay here, visible, and hold up nothing. */
export function parkHistoryEntry(sql: Sql, id: number | string, reason: string): void {
  sql.all('UPDATE history_entry SET parked = ? WHERE id = ?', reason, id)
}
