import type { TierUsage } from '../../wire.ts'

export type TierState = 'none' | 'ok' | 'warn' | 'critical' | 'exceeded'

const CRITICAL_PERCENT = 90
const WARN_PERCENT = 75

/** `none`: no limit is set. */
export function tierState(tier: Pick<TierUsage, 'tokens_used' | 'limit'>): TierState {
  if (!(tier.limit > 0)) return 'none'
  const reached = (tier.tokens_used / tier.limit) * 100
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
