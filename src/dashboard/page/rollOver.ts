import type { TierUsage, UsageView } from '../../wire.ts'
import { DAY_S, utcDate } from '../words/clock.ts'

/** Yesterday's numbers are never shown as today's: once the reset has passed, the new day stands at zero. */
export function rollOver(usage: UsageView, now: number): UsageView {
  if (now < usage.resets_at) return usage
  const date = utcDate(now)
  return {
    ...usage,
    date,
    premium: emptied(usage.premium),
    mini: emptied(usage.mini),
    models: [],
    resets_at: Date.parse(`${date}T00:00:00Z`) / 1000 + DAY_S,
  }
}

function emptied(tier: TierUsage): TierUsage {
  return {
    tokens_used: 0,
    used: 0,
    limit: tier.limit,
    percentage: 0,
    remaining: tier.limit,
    input_tokens: 0,
    output_tokens: 0,
    cached_tokens: 0,
    requests: 0,
    free_tokens: 0,
    billed_tokens: 0,
    free_remaining: tier.free_remaining === null ? null : tier.limit,
    limit_counts: tier.limit_counts,
    counted_tokens: 0,
    counted_percentage: 0,
    forecast: null,
  }
}
