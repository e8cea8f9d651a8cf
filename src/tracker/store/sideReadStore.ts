import type { SideFault, SideRead } from '../reads/sideRead.ts'
import type { Sql } from './sql.ts'

interface SideReadRow {
  kind: SideRead['kind']
  key: string
  since_ms: number
  attempts: number
  next_ms: number | null
  error: string | null
}

export function readSideReads(sql: Sql): SideRead[] {
  return sql
    .all<SideReadRow>('SELECT kind, key, since_ms, attempts, next_ms, error FROM side_read ORDER BY kind, key')
    .map(row => ({
      kind: row.kind,
      key: row.key,
      since: row.since_ms,
      attempts: row.attempts,
      nextAt: row.next_ms,
      error: row.error === null ? null : (JSON.parse(row.error) as SideFault),
    }))
}

export function writeSideRead(sql: Sql, read: SideRead): void {
  sql.all(
    'INSERT OR REPLACE INTO side_read (kind, key, since_ms, attempts, next_ms, error) VALUES (?, ?, ?, ?, ?, ?)',
    read.kind,
    read.key,
    read.since,
    read.attempts,
    read.nextAt,
    read.error === null ? null : JSON.stringify(read.error),
  )
}

export function deleteSideRead(sql: Sql, kind: SideRead['kind'], key: string): void {
  sql.all('DELETE FROM side_read WHERE kind = ? AND key = ?', kind, key)
}
