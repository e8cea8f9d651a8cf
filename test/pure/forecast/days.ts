import type { DayQuestion } from '../../../src/forecast/forecastDay.ts'
import type { PastDay } from '../../../src/forecast/pastDays.ts'
import { startOf } from '../../../src/usage/utcDay.ts'

export const DAY = startOf('2026-11-20')
export const HOUR = 3600

/** A past day with the same tokens in each hour, or with those of `hours`. */
export function pastDay(daysAgo: number, hours: number | (number | null)[], total?: number): PastDay {
  const list = typeof hours === 'number' ? new Array<number>(24).fill(hours) : hours
  return { daysAgo, hours: list, total: total ?? list.reduce<number>((sum, tokens) => sum + (tokens ?? 0), 0) }
}

/** A reading every ten minutes up to `hours`, at a constant pace. */
export function steadyCurve(hours: number, perHour: number): DayQuestion['curve'] {
  return Array.from({ length: Math.floor(hours * 6) }, (_, at) => ({
    timestamp: DAY + (at + 1) * 600,
    tokens: Math.round(((at + 1) * perHour) / 6),
  }))
}

/** Asked at the moment of the reading, `hours` after 00:00 UTC. */
export function question(hours: number, rest: Partial<DayQuestion> = {}): DayQuestion {
  const readingS = DAY + hours * HOUR
  return { nowS: readingS, readingS, curve: steadyCurve(hours, 100), past: [], limit: null, stale: false, ...rest }
}
