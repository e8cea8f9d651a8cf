import type { Tier } from '../../wire.ts'

export const TIER_NAMES: Record<Tier, string> = { premium: 'Premium', mini: 'Mini' }
