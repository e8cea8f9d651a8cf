import { type Classify, isFree } from '../models.ts'
import type { Tier } from '../wire.ts'
import { addCounts, type Counts, totalTokens, type UsageGroup } from './usageGroup.ts'

/** A tier's use of one day. `free + billed` is `tokens`, and `tokens` is input and output, nothing else. */
export interface TierTotal extends Counts {
  tokens: number
  /** Paid by OpenAI's complimentary tokens. */
  free: number
  billed: number
}

export type TierTotals = Record<Tier, TierTotal>

const NOTHING: TierTotal = { input: 0, output: 0, cached: 0, requests: 0, tokens: 0, free: 0, billed: 0 }

export function tierTotals(groups: Iterable<UsageGroup>, classify: Classify): TierTotals {
  const totals: TierTotals = { premium: NOTHING, mini: NOTHING }
  for (const group of groups) {
    const { tier } = classify(group.model)
    const tokens = totalTokens(group)
    const free = isFree(group.serviceTier) ? tokens : 0
    const sum = addCounts(totals[tier], group)
    totals[tier] = { ...sum, tokens: sum.tokens + tokens, free: sum.free + free, billed: sum.billed + tokens - free }
  }
  return totals
}

/**
 * True when a complete answer looks like another organisation's key or an upstream that lost data: more than half of a
 * tier's tokens are gone. Corrections do go down, so this asks for a second read, it does not refuse.
 */
export function isSteepFall(before: TierTotals, after: TierTotals): boolean {
  return (['premium', 'mini'] as const).some(tier => after[tier].tokens < before[tier].tokens / 2)
}
