import type { Projection, Reading } from './projectDay.ts'

type Line = (number | null)[]

/** The chart's columns: moments, what was used, and the forecast's low, middle and high. */
export interface BurnUpSeries {
  columns: [number[], Line, Line, Line, Line]
  /** Top of the vertical axis: neither the limit nor any reading is ever cut off. */
  top: number
}

interface Question {
  readings: readonly Reading[]
  projection: Projection
  limit: number
  dayStart: number
  dayEnd: number
}

const HEADROOM = 1.08
/** Rebuilt hours have a reading each. */
const LONGEST_STEP_S = 2 * 3600
/** A forecast far past the limit must not flatten the day's own curve. */
const FORECAST_MOST = 1.6

export function burnUpSeries({ readings, projection, limit, dayStart, dayEnd }: Question): BurnUpSeries {
  const known = readings.filter(reading => reading.at > dayStart && reading.at < dayEnd)
  const stops = withHoles([{ at: dayStart, tokens: 0 }, ...known])
  const moments = [...stops.map(stop => stop.at), dayEnd]
  const used: Line = [...stops.map(stop => stop.tokens), null]
  const most = Math.max(limit, ...known.map(reading => reading.tokens), 1)
  const forecast = (pick: 'low' | 'mid' | 'high'): Line => {
    const line: Line = moments.map(() => null)
    if (projection.kind === 'none') return line
    line[line.length - 2] = projection.from.tokens
    line[line.length - 1] = projection[pick]
    return line
  }
  const high = projection.kind === 'none' ? 0 : projection.high
  return {
    columns: [moments, used, forecast('low'), forecast('mid'), forecast('high')],
    top: Math.max(most, Math.min(high, most * FORECAST_MOST)) * HEADROOM,
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
