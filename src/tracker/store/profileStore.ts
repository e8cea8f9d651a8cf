import type { DayProfile } from '../../usage/dayProfile.ts'
import { first, type Sql } from './sql.ts'

export interface ProfileText {
  /** Names the tiers that its models had when it was made. */
  tiers: string
  text: string
}

/** The profiles of dates from `from` to `to`, both included, by date. */
export function readProfiles(sql: Sql, from: string, to: string): Map<string, ProfileText> {
  const rows = sql.all<{ date: string; tiers: string; profile: string }>(
    'SELECT date, tiers, profile FROM profile_book WHERE date >= ? AND date <= ? ORDER BY date',
    from,
    to,
  )
  return new Map(rows.map(({ date, tiers, profile }) => [date, { tiers, text: profile }]))
}

export function writeProfile(sql: Sql, date: string, tiers: string, profile: DayProfile): void {
  sql.all(
    'INSERT OR REPLACE INTO profile_book (date, tiers, profile) VALUES (?, ?, ?)',
    date,
    tiers,
    JSON.stringify(profile),
  )
}

/** A note by its name; null where there is none, or where it was made from something else than `print` names. */
export function readNote<T>(sql: Sql, name: string, print: string): T | null {
  const row = first<{ print: string; body: string }>(sql, 'SELECT print, body FROM note_book WHERE name = ?', name)
  return row === null || row.print !== print ? null : (JSON.parse(row.body) as T)
}

export function writeNote(sql: Sql, name: string, print: string, body: unknown): void {
  sql.all('INSERT OR REPLACE INTO note_book (name, print, body) VALUES (?, ?, ?)', name, print, JSON.stringify(body))
}
