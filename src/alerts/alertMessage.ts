import type { LimitCounts, Tier } from '../wire.ts'
import type { Causes } from './causes.ts'

/**
 * What one message to the receivers says: the highest threshold that one reading crossed on one UTC date in one tier,
 * with the lower ones that it passed at the same time. Everything a receiver may show, nothing secret.
 */
export interface AlertMessage {
  kind: 'alert'
  /** The same over all attempts and receivers, so that a receiver can drop a repeat. No dots (Standard Webhooks). */
  id: string
  date: string
  tier: Tier
  /** Percent. */
  threshold: number
  /** Percent, ascending, `threshold` last. */
  thresholds: number[]
  tokensUsed: number
  limit: number
  /** Whole percent, rounded. */
  percentage: number
  /** Unix seconds: when the date's limit starts anew. */
  resetsAt: number
  /** Unix seconds: when the crossing was seen. */
  firedAt: number
  /** True when the date had already ended: data came late. */
  late: boolean
  /** Which tokens `tokensUsed` counts; all where an older release made it. */
  counts?: LimitCounts
  /** What grew most since the last message of this tier. Not in messages that an older release made. */
  causes?: Causes
}
