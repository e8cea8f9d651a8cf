import type { AlertKind, Tier } from '../wire.ts'
import type { Firing } from './firing.ts'

/** One row of the alert log, of any kind: written once, with the message that tells of it. */
export interface AlertRecord {
  kind: AlertKind
  /** The kind's dedupe key: there is never a second row with it. */
  key: string
  date: string
  /** Null where it is about no tier. */
  tier: Tier | null
  /** Percent; null where no threshold was crossed. */
  threshold: number | null
  tokensUsed: number
  limit: number
  /** Whole percent of the limit, rounded. */
  percentage: number
  /** One line for people. */
  message: string
  /** Unix seconds. */
  firedAt: number
  /** True when the date had already ended. */
  late: boolean
}

export function recordOfFiring(firing: Firing): AlertRecord {
  return { ...firing, kind: 'threshold', key: `threshold ${firing.date} ${firing.tier} ${firing.threshold}` }
}
