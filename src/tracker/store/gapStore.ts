import type { Sql } from './sql.ts'

/** A stretch of the curve inside one UTC date that is still to be rebuilt, both ends excluded (Unix seconds). */
export interface Gap {
  fromS: number
  toS: number
  /** Minute buckets for a short absence, hour buckets for a long one. */
  width: '1m' | '1h'
}

export function readGaps(sql: Sql): Gap[] {
  return sql
    .all<{ from_s: number; to_s: number; width: '1m' | '1h' }>('SELECT * FROM gap ORDER BY from_s')
    .map(row => ({ fromS: row.from_s, toS: row.to_s, width: row.width }))
}

export function writeGap(sql: Sql, gap: Gap): void {
  sql.all('INSERT OR REPLACE INTO gap VALUES (?, ?, ?)', gap.fromS, gap.toS, gap.width)
}

export function deleteGap(sql: Sql, gap: Gap): void {
  sql.all('DELETE FROM gap WHERE from_s = ?', gap.fromS)
}
