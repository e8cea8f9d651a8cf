import type { GroupMap } from '../../usage/usageGroup.ts'
import { HOUR_S } from '../../usage/utcDay.ts'
import type { SnapshotPoint } from '../../wire.ts'
import type { AlertFacts } from './alertStore.ts'
import { unpackGroups } from './groupsText.ts'
import { HISTORY_PARTS, type HistoryPart } from './pollState.ts'
import { first, type Sql } from './sql.ts'
import { unpackTicks } from './tickStore.ts'

// What D1 does not have: rows of the books whose revision it has not acknowledged, found by an index over just those. An
// hour is owed when it has been over for an hour, for figures that come late would be written twice.

const SETTLED_AFTER_END_S = HOUR_S

/** One table of the books: its key, and its rows as D1 wants them. */
interface Book {
  table: 'alert_book' | 'tick_book' | 'day_book' | 'hour_book' | 'cost_book'
  key: 'id' | 'hour' | 'date'
  /** What is owed, as the rest of a query: by the condition of the book's own index, or SQLite scans the table. */
  owed: string
  acked: 'acked' | 'usage_acked'
  refused: 'refused' | 'usage_refused'
  revision: 'revision' | 'groups_revision'
}

const WHOLE_ROW = { acked: 'acked', refused: 'refused', revision: 'revision' } as const
const OWED = 'acked < revision AND refused IS NULL'
const CLOSED = 'acked < revision AND final = 1 AND refused IS NULL'
/** The newest hour of ticks is in another index than those behind it (`tickStore.ts`). */
const OWED_TICKS = `(SELECT * FROM tick_book WHERE past = 1 AND ${OWED} UNION ALL
  SELECT * FROM tick_book WHERE past = 0 AND ${OWED}) AS tick`

const BOOKS: Record<Exclude<HistoryPart, 'queue'>, Book> = {
  alerts: { table: 'alert_book', key: 'id', owed: `alert_book WHERE ${OWED}`, ...WHOLE_ROW },
  ticks: { table: 'tick_book', key: 'hour', owed: `${OWED_TICKS} WHERE true`, ...WHOLE_ROW },
  days: { table: 'day_book', key: 'date', owed: `day_book WHERE ${CLOSED}`, ...WHOLE_ROW },
  usage: {
    table: 'day_book',
    key: 'date',
    owed: 'day_book WHERE usage_acked < groups_revision AND final = 1 AND usage_refused IS NULL',
    acked: 'usage_acked',
    refused: 'usage_refused',
    revision: 'groups_revision',
  },
  hours: { table: 'hour_book', key: 'hour', owed: `hour_book WHERE ${OWED}`, ...WHOLE_ROW },
  // The costs of open days move every hour, and are read from the object alone.
  costs: { table: 'cost_book', key: 'date', owed: `cost_book WHERE ${CLOSED}`, ...WHOLE_ROW },
}

/** Of hours only those before this one are handed over. */
export function settledBefore(nowS: number): number {
  return nowS - HOUR_S - SETTLED_AFTER_END_S
}

/** The oldest alerts that are owed. */
export function readOwedAlerts(sql: Sql, most: number): (AlertFacts & { revision: number })[] {
  return readBook(sql, 'alerts', '*', most)
}

export interface OwedTicks {
  hour: number
  revision: number
  /** D1 has the points up to this second. */
  ackedS: number
  points: SnapshotPoint[]
}

export function readOwedTicks(sql: Sql, most: number): OwedTicks[] {
  return readBook<{ hour: number; revision: number; acked_s: number; points: string }>(
    sql,
    'ticks',
    'hour, revision, acked_s, points',
    most,
  ).map(row => ({ hour: row.hour, revision: row.revision, ackedS: row.acked_s, points: unpackTicks(row.points) }))
}

/** Closed days that are owed. */
export function readOwedDates(sql: Sql, part: 'days' | 'usage' | 'costs', most: number): string[] {
  return readBook<{ date: string }>(sql, part, 'date', most).map(({ date }) => date)
}

export function readOwedHours(
  sql: Sql,
  most: number,
  nowS: number,
): { hour: number; revision: number; groups: GroupMap }[] {
  return readBook<{ hour: number; revision: number; groups: string }>(
    sql,
    'hours',
    'hour, revision, groups',
    most,
    settledBefore(nowS),
  ).map(row => ({ ...row, groups: unpackGroups(row.groups) }))
}

/** What D1 has acknowledged: a row's key, the revision that was written, and of ticks the last one (Unix seconds). */
export interface Acknowledged {
  key: number | string
  revision: number
  lastS?: number
}

