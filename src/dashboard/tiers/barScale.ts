/** Positions on the bar, each in percent of its length. Nothing is ever clipped: past the limit the scale grows. */
export interface BarScale {
  /** Counted, up to the limit. */
  fill: number
  /** Counted, past the limit: from `limit` to here. */
  over: number
  /** What of `over` was free: the rest, up to `over`, is billed. */
  free: number
  /** The forecast's expected end; equal to `over` where there is none. */
  projected: number
  limit: number | null
  /** Where even use over the whole day would stand now. */
  pace: number | null
}

interface Question {
  /** What is compared with the limit. */
  counted: number
  /** Of what is counted. */
  free: number
  limit: number
  /** Null: no forecast. */
  expected: number | null
  dayShare: number
}

/** A little room past the limit, so that its line is never the bar's own end. */
const HEADROOM = 1.04

export function barScale({ counted, free, limit, expected, dayShare }: Question): BarScale {
  const projected = Math.max(expected ?? counted, counted)
  const end = Math.max(
    limit * HEADROOM,
    counted * (counted > limit ? HEADROOM : 1),
    limit > 0 ? Math.min(projected, limit * 2) : projected,
    1,
  )
  const at = (tokens: number) => Math.min(100, Math.max(0, (tokens / end) * 100))
  const shared = { over: at(counted), free: at(Math.min(free, counted)), projected: at(projected) }
  if (limit <= 0) return { ...shared, fill: at(counted), limit: null, pace: null }
  return {
    ...shared,
    fill: at(Math.min(counted, limit)),
    limit: at(limit),
    pace: at(limit * Math.min(1, Math.max(0, dayShare))),
  }
}
