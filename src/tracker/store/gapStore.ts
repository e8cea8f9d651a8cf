import type { Gap } from '../reads/gap.ts'
import type { Sql } from './sql.ts'

/** The oldest stretches: an absence of a month at a schedule of minutes leaves hundreds, and a wake rebuilds a few. */
const MOST_READ = 50

export function readGaps(sql: Sql): Gap[] {
  return sql
    .all<{ from_s: number; to_s: number; width: '1m' | '1h' }>(
      'SELECT from_s, to_s, width FROM gap ORDER BY from_s DESC LIMIT ?',
      MOST_READ,
    )
    .map(row => ({ fromS: row.from_s, toS: row.to_s, width: row.width }))
}

export function writeGap(sql: Sql, gap: Gap): void {
  sql.all('INSERT OR REPLACE INTO gap (from_s, to_s, width) VALUES (?, ?, ?)', gap.fromS, gap.toS, gap.width)
}

export function deleteGap(sql: Sql, gap: Gap): void {
  sql.all('DELETE FROM gap WHERE from_s = ?', gap.fromS)
}
