import { endOf } from '../usage/utcDay.ts'
import { type LimitCounts, TIERS, type Tier } from '../wire.ts'
import type { Firing } from './firing.ts'

/**
 * What one message to the receivers says when one reading finds that thresholds were crossed on days that are over, in
 * more than one tier or date: after an absence, or where OpenAI reported late. One message for all of them.
 */
export interface MissedMessage {
  kind: 'missed'
  /** The same over all attempts and receivers, so that a receiver can drop a repeat. No dots (Standard Webhooks). */
  id: string
  /** Unix seconds: when the crossings were seen. */
  firedAt: number
  /** Which tokens the entries count; all where an older release made it. */
  counts?: LimitCounts
  /** Never empty. Oldest date first, premium before mini. */
  entries: MissedEntry[]
}

/** One tier on one UTC date that is over. */
export interface MissedEntry {
  date: string
  tier: Tier
  /** Percent: the highest that was crossed. */
  threshold: number
  /** Percent, ascending, `threshold` last. */
  thresholds: number[]
  tokensUsed: number
  limit: number
  /** Whole percent, rounded. */
  percentage: number
  /** Unix seconds: when the date's limit started anew. */
  resetsAt: number
}

/** One message for the firings of all missed days; null where nothing fired. `installation` is of a-z and 0-9. */
export function missedMessage(
  groups: readonly (readonly Firing[])[],
  { installation, firedAt, counts }: { installation: string; firedAt: number; counts: LimitCounts },
): MissedMessage | null {
  const byDayAndTier = Map.groupBy(groups.flat(), ({ date, tier }) => `${date} ${tier}`)
  const entries = [...byDayAndTier.values()].flatMap(entryOf).sort(byDateThenTier)
  if (entries.length === 0) return null
  return { kind: 'missed', id: `missed-${installation}-${firedAt}`, firedAt, counts, entries }
}

/** The entry that went furthest past its limit; of equals the latest. */
export function highestEntry(entries: readonly MissedEntry[]): MissedEntry | undefined {
  return highestEntries(entries, 1)[0]
}

/** The `most` entries that went furthest, in their own order; of equals the latest. */
export function highestEntries(entries: readonly MissedEntry[], most: number): MissedEntry[] {
  const ranked = [...entries].reverse().sort((a, b) => b.percentage - a.percentage)
  const kept = new Set(ranked.slice(0, most))
  return entries.filter(entry => kept.has(entry))
}

function entryOf(firings: readonly Firing[]): MissedEntry[] {
  const ascending = [...firings].sort((a, b) => a.threshold - b.threshold)
  const highest = ascending.at(-1)
  if (highest === undefined) return []
  const { date, tier, threshold, tokensUsed, limit, percentage } = highest
  const thresholds = [...new Set(ascending.map(firing => firing.threshold))]
  return [{ date, tier, threshold, thresholds, tokensUsed, limit, percentage, resetsAt: endOf(date) }]
}

function byDateThenTier(a: MissedEntry, b: MissedEntry): number {
  if (a.date !== b.date) return a.date < b.date ? -1 : 1
  return TIERS.indexOf(a.tier) - TIERS.indexOf(b.tier)
}
