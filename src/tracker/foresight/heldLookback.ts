import type { Lookback } from '../../usage/lookback.ts'
import type { HeldProfile } from '../store/profileStore.ts'

/** What the past days say about today, as the object holds it while it is awake. */
export interface HeldLookback {
  print: string
  lookback: Lookback
  /** The profiles that it was made from, while no commit has written them; null: all is written. */
  unkept: readonly HeldProfile[] | null
}