/** D1 has these as they were then; what has changed since stays owed. */
export function acknowledge(sql: Sql, part: Exclude<HistoryPart, 'queue'>, units: readonly Acknowledged[]): void {
  const { table, key, acked } = BOOKS[part]
  const acks = JSON.stringify(units.map(unit => [unit.key, unit.revision, unit.lastS ?? 0]))
  // A tick that was put in between meanwhile lies before the last one that was sent.
  const alsoTicks = part === 'ticks' ? ', acked_s = iif(tick_book.revision = ack.revision, ack.last_s, acked_s)' : ''
  sql.all(
    `UPDATE ${table} SET ${acked} = ack.revision ${alsoTicks}
     FROM (SELECT value ->> '$[0]' AS key, value ->> '$[1]' AS revision, value ->> '$[2]' AS last_s FROM json_each(?)) AS ack
     WHERE ${table}.${key} = ack.key`,
    acks,
  )
}

/** D1 refuses this row for good: it stays here, visible, and holds up nothing. */
export function refuse(sql: Sql, part: Exclude<HistoryPart, 'queue'>, unit: Acknowledged, reason: string): void {
  const { table, key, refused, revision } = BOOKS[part]
  sql.all(`UPDATE ${table} SET ${refused} = ? WHERE ${key} = ? AND ${revision} = ?`, reason, unit.key, unit.revision)
}

/** The parts of which D1 is owed anything. Asked several times a wake: one statement, one row of an index each. */
export function readOwedParts(sql: Sql, nowS: number): Set<HistoryPart> {
  const looks = [`EXISTS (SELECT 1 FROM history_entry WHERE parked IS NULL) AS queue`]
  for (const [part, { key, owed }] of Object.entries(BOOKS)) {
    const bound = part === 'hours' ? `AND ${key} <= ?` : ''
    looks.push(`EXISTS (SELECT 1 FROM ${owed} ${bound}) AS ${part}`)
  }
  const owed = first<Record<HistoryPart, number>>(sql, `SELECT ${looks.join(', ')}`, settledBefore(nowS))
  return new Set(HISTORY_PARTS.filter(part => owed?.[part] === 1))
}

/** More than this many rows are as good as many: a D1 that is away for a year must not be counted at every look. */
const MOST_COUNTED = 200

export interface HistoryBacklog {
  /** Rows of the books, at most 200 of each. */
  pending: number
  parked: number
  /** Unix seconds of the oldest that is owed. */
  oldestAt: number | null
}

export function readBacklog(sql: Sql, nowS: number): HistoryBacklog {
  const count = (from: string) =>
    first<{ n: number }>(sql, `SELECT count(*) AS n FROM (SELECT 1 FROM ${from} LIMIT ${MOST_COUNTED})`)?.n ?? 0
  const pending = Object.values(BOOKS).reduce((sum, { table, key, owed }) => {
    const bound = table === 'hour_book' ? `AND ${key} <= ${settledBefore(nowS)}` : ''
    return sum + count(`${owed} ${bound}`)
  }, count('history_entry WHERE parked IS NULL'))
  const parked = Object.values(BOOKS).reduce(
    (sum, { table, refused }) => sum + count(`${table} WHERE ${refused} IS NOT NULL`),
    count('history_entry WHERE parked IS NOT NULL'),
  )
  const oldest = [
    ...(['ticks', 'hours'] as const).map(part => {
      const { key, owed } = BOOKS[part]
      return first<{ at: number }>(sql, `SELECT ${key} AS at FROM ${owed} ORDER BY ${key} LIMIT 1`)?.at
    }),
  ].filter(at => at !== undefined)
  return { pending, parked, oldestAt: pending === 0 || oldest.length === 0 ? null : Math.min(...oldest) }
}

/** Settled dates that D1 has whole by now: the day, its hours, its ticks. */
export function readHandedDates(sql: Sql, most: number): string[] {
  const within = (key: string) => `${key} >= unixepoch(day_book.date) AND ${key} < unixepoch(day_book.date) + 86400`
  return sql
    .all<{ date: string }>(
      `SELECT date FROM day_book WHERE settled = 1 AND handed = 0 AND acked >= revision
         AND NOT EXISTS (SELECT 1 FROM hour_book WHERE ${within('hour_book.hour')} AND hour_book.acked < hour_book.revision)
         AND NOT EXISTS (SELECT 1 FROM tick_book WHERE ${within('tick_book.hour')} AND tick_book.acked < tick_book.revision)
         AND NOT EXISTS (SELECT 1 FROM gap WHERE gap.from_s >= unixepoch(day_book.date) - 1
                         AND gap.from_s < unixepoch(day_book.date) + 86399)
       ORDER BY date LIMIT ?`,
      most,
    )
    .map(({ date }) => date)
}

function readBook<Row>(
  sql: Sql,
  part: Exclude<HistoryPart, 'queue'>,
  columns: string,
  most: number,
  to: number | null = null,
): Row[] {
  const { key, owed } = BOOKS[part]
  const bound = to === null ? '' : `AND ${key} <= ?`
  const query = `SELECT ${columns} FROM ${owed} ${bound} ORDER BY ${key} LIMIT ?`
  // Bound, not written into it: a statement that is the same at every poll is prepared once.
  return to === null ? sql.all<Row>(query, most) : sql.all<Row>(query, to, most)
}
