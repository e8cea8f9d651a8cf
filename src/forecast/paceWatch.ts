import { dateOf, MINUTE_S } from '../usage/utcDay.ts'
import type { ForecastState } from '../wire.ts'

// When a tier is on pace to run out before the reset. One forecast is no alarm: the chance must stand high, and to end the alert stand
// low, over several readings in a row. Pure.

/** Of one tier on one UTC date; plain data, to be stored as it is. */
export interface PaceWatch {
  date: string
  /** True while the alert stands. */
  isOn: boolean
  /** Unix seconds: the first of the readings in a row that speak for the alert; null when the last one did not, and while it stands. */
  risingSince: number | null
  /** The same for its end; null while it does not stand. */
  fallingSince: number | null
}

export interface PaceReading {
  /** Unix seconds of the reading. */
  at: number
  /** The exact chance of reaching the limit; null where the forecast says none. */
  chance: number | null
  used: number
  limit: number | null
  state: ForecastState
}

const FIRES_FROM_CHANCE = 0.75
const FIRES_FROM_PART_OF_LIMIT = 0.25
const CLEARS_BELOW_CHANCE = 0.35
/** From the first to the last of the readings: 3 of them at five minutes, 2 at ten. */
const FIRES_AFTER_S = 10 * MINUTE_S
/** 11 readings at five minutes, 6 at ten. */
const CLEARS_AFTER_S = 50 * MINUTE_S
/** Readings come some seconds before or after their slot; that must not ask for one more. */
const SLOT_SLACK_S = MINUTE_S

/**
 * The watch after one more reading; `watch` is null before the first. It fires where `isOn` becomes true. Each UTC date starts anew. A
 * reading without a chance (stale, early) is for neither side and breaks the row; once the limit is reached, nothing fires.
 */
export function paceWatch(watch: PaceWatch | null, reading: PaceReading): PaceWatch {
  const date = dateOf(reading.at)
  const before = watch?.date === date ? watch : { date, isOn: false, risingSince: null, fallingSince: null }
  if (before.isOn) {
    const fallingSince = speaksAgainst(reading) ? (before.fallingSince ?? reading.at) : null
    const isOver = fallingSince !== null && reading.at - fallingSince >= CLEARS_AFTER_S - SLOT_SLACK_S
    return { date, isOn: !isOver, risingSince: null, fallingSince: isOver ? null : fallingSince }
  }
  const risingSince = speaksFor(reading) ? (before.risingSince ?? reading.at) : null
  const isOn = risingSince !== null && reading.at - risingSince >= FIRES_AFTER_S - SLOT_SLACK_S
  return { date, isOn, risingSince: isOn ? null : risingSince, fallingSince: null }
}

function speaksFor({ chance, used, limit, state }: PaceReading): boolean {
  if (chance === null || limit === null || state === 'stale' || state === 'early') return false
  return chance >= FIRES_FROM_CHANCE && used >= FIRES_FROM_PART_OF_LIMIT * limit && used < limit
}

function speaksAgainst({ chance, state }: PaceReading): boolean {
  return chance !== null && state !== 'stale' && state !== 'early' && chance < CLEARS_BELOW_CHANCE
}
