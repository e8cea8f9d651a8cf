import type { DayProfile } from '../../usage/dayProfile.ts'
import { first, type Sql } from './sql.ts'

/** The profiles of dates from `from` to `to`, both included, as text by date. */
export function readProfiles(sql: Sql, from: string, to: string): Map<string, string> {
  const rows = sql.all<{ date: string; profile: string }>(
    'SELECT date, profile FROM profile_book WHERE date >= ? AND date <= ? ORDER BY date',
    from,
    to,
  )
  return new Map(rows.map(({ date, profile }) => [date, profile]))
}

export function writeProfile(sql: Sql, date: string, profile: DayProfile): void {
  sql.all('INSERT OR REPLACE INTO profile_book (date, profile) VALUES (?, ?)', date, JSON.stringify(profile))
}

/** A note by its name; null where there is none, or where it was made from something else than `print` names. */
export function readNote<T>(sql: Sql, name: string, print: string): T | null {
  const row = first<{ print: string; body: string }>(sql, 'SELECT print, body FROM note_book WHERE name = ?', name)
  return row === null || row.print !== print ? null : (JSON.parse(row.body) as T)
}

export function writeNote(sql: Sql, name: string, print: string, body: unknown): void {
  sql.all('INSERT OR REPLACE INTO note_book (name, print, body) VALUES (?, ?, ?)', name, print, JSON.stringify(body))
}
