import type { DayProfile } from '../../usage/dayProfile.ts'
import type { Lookback } from '../../usage/lookback.ts'

/** What the past days say about today, as the object holds it while it is awake. */
export interface HeldLookback {
  print: string
  lookback: Lookback
  /** The profiles that were made for it, by date, while no commit has written them; null: all is written. */
  unkept: ReadonlyMap<string, DayProfile> | null
  /** Highest days that were looked up beyond it, by tier and id; null: none. */
  looked: Map<string, number | null>
}
