import { HOUR_S } from '../usage/utcDay.ts'

export interface CurvePoint {
  /** Unix seconds. */
  timestamp: number
  /** Total of the tier since 00:00 UTC. */
  tokens: number
}

/** What a tier has used of its UTC day by the last reading. */
export interface DayUse {
  /** Hours from 00:00 UTC to the last reading, 0 to 24. */
  hours: number
  /** Total of the last reading; 0 before the first of the day. */
  total: number
  /** Tokens of the `hours` before the last reading, at least 0: a total may be corrected downward. */
  usedIn(hours: number): number
  /** The earliest reading of the day, in hours from 00:00 UTC; null when there is none. */
  firstAt: number | null
}

/**
 * `curve` ascends. The day starts at 0, totals between two readings lie on the straight line that joins them, and a reading without
 * a point of its own (nothing new was recorded) has the total of the point before. Points of another day or after the reading do not count.
 */
export function dayUse(curve: readonly CurvePoint[], dayStart: number, readingS: number): DayUse {
  let first = 0
  let last = curve.length - 1
  while ((curve[first]?.timestamp ?? Number.POSITIVE_INFINITY) <= dayStart) first++
  while ((curve[last]?.timestamp ?? Number.NEGATIVE_INFINITY) > readingS) last--
  const total = last < first ? 0 : (curve[last]?.tokens ?? 0)
  const totalAt = (at: number): number => {
    if (at <= dayStart || last < first) return 0
    let index = last
    while (index >= first && (curve[index]?.timestamp ?? 0) > at) index--
    const after = curve[index + 1]
    const from = index < first ? 0 : (curve[index]?.tokens ?? 0)
    if (index >= last || after === undefined) return from
    const start = index < first ? dayStart : (curve[index]?.timestamp ?? dayStart)
    return from + ((after.tokens - from) * (at - start)) / (after.timestamp - start)
  }
  return {
    hours: Math.min(24, Math.max(0, (readingS - dayStart) / HOUR_S)),
    total,
    usedIn: hours => Math.max(0, total - totalAt(readingS - hours * HOUR_S)),
    firstAt: last < first ? null : ((curve[first]?.timestamp ?? dayStart) - dayStart) / HOUR_S,
  }
}

/** Tokens an hour, over the last `hours` or since 00:00 UTC; the day has begun. */
export function pace(use: DayUse, hours: number): number {
  const span = Math.min(hours, use.hours)
  return use.usedIn(span) / span
}
