import type { TierSums } from '../../usage/growth.ts'
import type { GroupMap } from '../../usage/usageGroup.ts'
import type { Tier } from '../../wire.ts'
import { packGroups, unpackGroups } from './groupsText.ts'
import { first, type Sql } from './sql.ts'

/** A UTC date as the object knows it. Revisions are numbers of commits. */
export interface Day {
  date: string
  /** Commit that last changed anything of it that D1 keeps. */
  revision: number
  /** Revision that D1 has acknowledged. */
  acked: number
  /** Closed: read completely after its end and 48 h more, or given up. */
  final: boolean
  /** Nothing more is read for it: it is final, and its hours add up to it or were given up. */
  settled: boolean
  /** D1 has all of it: the day, its hours and its ticks. The object then keeps only the day. */
  handed: boolean
  /** The tracker was running during this day, so crossings of it are alerted. */
  tracked: boolean
  /** The limits of this date; today's follow the configuration. */
  limits: Record<Tier, number>
  /** Commit that last changed its groups. */
  groupsRevision: number
  /** The `groupsRevision` that the hours added up to; another one means that hours are missing. */
  hoursRevision: number
  /** When its hours were last read (Unix seconds); 0 never. */
  hoursReadS: number
  /** Entries of the list of hours by model that it has. */
  hourEntries: number
  /** From when on (Unix seconds) the object has the date's ticks; earlier ones are in D1 only. 0: it has all. */
  ticksFromS: number
  /** The `groupsRevision` of which D1 knows who used it. */
  usageAcked: number
  /** Thresholds that have fired, percent. */
  fired: Record<Tier, number[]>
  /** What was used when a tier's last message was made, so that the next can say who it was since. */
  told: Partial<Record<Tier, TierSums>>
  groups: GroupMap
}

/** A date of which nothing is known yet. */
export function unreadDay(date: string, limits: Day['limits']): Day {
  return {
    date,
    revision: 0,
    acked: 0,
    final: false,
    settled: false,
    handed: false,
    tracked: false,
    limits,
    groupsRevision: 0,
    hoursRevision: 0,
    hoursReadS: 0,
    hourEntries: 0,
    ticksFromS: 0,
    usageAcked: 0,
    fired: { premium: [], mini: [] },
    told: {},
    groups: new Map(),
  }
}

interface DayRow {
  date: string
  revision: number
  acked: number
  final: number
  settled: number
  handed: number
  tracked: number
  premium_limit: number
  mini_limit: number
  groups_revision: number
  hours_revision: number
  hours_read_s: number
  hour_entries: number
  ticks_from_s: number
  usage_acked: number
  fired: string
  told: string
  groups: string
}

const COLUMNS = `date, revision, acked, final, settled, handed, tracked, premium_limit, mini_limit, groups_revision,
  hours_revision, hours_read_s, hour_entries, ticks_from_s, usage_acked, fired, told, groups`

/** Days for which something is still to be read. */
export function readUnsettledDays(sql: Sql): Day[] {
  return sql.all<DayRow>(`SELECT ${COLUMNS} FROM day_book WHERE settled = 0 ORDER BY date`).map(toDay)
}

export function readDay(sql: Sql, date: string): Day | null {
  const row = first<DayRow>(sql, `SELECT ${COLUMNS} FROM day_book WHERE date = ?`, date)
  return row === null ? null : toDay(row)
}

export function insertDay(sql: Sql, day: Day): void {
  sql.all(
    `INSERT OR REPLACE INTO day_book (${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    day.date,
    day.revision,
    day.acked,
    day.final ? 1 : 0,
    day.settled ? 1 : 0,
    day.handed ? 1 : 0,
    day.tracked ? 1 : 0,
    day.limits.premium,
    day.limits.mini,
    day.groupsRevision,
    day.hoursRevision,
    day.hoursReadS,
    day.hourEntries,
    day.ticksFromS,
    day.usageAcked,
    JSON.stringify(day.fired),
    JSON.stringify(day.told),
    packGroups(day.groups.values()),
  )
}

/** What a poll changes of an open day: one row, no index. */
export function updateOpenDay(sql: Sql, day: Day): void {
  sql.all(
    `UPDATE day_book SET revision = ?, premium_limit = ?, mini_limit = ?, groups_revision = ?, fired = ?, told = ?, groups = ?
     WHERE date = ?`,
    day.revision,
    day.limits.premium,
    day.limits.mini,
    day.groupsRevision,
    JSON.stringify(day.fired),
    JSON.stringify(day.told),
    packGroups(day.groups.values()),
    day.date,
  )
}

/** What a read of its hours changes of a day that stays as open as it is. */
export function updateDayHours(sql: Sql, day: Day): void {
  sql.all(
    'UPDATE day_book SET hours_revision = ?, hours_read_s = ?, hour_entries = ? WHERE date = ?',
    day.hoursRevision,
    day.hoursReadS,
    day.hourEntries,
    day.date,
  )
}

/** A date's place among what D1 has, without its groups. */
export interface DayPlace extends Pick<Day, 'date' | 'handed' | 'hourEntries' | 'ticksFromS' | 'settled' | 'final'> {
  /** D1 knows who used it. */
  isUsageHanded: boolean
}

type PlaceRow = Pick<
  DayRow,
  'date' | 'handed' | 'hour_entries' | 'ticks_from_s' | 'settled' | 'final' | 'usage_acked' | 'groups_revision'
>

/** Dates from `from` to `to`, newest first. Reads no groups. */
export function readDayPlaces(sql: Sql, from: string, to: string): DayPlace[] {
  return sql
    .all<PlaceRow>(
      `SELECT date, handed, hour_entries, ticks_from_s, settled, final, usage_acked, groups_revision FROM day_book
       WHERE date >= ? AND date <= ? ORDER BY date DESC`,
      from,
      to,
    )
    .map(row => ({
      date: row.date,
      handed: row.handed === 1,
      settled: row.settled === 1,
      final: row.final === 1,
      hourEntries: row.hour_entries,
      ticksFromS: row.ticks_from_s,
      isUsageHanded: row.final === 1 && row.usage_acked >= row.groups_revision,
    }))
}

/** Settled dates that D1 does not have whole, oldest first. */
export function readUnhandedDates(sql: Sql, most: number): string[] {
  return sql
    .all<{ date: string }>('SELECT date FROM day_book WHERE settled = 1 AND handed = 0 ORDER BY date LIMIT ?', most)
    .map(row => row.date)
}

export function markHanded(sql: Sql, date: string): void {
  sql.all('UPDATE day_book SET handed = 1 WHERE date = ?', date)
}

function toDay(row: DayRow): Day {
  return {
    date: row.date,
    revision: row.revision,
    acked: row.acked,
    final: row.final === 1,
    settled: row.settled === 1,
    handed: row.handed === 1,
    tracked: row.tracked === 1,
    limits: { premium: row.premium_limit, mini: row.mini_limit },
    groupsRevision: row.groups_revision,
    hoursRevision: row.hours_revision,
    hoursReadS: row.hours_read_s,
    hourEntries: row.hour_entries,
    ticksFromS: row.ticks_from_s,
    usageAcked: row.usage_acked,
    fired: JSON.parse(row.fired) as Day['fired'],
    told: JSON.parse(row.told) as Day['told'],
    groups: unpackGroups(row.groups),
  }
}
