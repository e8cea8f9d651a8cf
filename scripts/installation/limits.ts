import type { Settings } from '../settings.ts'

/** The complimentary tokens of a UTC day by OpenAI's usage tier (https://help.openai.com/en/articles/10306912). */
export const LIMITS = {
  'tier 1-2': { PREMIUM_TIER_LIMIT: '250000', MINI_TIER_LIMIT: '2500000' },
  'tier 3-5': { PREMIUM_TIER_LIMIT: '1000000', MINI_TIER_LIMIT: '10000000' },
} as const satisfies Record<string, Settings>
