import { DAY_S, floorTo, HOUR_S } from '../usage/utcDay.ts'
import type { Forecast, ForecastState } from '../wire.ts'
import { type CurvePoint, type DayUse, dayUse, pace } from './dayUse.ts'
import { type Futures, futures } from './futures.ts'
import { type PastDay, type PastDays, pastDays } from './pastDays.ts'
import { reachedHour, reachedShare } from './reachedShare.ts'
import { weightedQuantiles } from './weightedQuantiles.ts'

// Where a tier's UTC day will end and when its limit is reached. Every past day's remaining hours are replayed from now, starting at
// the present speed and drifting back to what that day did, and some straight lines at the pace of the last hours are added. The
// answer is the weighted median of these futures, and the chance is the weight of those that reach the limit. Pure; it runs in
// every poll, so its inner loops allocate nothing.

export interface DayQuestion {
  /** Unix seconds; says which UTC day is meant. */
  nowS: number
  /** Unix seconds: when usage was last read. */
  readingS: number
  /** Ascending readings of the day. */
  curve: readonly CurvePoint[]
  past: readonly PastDay[]
  /** Tokens a UTC day; null, or nothing above 0: none is set. */
  limit: number | null
  /** True when the readings are too old to say anything. */
  stale: boolean
}

export interface DayForecast {
  forecast: Forecast
  /** Of reaching the limit, not rounded; what the pace watch decides on. */
  chance: number | null
  /** Total of the last reading. */
  used: number
  /** Tokens an hour over the last hour; null where nothing is said. */
  pace: number | null
}

const EARLY_HOURS = 1
/** Without a past day, the day itself must have shown this much. */
const EARLY_HOURS_ALONE = 3
/** The total of the first reading is the use since 00:00 UTC; within this it tells the hours about as well as a past day does. */
const FIRST_READING_WITHIN_HOURS = 1
const WILL_EXCEED = 0.5
const MAY_EXCEED = 0.1
const [LOW, MIDDLE, HIGH] = [0.1, 0.5, 0.9]
const SHOWN_TO_S = 600

/**
 * The forecast of one tier. Never throws: where too little is known it says `early`, `idle` or `stale`. That the limit is reached is a
 * fact, so `exceeded` is said in the early hours too, then without a range.
 */
export function forecastDay({ nowS, readingS, curve, past, limit, stale }: DayQuestion): DayForecast {
  const dayStart = floorTo(nowS, DAY_S)
  const use = dayUse(curve, dayStart, readingS)
  const days = pastDays(past)
  const need = limit !== null && limit > 0 ? limit - use.total : Number.POSITIVE_INFINITY
  const answer = (state: ForecastState, chance: number | null, rest: Partial<Forecast> = {}): DayForecast => ({
    forecast: { as_of: readingS, state, chance: rounded(chance), ...NOTHING, ...rest, days_known: days.count },
    chance,
    used: use.total,
    pace: rest.expected_tokens === undefined ? null : pace(use, 1),
  })

  if (stale) return answer('stale', null)
  if (isEarly((nowS - dayStart) / HOUR_S, use, days)) {
    return need <= 0 ? answer('exceeded', 1) : answer('early', null)
  }
  if (isIdle(use, days)) return answer('idle', null)

  const ahead = futures(use, days, need)
  const [low = 0, expected = 0, high = 0] = weightedQuantiles(ahead.rest, ahead.weights, [LOW, MIDDLE, HIGH])
  const range = {
    low_tokens: Math.round(use.total + low),
    expected_tokens: Math.round(use.total + expected),
    high_tokens: Math.round(use.total + high),
  }
  if (need === Number.POSITIVE_INFINITY) return answer('ok', null, range)
  if (need <= 0) return answer('exceeded', 1, range)
  const chance = reachedShare(ahead, ahead.grid.lastStep)
  return answer(stateOf(chance), chance, {
    ...range,
    runs_out_at: reachedAt(ahead, WILL_EXCEED, dayStart),
    runs_out_earliest: reachedAt(ahead, MAY_EXCEED, dayStart),
  })
}

const NOTHING = {
  expected_tokens: null,
  low_tokens: null,
  high_tokens: null,
  runs_out_at: null,
  runs_out_earliest: null,
}

function isEarly(hourNow: number, use: DayUse, days: PastDays): boolean {
  if (hourNow < EARLY_HOURS || use.hours <= 0) return true
  if (days.count > 0) return false
  if (use.firstAt === null) return true
  const readSince = use.firstAt <= FIRST_READING_WITHIN_HOURS ? 0 : use.firstAt
  return use.hours - readSince < EARLY_HOURS_ALONE
}

/** With a past day that was used, the replays answer, even when nothing has been used yet today. */
function isIdle(use: DayUse, days: PastDays): boolean {
  return use.total === 0 && days.mean === 0
}

function stateOf(chance: number): ForecastState {
  if (chance >= WILL_EXCEED) return 'will_exceed'
  return chance >= MAY_EXCEED ? 'may_exceed' : 'ok'
}

function reachedAt(ahead: Futures, share: number, dayStart: number): number | null {
  const hour = reachedHour(ahead, share)
  return hour === null ? null : Math.round((dayStart + hour * HOUR_S) / SHOWN_TO_S) * SHOWN_TO_S
}

function rounded(chance: number | null): number | null {
  return chance === null ? null : Math.round(chance * 100) / 100
}
