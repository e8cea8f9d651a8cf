import type { Classify } from '../models.ts'
import type { SnapshotPoint, Tier } from '../wire.ts'
import { type Bucket, totalTokens } from './usageGroup.ts'
import { dateOf, floorTo, HOUR_S } from './utcDay.ts'

/**
 * The day's running totals at each of `ticks` (Unix seconds, whole minutes, ascending), rebuilt from what OpenAI keeps:
 * hour buckets for the full hours before a tick, minute buckets for the rest. Both must be complete from the midnight
 * before the first tick, and from the first tick's hour, to the last tick. Without minutes, ticks must be whole hours.
 */
export function tickCurve(
  ticks: readonly number[],
  hours: readonly Bucket[],
  minutes: readonly Bucket[],
  classify: Classify,
): SnapshotPoint[] {
  const hourTokens = hours.map(bucket => ({ start: bucket.start, tokens: tokensByTier(bucket, classify) }))
  const minuteTokens = minutes.map(bucket => ({ start: bucket.start, tokens: tokensByTier(bucket, classify) }))
  return ticks.map(tick => {
    const hour = floorTo(tick, HOUR_S)
    const date = dateOf(tick)
    const parts = [
      ...hourTokens.filter(part => dateOf(part.start) === date && part.start < hour),
      ...minuteTokens.filter(part => part.start >= hour && part.start < tick),
    ]
    return {
      timestamp: tick,
      date,
      premium_tokens: parts.reduce((sum, part) => sum + part.tokens.premium, 0),
      mini_tokens: parts.reduce((sum, part) => sum + part.tokens.mini, 0),
    }
  })
}

export function tokensByTier(bucket: Bucket, classify: Classify): Record<Tier, number> {
  const tokens = { premium: 0, mini: 0 }
  for (const group of bucket.groups) tokens[classify(group.model).tier] += totalTokens(group)
  return tokens
}
