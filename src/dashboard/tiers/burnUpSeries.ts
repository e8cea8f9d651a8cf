import type { Reading } from './dayCurve.ts'

/** `undefined`: nothing is said here, and a line goes on; `null`: nobody knows, and it ends. */
type Line = (number | null | undefined)[]

/** The chart's columns: moments, what was used, the forecast's low, middle and high, and a usual day. */
export interface BurnUpSeries {
  columns: [number[], Line, Line, Line, Line, Line]
  /** Top of the vertical axis: neither the limit nor any reading is ever cut off. */
  top: number
  /** Where the forecast goes on past the top: to here. Null where it does not. */
  beyond: number | null
}

export interface BurnUpQuestion {
  readings: readonly Reading[]
  /** Where the server says that the day will end. */
  range: { low: number; expected: number; high: number } | null
  /** Running totals of a usual day; empty where none is known or asked for. */
  usual: readonly Reading[]
  limit: number
  dayStart: number
  dayEnd: number
}

const HEADROOM = 1.08
/** Rebuilt hours have a reading each. */
const LONGEST_STEP_S = 2 * 3600
/** A forecast far past the limit must not flatten the day's own curve. */
const FORECAST_MOST = 1.6

export function burnUpSeries({ readings, range, usual, limit, dayStart, dayEnd }: BurnUpQuestion): BurnUpSeries {
  const known = readings.filter(reading => reading.at > dayStart && reading.at < dayEnd)
  const stops = withHoles([{ at: dayStart, tokens: 0 }, ...known])
  const last = known.at(-1)?.at ?? dayStart
  const moments = [...new Set([...stops.map(({ at }) => at), ...usual.map(({ at }) => at), dayEnd])].sort(
    (a, b) => a - b,
  )
  const line = (of: readonly { at: number; tokens: number | null }[]): Line => {
    const at = new Map(of.map(each => [each.at, each.tokens]))
    return moments.map(moment => at.get(moment))
  }
  const from = known.at(-1)?.tokens ?? 0
  const forecast = (end: number | undefined): Line =>
    line(
      end === undefined
        ? []
        : [
            { at: last, tokens: from },
            { at: dayEnd, tokens: end },
          ],
    )
  const most = Math.max(limit, ...known.map(reading => reading.tokens), 1)
  const high = range?.high ?? 0
  const top = Math.max(most, Math.min(Math.max(high, ...usual.map(({ tokens }) => tokens)), most * FORECAST_MOST))
  return {
    columns: [
      moments,
      line([...stops, { at: dayEnd, tokens: null }]),
      forecast(range?.low),
      forecast(range?.expected),
      forecast(range?.high),
      line(usual),
    ],
    top: top * HEADROOM,
    beyond: high > top * HEADROOM ? high : null,
  }
}

/** A flat line would say that nothing was used; after hours without a reading nobody knows. */
function withHoles(readings: readonly Reading[]): { at: number; tokens: number | null }[] {
  return readings.flatMap((reading, index) => {
    const before = readings[index - 1]
    const hole = before && reading.at - before.at > LONGEST_STEP_S
    return hole ? [{ at: before.at + 1, tokens: null }, reading] : [reading]
  })
}
