import type { Tier, TierUsage } from '../../wire.ts'

export const TIER_NAMES: Record<Tier, string> = { premium: 'Premium', mini: 'Mini' }

export type TierState = 'none' | 'ok' | 'warn' | 'critical' | 'exceeded'

const CRITICAL_PERCENT = 90
const WARN_PERCENT = 75

/** By what counts against the limit (LIMIT_COUNTS). `none`: no limit is set. */
export function tierState(tier: Pick<TierUsage, 'counted_tokens' | 'limit'>): TierState {
  if (!(tier.limit > 0)) return 'none'
  const reached = (tier.counted_tokens / tier.limit) * 100
  if (reached >= 100) return 'exceeded'
  if (reached >= CRITICAL_PERCENT) return 'critical'
  return reached >= WARN_PERCENT ? 'warn' : 'ok'
}

/** A forecast past the limit is a warning, never more: it has not happened. */
export function withForecast(state: TierState, exceeds: boolean): TierState {
  return exceeds && state === 'ok' ? 'warn' : state
}

export const STATE_WORDS: Record<TierState, string> = {
  none: 'No limit set',
  ok: 'Within limit',
  warn: 'Getting close',
  critical: 'Nearly gone',
  exceeded: 'Limit reached',
}

/** A plain tick says that nothing has to be paid: what is billed is marked as such. */
export function markOf(state: TierState, billed: number): TierState | 'billed' {
  return state === 'ok' && billed > 0 ? 'billed' : state
}
