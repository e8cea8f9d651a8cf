import { type Classify, isFree } from '../models.ts'
import type { Tier } from '../wire.ts'
import { type Counts, totalTokens, type UsageGroup } from './usageGroup.ts'

/** A tier's use of one day. `free + billed` is `tokens`, and `tokens` is input and output, nothing else. */
export interface TierTotal extends Counts {
  tokens: number
  /** Paid by OpenAI's complimentary tokens. */
  free: number
  billed: number
}

export type TierTotals = Record<Tier, TierTotal>

function nothing(): TierTotal {
  return { input: 0, output: 0, cached: 0, requests: 0, tokens: 0, free: 0, billed: 0 }
}

export function tierTotals(groups: Iterable<UsageGroup>, classify: Classify): TierTotals {
  const totals: TierTotals = { premium: nothing(), mini: nothing() }
  for (const group of groups) {
    // Added to in place: a day by the hour has a thousand groups, and is added up several times a poll.
    const total = totals[classify(group.model).tier]
    const tokens = totalTokens(group)
    total.input += group.input
    total.output += group.output
    total.cached += group.cached
    total.requests += group.requests
    total.tokens += tokens
    if (isFree(group.serviceTier)) total.free += tokens
    else total.billed += tokens
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
