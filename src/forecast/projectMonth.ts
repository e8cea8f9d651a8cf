import { addDays, datesFrom, startOf } from '../usage/utcDay.ts'

// Where the costs of a UTC month will end, from what its days and those before it cost. Pure.

/** Costs of a date come in for up to two days (reported); younger ones say too little. */
const SETTLES_AFTER_DAYS = 2
/** Days that tell what a day costs. */
const LOOKED_BACK_DAYS = 28
const FEWEST_DAYS = 3
/** From this many days on, weekends are told from weekdays. */
const WEEKENDS_FROM_DAYS = 14
/** Eight of ten months end within this many deviations, if days are independent of each other. */
const DEVIATIONS = 1.2816

export interface Projection {
  low: number
  expected: number
  high: number
}

/**
 * Billionths of a dollar at the end of the month that `today` is in; null with fewer than three settled days. `costs`: what
 * dates cost, from up to 28 days back; a date that is not in it is not known.
 */
export function projectMonth(costs: ReadonlyMap<string, number>, today: string): Projection | null {
  const settled = addDays(today, -SETTLES_AFTER_DAYS)
  const known = datesFrom(addDays(settled, 1 - LOOKED_BACK_DAYS), settled).filter(date => costs.has(date))
  if (known.length < FEWEST_DAYS) return null
  const first = `${today.slice(0, 7)}-01`
  const last = lastOfMonth(today)
  // What is known of the month stands; a younger day costs at least what has come in of it.
  const spent = datesFrom(first, settled).reduce((sum, date) => sum + (costs.get(date) ?? 0), 0)
  const typical = (date: string) => {
    const alike =
      known.length < WEEKENDS_FROM_DAYS ? known : known.filter(other => isWeekend(other) === isWeekend(date))
    return mean((alike.length === 0 ? known : alike).map(other => costs.get(other) ?? 0))
  }
  const open = datesFrom(maxDate(first, addDays(settled, 1)), last)
  const expected = open.reduce((sum, date) => sum + Math.max(typical(date), costs.get(date) ?? 0), spent)
  const spread =
    deviation(known.map(date => (costs.get(date) ?? 0) - typical(date))) * Math.sqrt(open.length) * DEVIATIONS
  const arrived = open.reduce((sum, date) => sum + (costs.get(date) ?? 0), spent)
  return {
    low: Math.round(Math.max(arrived, expected - spread)),
    expected: Math.round(expected),
    high: Math.round(expected + spread),
  }
}

export function lastOfMonth(date: string): string {
  const [year = 0, month = 1] = date.split('-').map(Number)
  return new Date(Date.UTC(year, month, 0)).toISOString().slice(0, 10)
}

function isWeekend(date: string): boolean {
  const day = new Date(startOf(date) * 1000).getUTCDay()
  return day === 0 || day === 6
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length
}

function deviation(residuals: readonly number[]): number {
  if (residuals.length < 2) return 0
  return Math.sqrt(residuals.reduce((sum, value) => sum + value * value, 0) / (residuals.length - 1))
}

function maxDate(a: string, b: string): string {
  return a > b ? a : b
}
