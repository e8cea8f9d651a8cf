import type { Tier } from '../wire.ts'

/** One threshold that one tier's total crossed on one UTC date: one row of the alert log, written once and never undone. */
export interface Firing {
  date: string
  tier: Tier
  /** Percent. */
  threshold: number
  tokensUsed: number
  limit: number
  /** Whole percent of the limit, rounded; not the threshold. */
  percentage: number
  message: string
  /** Unix seconds. */
  firedAt: number
  /** True when the date had already ended. */
  late: boolean
}
