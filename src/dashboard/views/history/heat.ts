import type { HourPoint, Tier } from '../../../wire.ts'
import { DAY_S, startOf, utcDate } from '../../words/clock.ts'

const HOUR_S = 3600
const HOURS = 24
export const LEVELS = 5

export interface HeatDay {
  date: string
  /** Tokens of each UTC hour; null where nothing is known of the hour, or it has not begun. */
  hours: (number | null)[]
}

/** The hours of the last `count` UTC dates, newest first. An hour that is not named used nothing; a date without any is not known, and dates before the first known one are left out. */
export function heatDays(points: readonly HourPoint[], tier: Tier, now: number, count: number): HeatDay[] {
  const known = new Map(points.map(point => [point.timestamp, point[`${tier}_hour_tokens`]]))
  const dates = new Set(points.map(({ date }) => date))
  const oldest = [...dates].sort()[0] ?? ''
  const days = Array.from({ length: count }, (_, back) => {
    const date = utcDate(now - back * DAY_S)
    const start = startOf(date)
    const hours = Array.from({ length: HOURS }, (_, hour) => {
      const at = start + hour * HOUR_S
      return at > now || !dates.has(date) ? null : (known.get(at) ?? 0)
    })
    return { date, hours }
  })
  return days.filter(({ date }) => date >= oldest)
}

/** 0 to `LEVELS`: by the share of the highest hour that is no burst, so that one does not pale all others. */
export function levelOf(tokens: number, days: readonly HeatDay[]): number {
  return tokens <= 0 ? 0 : Math.max(1, Math.min(LEVELS, Math.ceil((tokens / usualMost(days)) * LEVELS)))
}

const USUAL_SHARE = 0.98

function usualMost(days: readonly HeatDay[]): number {
  const all = days
    .flatMap(({ hours }) => hours.filter(tokens => tokens !== null))
    .filter(tokens => tokens > 0)
    .sort((a, b) => a - b)
  return all[Math.floor((all.length - 1) * USUAL_SHARE)] ?? 1
}
