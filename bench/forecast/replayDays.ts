import type { PastDay } from '../../src/forecast/pastDays.ts'
import type { Answer, Method } from './methods.ts'
import { DAYS, reachedAt, type Series, WINDOW_S, WINDOWS_A_DAY } from './series.ts'
import { percentile } from './statistics.ts'

const HOUR_S = 3600
const DAY_S = 86_400
const WINDOWS_AN_HOUR = 6
export const LIMIT_PERCENTILES = [50, 70, 90]

/** A method on one day against one limit. Times are seconds from 00:00. */
export interface ReplayedDay {
  series: Series
  total: number
  limitPercentile: number
  limit: number
  /** When the limit was in fact reached; null: not on that day. */
  ranOutAt: number | null
  /** Past days on which the series was in use already. */
  daysBefore: number
  /** From 01:00 on, every ten minutes. */
  answers: (Answer & { at: number; used: number })[]
}

/** Readings come every ten minutes and say what was used until ten minutes before. The first day is only history. */
export function replayDays(series: Series, method: Method): ReplayedDay[] {
  const limits = LIMIT_PERCENTILES.map(percent => ({ percent, limit: percentile(series.totals, percent) }))
  const firstUse = series.totals.findIndex(total => total > 0)
  return Array.from({ length: DAYS - 1 }, (_, before) => before + 1).flatMap(day => {
    const running = series.days[day] ?? new Float64Array()
    const readings = Array.from({ length: WINDOWS_A_DAY - 1 }, (_, at) => ({
      at: day * DAY_S + (at + 1) * WINDOW_S,
      tokens: Math.round(running[at] ?? 0),
    }))
    const past = pastOf(series, day)
    return limits
      .filter(({ limit }) => limit >= 1)
      .map(({ percent, limit }) => {
        const ask = method()
        const answers = readings.slice(WINDOWS_AN_HOUR - 1).map(({ at: now, tokens: used }, index) => {
          const question = {
            dayStart: day * DAY_S,
            now,
            readings: readings.slice(0, index + WINDOWS_AN_HOUR),
            past,
            limit,
          }
          const answer = ask(question)
          const runsOutAt = answer.runsOutAt === null ? null : answer.runsOutAt - day * DAY_S
          return { ...answer, runsOutAt, at: now - day * DAY_S, used }
        })
        return {
          series,
          total: series.totals[day] ?? 0,
          limitPercentile: percent,
          limit,
          ranOutAt: reachedAt(running, limit),
          daysBefore: Math.max(0, day - firstUse),
          answers,
        }
      })
  })
}

function pastOf(series: Series, day: number): PastDay[] {
  return series.days.slice(0, day).map((running, index) => ({
    daysAgo: day - index,
    total: Math.round(series.totals[index] ?? 0),
    hours: Array.from({ length: DAY_S / HOUR_S }, (_, hour) =>
      Math.round((running[(hour + 1) * WINDOWS_AN_HOUR] ?? 0) - (running[hour * WINDOWS_AN_HOUR] ?? 0)),
    ),
  }))
}
