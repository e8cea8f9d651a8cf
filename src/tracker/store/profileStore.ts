import type { DayProfile } from '../../usage/dayProfile.ts'
import { first, type Sql } from './sql.ts'

/** A past date's profile, and whether the date has changed since it was made. */
export interface HeldProfile {
  date: string
  /** Names the revisions of the date as it stands. */
  madeFrom: string
  isCurrent: boolean
  /** Null: none was made yet. */
  profile: DayProfile | null
  /** D1 has its hours, and the object has not. */
  handed: boolean
}

interface Row {
  date: string
  handed: number
  stands: string
  made_from: string | null
  profile: string | null
}

/** Profiles of the held dates from `from` to `to`, both included, newest first. Reads no groups. */
export function readProfiles(sql: Sql, from: string, to: string): HeldProfile[] {
  return sql
    .all<Row>(
      `SELECT day_book.date, handed, groups_revision || ' ' || hours_revision || ' ' || hours_read_s AS stands, made_from, profile
       FROM day_book LEFT JOIN profile_book ON profile_book.date = day_book.date
       WHERE day_book.date >= ? AND day_book.date <= ? ORDER BY day_book.date DESC`,
      from,
      to,
    )
    .map(row => ({
      date: row.date,
      madeFrom: row.stands,
      isCurrent: row.stands === row.made_from,
      profile: row.profile === null ? null : (JSON.parse(row.profile) as DayProfile),
      handed: row.handed === 1,
    }))
}

export function writeProfile(sql: Sql, date: string, madeFrom: string, profile: DayProfile): void {
  sql.all(
    'INSERT OR REPLACE INTO profile_book (date, made_from, profile) VALUES (?, ?, ?)',
    date,
    madeFrom,
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
