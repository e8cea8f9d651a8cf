import { emptyLookback, type Lookback } from '../../usage/lookback.ts'
import { type TierTotals, tierTotals } from '../../usage/tierTotals.ts'
import { dateOf } from '../../usage/utcDay.ts'
import type { ForecastView } from '../../wire.ts'
import { staleAt } from '../cycle/schedule.ts'
import type { Desk } from '../desk.ts'
import { readLookback } from './lookback.ts'
import { forecastsOf, outlookOf } from './outlook.ts'

/** Today as it was last read, with what the past says about it. */
export interface TodayOutlook {
  date: string
  totals: TierTotals
  /** The last success, Unix seconds; null before the first. */
  readS: number | null
  stale: boolean
  lookback: Lookback
  /** Null before the first success. */
  forecast: ForecastView
}

/** Reads memory and the object's storage, and writes nothing. `now`: Unix milliseconds. */
export function todayOutlook(desk: Desk, now: number): TodayOutlook {
  const { memory, config, classify } = desk
  const { lastSuccess } = memory.state
  const date = dateOf(Math.floor(now / 1000))
  const totals = tierTotals(memory.days.get(date)?.groups.values() ?? [], classify)
  const stale = lastSuccess === null || now >= staleAt(config.pollCron, lastSuccess)
  const readS = lastSuccess === null ? null : Math.floor(lastSuccess / 1000)
  const lookback = lookbackOrNone(desk, date, now)
  const forecast: ForecastView =
    readS === null
      ? { premium: null, mini: null }
      : forecastsOf(outlookOf(desk, { date, readS, totals }, lookback, { now, stale }))
  return { date, totals, readS, stale, lookback, forecast }
}

/** Where the past cannot be told, today still can: the poll says in the status what is wrong. */
function lookbackOrNone(desk: Desk, date: string, now: number): Lookback {
  try {
    return readLookback(desk, now)
  } catch {
    return emptyLookback(date)
  }
}
