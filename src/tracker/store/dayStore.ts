import { type Bucket, type GroupMap, groupMap, isZero, type UsageGroup } from '../../usage/usageGroup.ts'
import { endOf, startOf } from '../../usage/utcDay.ts'
import type { Tier } from '../../wire.ts'
import type { Sql } from './sql.ts'

/** A UTC date as the object knows it. */
export interface Day {
  date: string
  /** Commit that last changed its groups. */
  revision: number
  /** Closed: re-read completely after its end and 48 h more. */
  final: boolean
  /** The tracker was running during this day, so crossings of it are alerted. */
  tracked: boolean
  /** The limits of this date; today's follow the configuration. */
  limits: Record<Tier, number>
  /** When its hours were last read (Unix seconds); 0 never. */
  hoursReadS: number
  /** The revision whose groups the hours added up to; another one means that hours are missing. */
  hoursRevision: number
  groups: GroupMap
}

interface DayRow {
  date: string
  revision: number
  final: number
  tracked: number
  premium_limit: number
  mini_limit: number
  hours_read_s: number
  hours_revision: number
}

interface GroupRow {
  model: string
  service_tier: string
  project: string
  input: number
  output: number
  cached: number
  requests: number
}

const GROUP_COLUMNS = 'model, service_tier, project, input, output, cached, requests'

export function readOpenDays(sql: Sql): Day[] {
  return sql
    .all<DayRow>('SELECT * FROM day WHERE final = 0 ORDER BY date')
    .map(row => toDay(row, readDayGroups(sql, row.date)))
}

export function readDay(sql: Sql, date: string): Day | null {
  const row = sql.all<DayRow>('SELECT * FROM day WHERE date = ?', date)[0]
  return row === undefined ? null : toDay(row, readDayGroups(sql, date))
}

/** How many hours by model with usage D1 has of each date, newest first; dates without any are left out. */
export function readEntryCounts(sql: Sql): { date: string; entries: number }[] {
  return sql.all('SELECT date, hour_entries AS entries FROM day WHERE hour_entries > 0 ORDER BY date DESC')
}

export function writeEntryCount(sql: Sql, date: string, entries: number): void {
  sql.all('UPDATE day SET hour_entries = ? WHERE date = ?', entries, date)
}

export function writeDay(sql: Sql, day: Omit<Day, 'groups'>): void {
  sql.all(
    `INSERT INTO day VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0)
     ON CONFLICT (date) DO UPDATE SET revision = excluded.revision, final = excluded.final, tracked = excluded.tracked,
       premium_limit = excluded.premium_limit, mini_limit = excluded.mini_limit, hours_read_s = excluded.hours_read_s,
       hours_revision = excluded.hours_revision`,
    day.date,
    day.revision,
    day.final ? 1 : 0,
    day.tracked ? 1 : 0,
    day.limits.premium,
    day.limits.mini,
    day.hoursReadS,
    day.hoursRevision,
  )
}

/** A group of zeros is one that OpenAI took back: it goes, so that memory read from storage equals the memory that wrote it. */
export function writeDayGroups(sql: Sql, date: string, changes: readonly UsageGroup[]): void {
  for (const group of changes) {
    if (isZero(group)) {
      sql.all(
        'DELETE FROM day_group WHERE date = ? AND model = ? AND service_tier = ? AND project = ?',
        date,
        group.model,
        group.serviceTier,
        group.project,
      )
      continue
    }
    sql.all(
      'INSERT OR REPLACE INTO day_group VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
      date,
      group.model,
      group.serviceTier,
      group.project,
      group.input,
      group.output,
      group.cached,
      group.requests,
    )
  }
}

/** Hours of a date that are held, by start. */
export function readHours(sql: Sql, date: string): Map<number, GroupMap> {
  const rows = sql.all<GroupRow & { hour: number }>(
    `SELECT hour, ${GROUP_COLUMNS} FROM hour_group WHERE hour >= ? AND hour < ?`,
    startOf(date),
    endOf(date),
  )
  return byHour(rows)
}

