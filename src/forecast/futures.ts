import { type DayGrid, dayGrid } from './dayGrid.ts'
import { type DayUse, pace } from './dayUse.ts'
import { type PastDays, totalAt } from './pastDays.ts'

// What may still come today: the rest of every past day replayed from now, and straight lines at the pace of the last hours.

/** Futures of a day, on a grid of ten minutes from the last reading to the reset. */
export interface Futures {
  /** Tokens still to come until the reset, of each future. */
  rest: Float64Array
  weights: Float64Array
  /** Of each future: the first step of the grid at which it has reached the limit; `NEVER`: not even at the reset. */
  reachedAt: Uint8Array
  grid: DayGrid
}

/** A day has some 144 steps. */
export const NEVER = 0xff

const LINE_PACES_OVER_HOURS = [1, 3]
const LINE_FACTORS = [0, 0.5, 1, 1.4, 2.5]
const LINES = LINE_PACES_OVER_HOURS.length * LINE_FACTORS.length
/** All lines together weigh as much as yesterday when this many hours of the day have passed. */
const LINES_EQUAL_YESTERDAY_AT_HOURS = 8
const WEIGHT_KEPT_A_DAY = 0.8
const LEVEL_OVER_HOURS = 3
const LEVEL_EXPONENT = 1 / 3
const LEAST_LEVEL = 1 / 3
const MOST_LEVEL = 3
/** Part of a mean day that is added to both sides of a level, so that small counts do not make large ones. */
const LEVEL_EASE = 0.1
const FADE_HOURS = 2
/** Tokens are whole; what a double lacks in its last digits does not keep a future from the limit. */
const LAST_DIGITS = 1e-6

/** `need`: tokens from the last reading to the limit; infinite without a limit. `use.hours` is above 0. */
export function futures(use: DayUse, past: PastDays, need: number): Futures {
  const wanted = need - LAST_DIGITS
  const count = past.count + LINES
  const grid = dayGrid(use.hours)
  const made: Futures = {
    rest: new Float64Array(count),
    weights: new Float64Array(count),
    reachedAt: new Uint8Array(count).fill(NEVER),
    grid,
  }
  // Hours of the speed ahead that are left of it at a step, while it fades.
  const fade = grid.hours.map(hour => FADE_HOURS * (1 - Math.exp(-(hour - use.hours) / FADE_HOURS)))
  const span = Math.min(LEVEL_OVER_HOURS, use.hours)
  const present = { hour: use.hours, pace: pace(use, 1), span, used: use.usedIn(span) }
  for (let day = 0; day < past.count; day++) {
    made.weights[day] = WEIGHT_KEPT_A_DAY ** ((past.daysAgo[day] ?? 1) - 1)
    replay(made, { present, past, day, fade, wanted })
  }
  const lineWeight = (past.count === 0 ? 1 : use.hours / LINES_EQUAL_YESTERDAY_AT_HOURS) / LINES
  let index = past.count
  for (const hours of LINE_PACES_OVER_HOURS) {
    const speed = pace(use, hours)
    for (const factor of LINE_FACTORS) {
      made.weights[index] = lineWeight
      line(made, index, speed * factor, wanted)
      index++
    }
  }
  return made
}

interface Present {
  /** Of the last reading, from 00:00 UTC. */
  hour: number
  /** Tokens an hour. */
  pace: number
  /** The last hours that a level looks at. */
  span: number
  /** Tokens of these. */
  used: number
}

interface Replay {
  present: Present
  past: PastDays
  day: number
  /** Of each step. */
  fade: Float64Array
  /** Tokens to the limit. */
  wanted: number
}

/**
 * The running maximum of a replayed day: what has been used stays used. Inside a clock hour it has no peak: with a speed ahead of the past
 * day's it only rises, and with one behind it bends upward. So the ends of an hour tell its highest, and the steps between are looked at
 * in the hour that reaches the limit only.
 */
function replay({ rest, reachedAt, grid }: Futures, { present, past, day, fade, wanted }: Replay): void {
  const level = levelOf(present, past, day)
  const ahead = present.pace - level * paceOf(past, day, present.hour)
  const start = totalAt(past.totals, day, present.hour)
  const tokensAt = (step: number) =>
    level * (totalAt(past.totals, day, grid.hours[step] ?? 24) - start) + ahead * (fade[step] ?? 0)
  let highest = 0
  let first = 1
  for (const last of grid.lastOfHours) {
    const most = Math.max(tokensAt(last), ahead < 0 ? tokensAt(first) : 0)
    if (most >= wanted && highest < wanted) {
      let step = first
      while (step < last && tokensAt(step) < wanted) step++
      reachedAt[day] = step
    }
    if (most > highest) highest = most
    first = last + 1
  }
  rest[day] = highest
}

/** A straight line of `speed` tokens an hour. */
function line({ rest, reachedAt, grid }: Futures, index: number, speed: number, wanted: number): void {
  const start = grid.hours[0] ?? 0
  const tokens = speed * (24 - start)
  rest[index] = tokens
  if (tokens < wanted) return
  let step = 1
  while (step < grid.lastStep && speed * ((grid.hours[step] ?? 24) - start) < wanted) step++
  reachedAt[index] = step
}

/** How busy today is beside a past day, over the last hours, much damped. */
function levelOf({ hour, span, used }: Present, past: PastDays, day: number): number {
  const ease = (LEVEL_EASE * past.mean * span) / LEVEL_OVER_HOURS + 1e-9
  const then = totalAt(past.totals, day, hour) - totalAt(past.totals, day, hour - span)
  return Math.min(MOST_LEVEL, Math.max(LEAST_LEVEL, ((used + ease) / (then + ease)) ** LEVEL_EXPONENT))
}

/** Tokens an hour of a past day, in the hour around this time of the day. */
function paceOf(past: PastDays, day: number, hour: number): number {
  const from = Math.max(0, hour - 0.5)
  const to = Math.min(24, hour + 0.5)
  return (totalAt(past.totals, day, to) - totalAt(past.totals, day, from)) / (to - from)
}
