import type { LimitCounts, SnapshotPoint, Tier } from '../../wire.ts'

/** What a tier had used at a moment (Unix seconds) of its UTC day. */
export interface Reading {
  at: number
  tokens: number
}

/** What counts against the limit, as it grew over the day. A reading that does not know what was free is left out where that counts. */
export function dayCurve(points: readonly SnapshotPoint[], tier: Tier, counts: LimitCounts): Reading[] {
  return points.flatMap(point => {
    const tokens = counts === 'free' ? point[`${tier}_free_tokens` as const] : point[`${tier}_tokens` as const]
    return tokens === undefined ? [] : [{ at: point.timestamp, tokens }]
  })
}

/** When the limit was reached: the first reading that stands at or past it. Null where none does. */
export function ranOutAt(readings: readonly Reading[], limit: number): number | null {
  return limit > 0 ? (readings.find(({ tokens }) => tokens >= limit)?.at ?? null) : null
}
