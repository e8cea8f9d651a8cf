import { TIERS, type Tier, type UsageView } from '../../wire.ts'
import type { Health } from '../status/health.ts'
import { type TierState, tierState } from '../tiers/tierState.ts'
import { percent, shareOf } from '../words/tokens.ts'

export interface TabState {
  title: string
  state: TierState
  /** 0 to 1, of the worse tier; null without a limit or data. */
  share: number | null
  stale: boolean
}

interface Question {
  usage: UsageView | null
  stale: boolean
  /** What stands before the numbers. */
  note: string | null
  verdict: string | null
  health: Health
}

const NAME = 'OpenAI usage'
const MARKS: Partial<Record<TierState, string>> = { exceeded: '⛔ ', critical: '⚠ ', warn: '⚠ ' }

/** The tab tells of the tier that is nearest to its limit, of a tracker that is not well, and the day's verdict. */
export function tabState({ usage, stale, note, verdict, health }: Question): TabState {
  if (note !== null || !usage) return { title: note ? `${note} · ${NAME}` : NAME, state: 'none', share: null, stale }
  const tier = nearest(usage)
  const state = tierState(usage[tier])
  const share = usage.last_updated === null ? null : shareOf(usage[tier].counted_tokens, usage[tier].limit)
  const parts = [
    ...(share === null ? [] : [`${stale ? '? ' : (MARKS[state] ?? '')}${percent(share)} ${tier}`]),
    ...(['well', 'unknown', 'starting'].includes(health.kind) ? [] : [health.word.toLowerCase()]),
    ...(share === null || verdict === null ? [NAME] : [verdict]),
  ]
  return { title: parts.join(' · '), state: usage.last_updated === null ? 'none' : state, share, stale }
}

function nearest(usage: UsageView): Tier {
  const share = (tier: Tier) => shareOf(usage[tier].counted_tokens, usage[tier].limit) ?? -1
  return TIERS.reduce((a, b) => (share(b) > share(a) ? b : a))
}
