import type { Forecast, Tier, TierUsage } from '../../wire.ts'
import { usePlace, useReadings, useServerNow, useUsage } from '../page/PageContext.ts'
import { useStale } from '../status/useStale.ts'
import { DAY_S, startOf } from '../words/clock.ts'
import { shortTokens } from '../words/tokens.ts'
import { dayCurve, type Reading } from './dayCurve.ts'
import { type Outlook, outlook } from './outlook.ts'
import { markOf, STATE_WORDS, type TierState, tierState, withForecast } from './tierState.ts'

export interface TierView {
  usage: TierUsage
  /** The server's; null where it has none, and where what the page shows is too old for it. */
  forecast: Forecast | null
  /** Colour of the card: what is, or what is on its way. */
  state: TierState
  /** The mark beside the words. */
  mark: TierState | 'billed'
  /** The same in words. */
  standing: string
  readings: Reading[]
  outlook: Outlook
  dayStart: number
  dayEnd: number
  now: number
  resetsAt: number
  stale: boolean
  /** Nothing has been read yet: its figures are not known. */
  unread: boolean
}

/** All that is said of one tier, from the same numbers. Null until they are there. */
export function useTier(tier: Tier): TierView | null {
  const { zone } = usePlace()
  const day = useUsage()
  const { value: points } = useReadings()
  const now = useServerNow(15)
  const stale = useStale()
  if (!day) return null
  const usage = day[tier]
  const dayStart = startOf(day.date)
  const forecast = stale && usage.forecast ? staleForecast(usage.forecast) : usage.forecast
  const said = outlook(usage, forecast, zone)
  const plain = tierState(usage)
  const unread = day.last_updated === null
  const exceeds = said.verdict === 'exceeds'
  const shown = unread ? 'none' : withForecast(plain, exceeds)
  return {
    usage,
    forecast,
    state: shown,
    mark: markOf(shown, usage.billed_tokens),
    standing: unread
      ? 'No reading yet'
      : `${exceeds ? said.short : STATE_WORDS[plain]}${billed(usage)}${stale ? ' at last reading' : ''}`,
    readings: dayCurve(points ?? [], tier, usage.limit_counts),
    outlook: said,
    dayStart,
    dayEnd: dayStart + DAY_S,
    now,
    resetsAt: day.resets_at,
    stale,
    unread,
  }
}

/** What was forecast from numbers that are old by now is not forecast any more. */
function staleForecast(forecast: Forecast): Forecast {
  return { ...forecast, state: 'stale', expected_tokens: null, low_tokens: null, high_tokens: null }
}

function billed({ billed_tokens }: TierUsage): string {
  return billed_tokens > 0 ? `, ${shortTokens(billed_tokens)} billed` : ''
}
