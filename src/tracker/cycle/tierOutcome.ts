import type { TierTotals } from '../../usage/tierTotals.ts'
import type { ReconcileTier, Tier } from '../../wire.ts'

/** What a re-read changed; `added` is negative when OpenAI took something back. */
export function tierOutcome(before: TierTotals, after: TierTotals): Record<Tier, ReconcileTier> {
  const of = (tier: Tier): ReconcileTier => ({
    before: before[tier].tokens,
    after: after[tier].tokens,
    added: after[tier].tokens - before[tier].tokens,
  })
  return { premium: of('premium'), mini: of('mini') }
}
