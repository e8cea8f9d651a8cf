import type { TierUsage } from '../../wire.ts'

export type TierState = 'none' | 'ok' | 'warn' | 'critical' | 'exceeded'

const CRITICAL_PERCENT = 90
const WARN_PERCENT = 75

/** `none`: no limit is set. The lowest alert threshold below 100 % is where a tier stops being well. */
export function tierState(tier: Pick<TierUsage, 'tokens_used' | 'limit'>, thresholds: readonly number[]): TierState {
  if (!(tier.limit > 0)) return 'none'
  const reached = (tier.tokens_used / tier.limit) * 100
  const warnAt = Math.min(WARN_PERCENT, ...thresholds.filter(percent => percent > 0 && percent < 100))
  if (reached >= 100) return 'exceeded'
  if (reached >= CRITICAL_PERCENT) return 'critical'
  return reached >= warnAt ? 'warn' : 'ok'
}

export const STATE_WORDS: Record<TierState, string> = {
  none: 'No limit set',
  ok: 'Within limit',
  warn: 'Getting close',
  critical: 'Nearly gone',
  exceeded: 'Limit reached',
}

const RANK: TierState[] = ['none', 'ok', 'warn', 'critical', 'exceeded']

export function worse(a: TierState, b: TierState): TierState {
  return RANK.indexOf(a) >= RANK.indexOf(b) ? a : b
}
