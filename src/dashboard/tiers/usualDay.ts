import type { HourPoint, Tier } from '../../wire.ts'
import { DAY_S, startOf, utcDate } from '../words/clock.ts'
import type { Reading } from './dayCurve.ts'

const HOUR_S = 3600
const HOURS = 24
/** Fewer days say nothing about what is usual. */
const FEWEST_DAYS = 3

/** Running totals of a tier at the end of each of a date's hours; null for a date without any. */
function runningTotals(points: readonly HourPoint[], date: string, tier: Tier): number[] | null {
  const start = startOf(date)
  const hours: number[] = Array.from({ length: HOURS }, () => 0)
  let known = false
  for (const point of points) {
    const hour = Math.floor((point.timestamp - start) / HOUR_S)
    if (hour < 0 || hour >= HOURS) continue
    known = true
    hours[hour] = point[`${tier}_hour_tokens`]
  }
  let sum = 0
  return known ? hours.map(tokens => (sum += tokens)) : null
}

/** What a usual day had used by each hour of today: the median of the past days that are known. Empty where too few are. */
export function usualDay(points: readonly HourPoint[], today: string, tier: Tier): Reading[] {
  const dates = [...new Set(points.map(({ date }) => date))].filter(date => date < today)
  const days = dates.flatMap(date => {
    const totals = runningTotals(points, date, tier)
    return totals ? [totals] : []
  })
  if (days.length < FEWEST_DAYS) return []
  const start = startOf(today)
  const ends = Array.from({ length: HOURS }, (_, hour) => ({
    at: start + (hour + 1) * HOUR_S,
    tokens: median(days.map(totals => totals[hour] ?? 0)),
  }))
  return [{ at: start, tokens: 0 }, ...ends]
}

/** What had been used by this time of the day, seven days ago; null where that day is not known. */
export function lastWeekByNow(points: readonly HourPoint[], now: number, tier: Tier): number | null {
  const then = now - 7 * DAY_S
  const date = utcDate(then)
  const totals = runningTotals(points, date, tier)
  if (totals === null) return null
  const start = startOf(date)
  return at(
    [{ at: start, tokens: 0 }, ...totals.map((tokens, hour) => ({ at: start + (hour + 1) * HOUR_S, tokens }))],
    then,
  )
}

/** On the straight line between two ends of hours. */
export function at(curve: readonly Reading[], moment: number): number {
  const after = curve.find(each => each.at >= moment)
  const before = curve.findLast(each => each.at <= moment)
  if (!after || !before) return before?.tokens ?? 0
  const part = after.at === before.at ? 0 : (moment - before.at) / (after.at - before.at)
  return Math.round(before.tokens + (after.tokens - before.tokens) * part)
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  const [low = 0, high = 0] = [sorted[Math.ceil(sorted.length / 2) - 1], sorted[middle]]
  return Math.round((low + high) / 2)
}
