import type { Tier } from '../wire.ts'

/** The brake of one tier on one UTC date. */
export interface TierBrake {
  date: string
  /** Unix milliseconds. */
  since: number
  /** `limit`: the tier reached BRAKE_AT. `owner`: set by hand. `released`: taken off by hand, and off until the reset. */
  cause: 'limit' | 'owner' | 'released'
  /** The settings under which the limit was reached. */
  print: string
  /** Percent of the limit at that time, with what OpenAI has not reported. */
  percentage: number
}

export interface TierFacts {
  tier: Tier
  /** Today, UTC, by the clock. */
  date: string
  /** Unix milliseconds. */
  now: number
  /** Counted against the limit. */
  used: number
  /** What OpenAI has not reported yet. */
  unreported: number
  limit: number
  /** False where today has not been read: then nothing new is known. */
  isKnown: boolean
}

export interface BrakeRule {
  /** Percent of the limit. */
  at: number
  tiers: ReadonlySet<Tier>
}

/**
 * Whether a tier is braked from now on. Once it is, it stays so until the reset, whatever a late correction or a slower hour
 * says: a brake that comes and goes is worse than either. Settings that were changed since are judged anew.
 */
export function tierBrake(held: TierBrake | null, rule: BrakeRule, facts: TierFacts): TierBrake | null {
  const { tier, date, now, used, unreported, limit, isKnown } = facts
  const ofToday = held?.date === date ? held : null
  if (!rule.tiers.has(tier)) return null
  if (ofToday !== null && ofToday.cause !== 'limit') return ofToday
  const print = `${rule.at} ${limit}`
  if (ofToday?.print === print) return ofToday
  if (!isKnown) return ofToday
  const percentage = ((used + unreported) / limit) * 100
  if (percentage < rule.at) return null
  return { date, since: ofToday?.since ?? now, cause: 'limit', print, percentage: Math.floor(percentage) }
}

export function isSet(brake: TierBrake | null | undefined, date: string): boolean {
  return brake !== null && brake !== undefined && brake.date === date && brake.cause !== 'released'
}
