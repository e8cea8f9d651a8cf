import type { LimitCounts } from '../wire.ts'
import type { Fact } from './messageWords.ts'

/** `tokens`, or `free tokens` where only those count against the limit. */
export function countedNoun(counts: LimitCounts | undefined): string {
  return counts === 'free' ? 'free tokens' : 'tokens'
}

/** Says which tokens are compared with the limit. */
export function countedFact(counts: LimitCounts | undefined): Fact {
  return {
    label: 'Counted',
    value: counts === 'free' ? 'free tokens only (LIMIT_COUNTS=free)' : 'all tokens of the tier',
  }
}
