import type { LimitCounts } from '../wire.ts'

/** The part of a total that is compared with the limit (LIMIT_COUNTS). */
export function countedTokens({ tokens, free }: { tokens: number; free: number }, counts: LimitCounts): number {
  return counts === 'free' ? free : tokens
}
