import type { GroupMap } from '../../usage/usageGroup.ts'
import { endOf, startOf } from '../../usage/utcDay.ts'
import { packGroups, unpackGroups } from './groupsText.ts'
import type { Sql } from './sql.ts'

interface HourRow {
  hour: number
  groups: string
}

/** Groups of the hours that start in `[from, to)` (Unix seconds), by start. */
export function readHoursBetween(sql: Sql, from: number, to: number): Map<number, GroupMap> {
  const rows = sql.all<HourRow>(
    'SELECT hour, groups FROM hour_book WHERE hour >= ? AND hour < ? ORDER BY hour',
    from,
    to,
  )
  return new Map(rows.map(row => [row.hour, unpackGroups(row.groups)]))
}

/** The held hours of a date. */
export function readHours(sql: Sql, date: string): Map<number, GroupMap> {
  return readHoursBetween(sql, startOf(date), endOf(date))
}

/** Replaces an hour; one without groups stays as an empty row, so that D1 is told that they are gone. */
export function writeHour(sql: Sql, hour: number, groups: GroupMap, revision: number): void {
  sql.all(
    `INSERT INTO hour_book (hour, revision, acked, refused, groups) VALUES (?, ?, 0, NULL, ?)
     ON CONFLICT (hour) DO UPDATE SET revision = excluded.revision, refused = NULL, groups = excluded.groups`,
    hour,
    revision,
    packGroups(groups.values()),
  )
}
