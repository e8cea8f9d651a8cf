import { dateOf, floorTo, HOUR_S } from '../../usage/utcDay.ts'
import type { SnapshotPoint, Tier } from '../../wire.ts'
import { first, type Sql } from './sql.ts'

type Packed = [timestamp: number, premium: number, mini: number, premiumFree?: number, miniFree?: number]

/** A snapshot with what was free of it; unknown in those that were rebuilt, or that an older release made. */
export interface Tick extends SnapshotPoint {
  free?: Record<Tier, number>
}

interface TickRow {
  hour: number
  points: string
}

/** Snapshots in `[from, to)` (Unix seconds), oldest first. */
export function readTicks(sql: Sql, from: number, to: number): SnapshotPoint[] {
  return readPacked(sql, from, to).map(unpacked)
}

/** The same with what was free. */
export function readFreeTicks(sql: Sql, from: number, to: number): Tick[] {
  return readPacked(sql, from, to).map(packed => {
    const [, , , premium, mini] = packed
    return premium === undefined || mini === undefined
      ? unpacked(packed)
      : { ...unpacked(packed), free: { premium, mini } }
  })
}

function readPacked(sql: Sql, from: number, to: number): Packed[] {
  return sql
    .all<TickRow>(
      'SELECT hour, points FROM tick_book WHERE hour >= ? AND hour < ? ORDER BY hour',
      floorTo(from, HOUR_S),
      to,
    )
    .flatMap(row => JSON.parse(row.points) as Packed[])
    .filter(([timestamp]) => timestamp >= from && timestamp < to)
}

/**
 * Puts snapshots into their hours; one of the same second replaces the older one. The newest hour has `past = 0`, and no
 * index by what D1 is owed: with one, each tick would write two rows.
 */
export function writeTicks(sql: Sql, points: readonly Tick[], revision: number): void {
  const byHour = Map.groupBy(points, point => floorTo(point.timestamp, HOUR_S))
  for (const [hour, added] of byHour) {
    const [held] = sql.all<TickRow>('SELECT hour, points FROM tick_book WHERE hour = ?', hour)
    const isPast = held === undefined && isBehind(sql, hour)
    const all = new Map<number, Packed>(
      held === undefined ? [] : (JSON.parse(held.points) as Packed[]).map(point => [point[0], point]),
    )
    for (const { timestamp, premium_tokens, mini_tokens, free } of added) {
      const rest: [] | [number, number] = free === undefined ? [] : [free.premium, free.mini]
      all.set(timestamp, [timestamp, premium_tokens, mini_tokens, ...rest])
    }
    // What is put in between is sent again with all that follows it.
    const before = Math.min(...added.map(point => point.timestamp)) - 1
    sql.all(
      `INSERT INTO tick_book (hour, past, revision, acked, acked_s, refused, points) VALUES (?, ?, ?, 0, 0, NULL, ?)
       ON CONFLICT (hour) DO UPDATE SET revision = excluded.revision, refused = NULL, points = excluded.points,
         acked_s = min(acked_s, ?)`,
      hour,
      isPast ? 1 : 0,
      revision,
      JSON.stringify([...all.values()].sort((a, b) => a[0] - b[0])),
      before,
    )
  }
}

/** Whether a new hour lies behind the newest one, which it makes a past one where it does not. */
function isBehind(sql: Sql, hour: number): boolean {
  const newest = first<{ hour: number }>(sql, 'SELECT max(hour) AS hour FROM tick_book')?.hour ?? hour
  if (newest < hour) sql.all('UPDATE tick_book SET past = 1 WHERE past = 0')
  return hour < newest
}

/** Keeps the last snapshot of each hour in `[from, to)`: what D1 has not taken for a month is kept by the hour. */
export function thinTicks(sql: Sql, from: number, to: number): void {
  sql.all(
    `UPDATE tick_book SET points = json_array(points -> '$[#-1]')
     WHERE hour >= ? AND hour < ? AND json_array_length(points) > 1`,
    from,
    to,
  )
}

export function unpackTicks(text: string): SnapshotPoint[] {
  return (JSON.parse(text) as Packed[]).map(unpacked)
}

function unpacked([timestamp, premium_tokens, mini_tokens]: Packed): SnapshotPoint {
  return { timestamp, date: dateOf(timestamp), premium_tokens, mini_tokens }
}
