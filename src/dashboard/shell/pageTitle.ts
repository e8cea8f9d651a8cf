import { TIERS, type Tier, type UsageView } from '../../wire.ts'
import { type TierState, tierState } from '../tiers/tierState.ts'
import { percent, shareOf } from '../words/tokens.ts'

export interface TabState {
  title: string
  state: TierState
  /** 0 to 1, of the worse tier; null without a limit or data. */
  share: number | null
  stale: boolean
}

const NAME = 'OpenAI usage'
const MARKS: Partial<Record<TierState, string>> = { exceeded: '⛔ ', critical: '⚠ ', warn: '⚠ ' }

/** The tab tells of the tier that is nearest to its limit. */
export function tabState(usage: UsageView | null, stale: boolean, note: string | null): TabState {
  if (note !== null || !usage) return { title: note ? `${note} · ${NAME}` : NAME, state: 'none', share: null, stale }
  const tier = nearest(usage)
  const state = tierState(usage[tier])
  const share = shareOf(usage[tier].counted_tokens, usage[tier].limit)
  if (share === null) return { title: NAME, state, share, stale }
  return { title: `${stale ? '? ' : (MARKS[state] ?? '')}${percent(share)} ${tier} · ${NAME}`, state, share, stale }
}

function nearest(usage: UsageView): Tier {
  const share = (tier: Tier) => shareOf(usage[tier].counted_tokens, usage[tier].limit) ?? -1
  return TIERS.reduce((a, b) => (share(b) > share(a) ? b : a))
}
