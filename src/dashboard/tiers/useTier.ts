import type { SnapshotPoint, Tier, TierUsage } from '../../wire.ts'
import { useServerNow, useView } from '../page/PageContext.ts'
import { useStale } from '../status/useStale.ts'
import { DAY_S, startOf } from '../words/clock.ts'
import { type Outlook, outlook } from './outlook.ts'
import { type Projection, projectDay, type Reading } from './projectDay.ts'
import { STATE_WORDS, type TierState, tierState, withForecast } from './tierState.ts'

export interface TierView {
  usage: TierUsage
  /** Colour of the card: what is, or what is on its way. */
  state: TierState
  /** The same in words. */
  standing: string
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
  const stale = useStale()
  if (!state.usage) return null
  const usage = state.usage[tier]
  const dayStart = startOf(state.usage.date)
  const dayEnd = dayStart + DAY_S
  const readings = (state.points ?? []).map(point => ({ at: point.timestamp, tokens: tokensOf(point, tier) }))
  const projection = projectDay({ readings, dayStart, dayEnd, now, stale })
  const forecast = outlook({ used: usage.tokens_used, limit: usage.limit, projection, zone })
  const plain = tierState(usage)
  const unread = state.usage.last_updated === null
  const exceeds = forecast.verdict === 'exceeds'
  return {
    usage,
    state: unread ? 'none' : withForecast(plain, exceeds),
    standing: unread
      ? 'No reading yet'
      : exceeds
        ? forecast.short
        : `${STATE_WORDS[plain]}${stale ? ' at last reading' : ''}`,
    readings,
    projection,
    outlook: forecast,
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
