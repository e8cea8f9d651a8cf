import type { AlertKind, Tier } from '../wire.ts'
import type { Firing } from './firing.ts'

/** One row of the alert log, of any kind: written once, with the message that tells of it. */
export interface AlertRecord extends Omit<Firing, 'tier' | 'threshold'> {
  kind: AlertKind
  /** The kind's dedupe key: there is never a second row with it. */
  key: string
  /** Null where it is about no tier. */
  tier: Tier | null
  /** Percent; null where no threshold was crossed. */
  threshold: number | null
}

export function recordOfFiring(firing: Firing): AlertRecord {
  return { ...firing, kind: 'threshold', key: `threshold ${firing.date} ${firing.tier} ${firing.threshold}` }
}

/** A row that is about no tier and no tokens. */
export function recordWithoutTier(
  row: Pick<AlertRecord, 'kind' | 'key' | 'date' | 'message' | 'firedAt'>,
): AlertRecord {
  return { tier: null, threshold: null, tokensUsed: 0, limit: 0, percentage: 0, late: false, ...row }
}
