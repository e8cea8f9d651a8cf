import { forecastDay } from '../../src/forecast/forecastDay.ts'
import { type PaceWatch, paceWatch } from '../../src/forecast/paceWatch.ts'
import type { PastDay } from '../../src/forecast/pastDays.ts'
import { limitReachedAt, projectDay, type Reading } from './straightLine.ts'

export interface Question {
  /** Unix seconds. */
  dayStart: number
  now: number
  readings: readonly Reading[]
  past: readonly PastDay[]
  limit: number
}

export interface Answer {
  low: number
  mid: number
  high: number
  /** Unix seconds; null: not before the reset. */
  runsOutAt: number | null
  /** True while its alert would stand. */
  isOn: boolean
}

/** A method on one day of one tier: asked at each reading, one after the other. */
export type Method = () => (question: Question) => Answer

const DAY_S = 86_400

/** What this project forecasts. Where it says nothing, what has been used stands. */
export const chosen: Method = () => {
  let watch: PaceWatch | null = null
  return ({ now, readings, past, limit }) => {
    const curve = readings.map(({ at, tokens }) => ({ timestamp: at, tokens }))
    const { forecast, chance, used } = forecastDay({ nowS: now, readingS: now, curve, past, limit, stale: false })
    watch = paceWatch(watch, { at: now, chance, used, limit, state: forecast.state })
    return {
      low: forecast.low_tokens ?? used,
      mid: forecast.expected_tokens ?? used,
      high: forecast.high_tokens ?? used,
      runsOutAt: forecast.runs_out_at,
      isOn: watch.isOn,
    }
  }
}

/** The pace of the last hours, on a straight line: what the page drew before. Its alert is its verdict at any one reading. */
export const straightLine: Method =
  () =>
  ({ dayStart, now, readings, limit }) => {
    const used = readings.at(-1)?.tokens ?? 0
    const projection = projectDay({ readings, dayStart, dayEnd: dayStart + DAY_S, now, stale: false })
    if (projection.kind === 'none') return { low: used, mid: used, high: used, runsOutAt: null, isOn: false }
    const { low, mid, high } = projection
    const runsOutAt = limitReachedAt(projection, mid, limit)
    return { low, mid, high, runsOutAt, isOn: used < limit && (low >= limit || runsOutAt !== null) }
  }
