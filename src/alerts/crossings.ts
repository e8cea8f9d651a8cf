import { percentageOf } from '../usage/usageView.ts'
import type { LimitCounts, Tier } from '../wire.ts'
import type { AlertMessage } from './alertMessage.ts'
import { alertHeadline } from './alertWords.ts'
import type { Causes } from './causes.ts'
import type { Firing } from './firing.ts'

// Which thresholds a day's total has reached, and what follows. Per date, tier and threshold there is one firing ever:
// totals that fall do not take it back and a limit that is raised does not repeat it, because `fired` only grows.

/** Thresholds carry three decimals at most (`config/`), so in thousandths of a percent they are whole. */
const PER_PERCENT = 1000
const WHOLE_LIMIT = 100n * BigInt(PER_PERCENT)

/**
 * The thresholds (percent) at or below this total, ascending. Compared in whole numbers: in floating point
 * 0.07 x 100 is 7.000000000000001, so a total of exactly 7 % would not count as having reached 7 %.
 */
export function crossedThresholds(tokensUsed: number, limit: number, thresholds: readonly number[]): number[] {
  if (!Number.isInteger(tokensUsed) || !Number.isInteger(limit) || limit <= 0) return []
  const used = BigInt(tokensUsed) * WHOLE_LIMIT
  const crossed = thresholds.filter(
    percent =>
      percent > 0 && Number.isFinite(percent) && used >= BigInt(Math.round(percent * PER_PERCENT)) * BigInt(limit),
  )
  return [...new Set(crossed)].sort((a, b) => a - b)
}

export interface Reading {
  date: string
  tier: Tier
  tokensUsed: number
  /**
   * What was known to be used on this date and in this tier before this reading, counted as this reading counts: with
   * today's tiers of the models. 0 where everything that was used is news.
   */
  knownTokens: number
  limit: number
  thresholds: readonly number[]
  /** Thresholds that have fired on this date and tier before. */
  fired: ReadonlySet<number>
  /** Unix seconds. */
  firedAt: number
  late: boolean
}

/**
 * The thresholds that this reading is the first to reach, ascending. Settings alone make no news: a threshold that is new,
 * or that is reached because a limit or a model's tier changed, does not fire where `knownTokens` reach it as well.
 */
export function newFirings(reading: Reading): Firing[] {
  const { date, tier, tokensUsed, knownTokens, limit, thresholds, fired, firedAt, late } = reading
  const known = new Set(crossedThresholds(knownTokens, limit, thresholds))
  const percentage = percentageOf(tokensUsed, limit)
  const message = alertHeadline({ tier, percentage })
  return crossedThresholds(tokensUsed, limit, thresholds)
    .filter(threshold => !fired.has(threshold) && !known.has(threshold))
    .map(threshold => ({ date, tier, threshold, tokensUsed, limit, percentage, message, firedAt, late }))
}

export interface MessageFacts {
  /** Unix seconds: when the date's limit starts anew. */
  resetsAt: number
  /**
   * The installation's own id, a short text of a-z and 0-9: two installations may share a receiver, and one that drops
   * repeats by their id must not take the second's alert for the first's.
   */
  installation: string
  causes?: Causes
  counts: LimitCounts
}

/** One message for the firings of one date and tier: it names the highest and lists the lower ones it passed. */
export function messageOf(
  firings: readonly Firing[],
  { resetsAt, installation, causes, counts }: MessageFacts,
): AlertMessage | null {
  const ascending = [...firings].sort((a, b) => a.threshold - b.threshold)
  const highest = ascending.at(-1)
  if (highest === undefined) return null
  const { date, tier, threshold, tokensUsed, limit, percentage, firedAt, late } = highest
  return {
    kind: 'alert',
    id: `alert-${installation}-${date}-${tier}-${withoutDots(threshold)}`,
    date,
    tier,
    threshold,
    thresholds: [...new Set(ascending.map(firing => firing.threshold))],
    tokensUsed,
    limit,
    percentage,
    resetsAt,
    firedAt,
    late,
    counts,
    ...(causes !== undefined && { causes }),
  }
}

/** Standard Webhooks joins id, timestamp and body with dots to sign them. */
function withoutDots(threshold: number): string {
  return String(threshold).replaceAll('.', '_')
}
