import { clock, clockPair } from '../words/clock.ts'
import { duration } from '../words/duration.ts'
import { fullTokens, percent, shortTokens } from '../words/tokens.ts'
import type { Zone } from '../words/zone.ts'
import { limitReachedAt, type Projection } from './projectDay.ts'

export type Verdict = 'over' | 'exceeds' | 'may_exceed' | 'lasts' | 'unknown'

export interface Outlook {
  verdict: Verdict
  /** A few words for a badge. */
  short: string
  /** The sentence: does it last until the reset? */
  sentence: string
}

interface Question {
  used: number
  limit: number
  projection: Projection
  zone: Zone
}

const UNKNOWN = {
  stale: 'No forecast while the data is stale',
  empty: 'No reading yet today',
  early: 'Too early in the day to forecast',
  unused: 'Nothing used yet today',
  over_day: 'This day has ended',
}

export function outlook({ used, limit, projection, zone }: Question): Outlook {
  if (limit > 0 && used >= limit) {
    const over = used - limit
    const sentence = over === 0 ? 'The limit is used up exactly' : `${fullTokens(over)} tokens over the limit`
    const ending = projection.kind === 'range' ? `; ${ends(projection)}` : ''
    return { verdict: 'over', short: 'Over the limit', sentence: `${sentence}${ending}` }
  }
  if (projection.kind === 'none') {
    return { verdict: 'unknown', short: 'No forecast', sentence: UNKNOWN[projection.reason] }
  }
  if (limit <= 0) return { verdict: 'unknown', short: 'No limit set', sentence: `No limit set; ${ends(projection)}` }
  const mid = limitReachedAt(projection, projection.mid, limit)
  const soonest = limitReachedAt(projection, projection.high, limit)
  if (projection.low >= limit || mid !== null) {
    return {
      verdict: 'exceeds',
      short: 'On pace to exceed',
      sentence: `At this pace the limit is reached about ${clock(mid ?? projection.end, zone)}; ${ends(projection)}`,
    }
  }
  if (soonest !== null) {
    return {
      verdict: 'may_exceed',
      short: 'May exceed',
      sentence: `Lasts at this pace, but a busier rest of the day reaches the limit about ${clock(soonest, zone)}; ${ends(projection)}`,
    }
  }
  return {
    verdict: 'lasts',
    short: 'Lasts until reset',
    sentence: `Lasts until the reset at this pace; ${ends(projection)}, at most ${percent(projection.high / limit)}`,
  }
}

function ends(projection: Extract<Projection, { kind: 'range' }>): string {
  const [low, high] = [shortTokens(projection.low), shortTokens(projection.high)]
  return low === high ? `ends near ${high}` : `ends between ${low} and ${high}`
}

/** `268,796 left · resets in 7 h 12 m (00:00 UTC, 01:00 your time)`. */
export function leftLine(question: { used: number; limit: number; resetsAt: number; now: number; zone: Zone }): string {
  const { used, limit, resetsAt, now, zone } = question
  const left =
    limit <= 0 ? 'no limit set' : used > limit ? `${fullTokens(used - limit)} over` : `${fullTokens(limit - used)} left`
  return `${left} · resets in ${duration(resetsAt - now)} (${clockPair(resetsAt, zone)})`
}
