import type { SnapshotPoint, Tier, TierUsage } from '../../wire.ts'
import { useServerNow, useView } from '../page/PageContext.ts'
import { dataAge } from '../status/dataAge.ts'
import { DAY_S, startOf } from '../words/clock.ts'
import { type Outlook, outlook } from './outlook.ts'
import { type Projection, projectDay, type Reading } from './projectDay.ts'
import { type TierState, tierState } from './tierState.ts'

export interface TierView {
  usage: TierUsage
  state: TierState
  readings: Reading[]
  projection: Projection
  outlook: Outlook
  dayStart: number
  dayEnd: number
  now: number
  resetsAt: number
  stale: boolean
}

/** All that is said of one tier, from the same numbers. Null until they are there. */
export function useTier(tier: Tier): TierView | null {
  const { state, zone } = useView()
  const now = useServerNow(15)
  if (!state.usage) return null
  const usage = state.usage[tier]
  const dayStart = startOf(state.usage.date)
  const dayEnd = dayStart + DAY_S
  const stale = dataAge(state.usage, state.status, now).kind === 'stale'
  const readings = (state.points ?? []).map(point => ({ at: point.timestamp, tokens: tokensOf(point, tier) }))
  const projection = projectDay({ readings, dayStart, dayEnd, now, stale })
  return {
    usage,
    state: tierState(usage, state.status?.thresholds ?? []),
    readings,
    projection,
    outlook: outlook({ used: usage.tokens_used, limit: usage.limit, projection, zone }),
    dayStart,
    dayEnd,
    now,
    resetsAt: state.usage.resets_at,
    stale,
  }
}

function tokensOf(point: SnapshotPoint, tier: Tier): number {
  return tier === 'premium' ? point.premium_tokens : point.mini_tokens
}