export function writeHourGroups(sql: Sql, bucket: Bucket): void {
  for (const group of bucket.groups) {
    sql.all(
      'INSERT OR REPLACE INTO hour_group VALUES (?, ?, ?, ?, ?, ?, ?, ?, 1)',
      bucket.start,
      group.model,
      group.serviceTier,
      group.project,
      group.input,
      group.output,
      group.cached,
      group.requests,
    )
  }
}

/** Groups not yet handed to D1, of hours in [from, to). */
export function readDirtyHours(sql: Sql, from: number, to: number): Map<number, GroupMap> {
  return byHour(
    sql.all<GroupRow & { hour: number }>(
      `SELECT hour, ${GROUP_COLUMNS} FROM hour_group WHERE dirty = 1 AND hour >= ? AND hour < ?`,
      from,
      to,
    ),
  )
}

export function markHoursClean(sql: Sql, from: number, to: number): void {
  sql.all('UPDATE hour_group SET dirty = 0 WHERE dirty = 1 AND hour >= ? AND hour < ?', from, to)
}

/** Groups of all hours from `from` on, by start. */
export function readHoursFrom(sql: Sql, from: number): Map<number, GroupMap> {
  return byHour(
    sql.all<GroupRow & { hour: number }>(`SELECT hour, ${GROUP_COLUMNS} FROM hour_group WHERE hour >= ?`, from),
  )
}

/** First hour that D1 has not been handed completely; null when there is none. */
export function firstDirtyHour(sql: Sql): number | null {
  return sql.all<{ hour: number | null }>('SELECT min(hour) AS hour FROM hour_group WHERE dirty = 1')[0]?.hour ?? null
}

/** Hours by model with usage that were handed to D1, of the hours of an open date before `before`. */
export function countCleanEntries(sql: Sql, date: string, before = endOf(date)): number {
  const row = sql.all<{ entries: number }>(
    `SELECT count(*) AS entries FROM (SELECT 1 FROM hour_group WHERE hour >= ? AND hour < ? AND dirty = 0
     GROUP BY hour, model HAVING sum(input) + sum(output) > 0)`,
    startOf(date),
    Math.min(before, endOf(date)),
  )[0]
  return row?.entries ?? 0
}

export function deleteHours(sql: Sql, date: string): void {
  sql.all('DELETE FROM hour_group WHERE hour >= ? AND hour < ?', startOf(date), endOf(date))
}

/** Dates before `date` go, with their groups. */
export function forgetDaysBefore(sql: Sql, date: string): void {
  sql.all('DELETE FROM day_group WHERE date < ?', date)
  sql.all('DELETE FROM day WHERE date < ? AND final = 1', date)
}

function readDayGroups(sql: Sql, date: string): GroupMap {
  return groupMap(sql.all<GroupRow>(`SELECT ${GROUP_COLUMNS} FROM day_group WHERE date = ?`, date).map(toGroup))
}

function byHour(rows: readonly (GroupRow & { hour: number })[]): Map<number, GroupMap> {
  const hours = new Map<number, UsageGroup[]>()
  for (const row of rows) {
    const groups = hours.get(row.hour)
    if (groups === undefined) hours.set(row.hour, [toGroup(row)])
    else groups.push(toGroup(row))
  }
  return new Map([...hours].map(([hour, groups]) => [hour, groupMap(groups)]))
}

function toGroup(row: GroupRow): UsageGroup {
  return {
    model: row.model,
    serviceTier: row.service_tier,
    project: row.project,
    input: row.input,
    output: row.output,
    cached: row.cached,
    requests: row.requests,
  }
}

function toDay(row: DayRow, groups: GroupMap): Day {
  return {
    date: row.date,
    revision: row.revision,
    final: row.final === 1,
    tracked: row.tracked === 1,
    limits: { premium: row.premium_limit, mini: row.mini_limit },
    hoursReadS: row.hours_read_s,
    hoursRevision: row.hours_revision,
    groups,
  }
}
