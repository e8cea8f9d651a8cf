import { DAY_S, floorTo } from '../usage/utcDay.ts'
import type { HeadroomView, LimitCounts, Tier } from '../wire.ts'
import type { CurvePoint } from './dayUse.ts'

// What can be spent without paying. OpenAI reports with a delay and is asked every few minutes, so the last reading is less than
// what was used. The rest is what strict questions have let pass since, or what the fastest stretch of the last hours would have
// used, whichever is more. Pure.

/** How long a request takes to stand in the Usage API, as people report it: minutes, most within ten. OpenAI promises nothing. */
export const REPORTING_LAG_S = 600
/** How far back the fastest stretch is looked for. */
export const HEADROOM_CURVE_S = 2 * 3600
/** A stretch shorter than this is a burst that was reported at once, no pace. */
const SHORTEST_STRETCH_S = 600

export interface HeadroomQuestion {
  tier: Tier
  /** That somebody means to use. */
  tokens: number
  /** Unix seconds. */
  nowS: number
  /** When usage was last read; null: never. */
  asOfS: number | null
  /** Counted against the limit at that time. */
  used: number
  /** Ascending readings of the day. */
  curve: readonly CurvePoint[]
  limit: number
  limitCounts: LimitCounts
  stale: boolean
  /** Tokens that strict questions have let pass since the last reading can know of. */
  granted: number
  /** Tokens of the busiest hour of the past days. */
  busiestHour: number
}

/** `GET /api/headroom`. Never negative, and never more than the limit leaves. */
export function headroomView(question: HeadroomQuestion): HeadroomView {
  const { tier, tokens, nowS, asOfS, used, limit, limitCounts, stale } = question
  const unreported = Math.max(question.granted, Math.ceil(tokensPerSecond(question) * unreportedSeconds(question)))
  const usable = Math.max(0, limit - used - unreported)
  return {
    tier,
    limit,
    used,
    unreported_tokens: unreported,
    error_tokens: Math.max(0, question.busiestHour - unreported),
    usable,
    tokens,
    fits: usable > 0 && tokens <= usable,
    limit_counts: limitCounts,
    lag_seconds: REPORTING_LAG_S,
    resets_at: floorTo(nowS, DAY_S) + DAY_S,
    as_of: asOfS,
    stale,
  }
}

/** Up to when the last reading knows what was used today (Unix seconds). */
export function reportedUntil(nowS: number, asOfS: number | null): number {
  const midnight = floorTo(nowS, DAY_S)
  // A reading that lies ahead was noted by a clock that has jumped back since.
  return Math.max(midnight, Math.min(nowS, asOfS ?? midnight) - REPORTING_LAG_S)
}

function unreportedSeconds({ nowS, asOfS }: HeadroomQuestion): number {
  return nowS - reportedUntil(nowS, asOfS)
}

/** Of the fastest stretch of ten minutes or more. */
function tokensPerSecond({ nowS, asOfS, used, curve }: HeadroomQuestion): number {
  const midnight = floorTo(nowS, DAY_S)
  const points = [
    ...(nowS - midnight <= HEADROOM_CURVE_S ? [{ timestamp: midnight, tokens: 0 }] : []),
    ...curve.filter(({ timestamp }) => timestamp > midnight),
    ...(asOfS !== null && asOfS > midnight && asOfS <= nowS ? [{ timestamp: asOfS, tokens: used }] : []),
  ]
  let fastest = 0
  let from = 0
  for (let to = 1; to < points.length; to++) {
    const end = points[to]
    if (end === undefined) break
    while ((points[from + 1]?.timestamp ?? Number.POSITIVE_INFINITY) <= end.timestamp - SHORTEST_STRETCH_S) from++
    const start = points[from]
    const seconds = start === undefined ? 0 : end.timestamp - start.timestamp
    // A day that has just begun, or a schedule of minutes, has no longer stretch than it has.
    if (start !== undefined && seconds > 0)
      fastest = Math.max(fastest, (end.tokens - start.tokens) / Math.max(seconds, SHORTEST_STRETCH_S))
  }
  return fastest
}
