import { type DayForecast, forecastDay } from '../../forecast/forecastDay.ts'
import { countedTokens } from '../../usage/counted.ts'
import type { Lookback } from '../../usage/lookback.ts'
import type { TierTotals } from '../../usage/tierTotals.ts'
import { HOUR_S, startOf } from '../../usage/utcDay.ts'
import { TIERS, type Tier } from '../../wire.ts'
import type { Desk } from '../desk.ts'
import { readFreeTicks, type Tick } from '../store/tickStore.ts'

/** The forecast looks at the pace of the last three hours. */
const CURVE_S = 4 * HOUR_S

/** A date as it was read: its totals at `readS` (Unix seconds). */
export interface DayReading {
  date: string
  readS: number
  totals: TierTotals
}

/** Where a date's tiers will end, as far as a reading and the days before it tell. `now`: Unix milliseconds. */
export function outlookOf(
  desk: Desk,
  reading: DayReading,
  lookback: Lookback,
  { now, stale }: { now: number; stale: boolean },
): Record<Tier, DayForecast> {
  const { config, ports } = desk
  const { date, readS, totals } = reading
  const ticks = readFreeTicks(ports.sql, Math.max(startOf(date), readS - CURVE_S), readS)
  const of = (tier: Tier) =>
    forecastDay({
      nowS: Math.floor(now / 1000),
      readingS: readS,
      curve: [
        ...ticks.map(tick => ({ timestamp: tick.timestamp, tokens: countedOf(desk, tick, tier, totals) })),
        { timestamp: readS, tokens: countedTokens(totals[tier], config.limitCounts) },
      ],
      past: lookback.tiers[tier].days.map(({ daysAgo, total, hours }) => ({
        daysAgo,
        total,
        hours: hours ?? UNKNOWN_HOURS,
      })),
      limit: config.limits[tier],
      stale,
    })
  return { premium: of('premium'), mini: of('mini') }
}

const UNKNOWN_HOURS: readonly null[] = Array(24).fill(null)

/** A tick of which nobody knows what was free of it had the same part as the day has. */
export function countedOf({ config }: Desk, tick: Tick, tier: Tier, totals: TierTotals): number {
  const tokens = tier === 'premium' ? tick.premium_tokens : tick.mini_tokens
  if (config.limitCounts === 'all') return tokens
  if (tick.free !== undefined) return tick.free[tier]
  const { free, tokens: all } = totals[tier]
  return all === 0 ? 0 : Math.round((tokens * free) / all)
}

/** The forecasts alone, as the API shows them. */
export function forecastsOf(outlook: Record<Tier, DayForecast>): Record<Tier, DayForecast['forecast']> {
  const [premium, mini] = TIERS.map(tier => outlook[tier].forecast)
  return { premium: premium ?? outlook.premium.forecast, mini: mini ?? outlook.mini.forecast }
}
