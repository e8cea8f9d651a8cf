import type { Projection } from './projectDay.ts'

/** Positions on the bar, each in percent of its length. Nothing is ever clipped: past the limit the scale grows. */
export interface BarScale {
  /** Used, up to the limit. */
  fill: number
  /** Used, past the limit: from `limit` to here. */
  over: number
  /** The forecast's middle; equal to `fill` or `over` where there is none. */
  projected: number
  limit: number | null
  /** Where even use over the whole day would stand now. */
  pace: number | null
}

interface Question {
  used: number
  limit: number
  projection: Projection
  dayShare: number
}

/** A little room past the limit, so that its line is never the bar's own end. */
const HEADROOM = 1.04

export function barScale({ used, limit, projection, dayShare }: Question): BarScale {
  const projected = projection.kind === 'range' ? projection.mid : used
  const end = Math.max(limit * HEADROOM, used * (used > limit ? HEADROOM : 1), Math.min(projected, limit * 2), 1)
  const at = (tokens: number) => Math.min(100, Math.max(0, (tokens / end) * 100))
  if (limit <= 0) return { fill: at(used), over: at(used), projected: at(projected), limit: null, pace: null }
  return {
    fill: at(Math.min(used, limit)),
    over: at(used),
    projected: at(Math.max(projected, used)),
    limit: at(limit),
    pace: at(limit * Math.min(1, Math.max(0, dayShare))),
  }
}
