import type { Lookback } from '../../usage/lookback.ts'
import type { HeldProfile } from '../store/profileStore.ts'

/** What the object holds of the lookback while it is awake. */
export interface HeldLookback {
  print: string
  lookback: Lookback
  /** The profiles that it was made from, while no commit has written them; null: all is written. */
  unkept: readonly HeldProfile[] | null
  /** Highest days that were looked up beyond it, by tier and id; null: none. */
  looked: Map<string, number | null>
}
