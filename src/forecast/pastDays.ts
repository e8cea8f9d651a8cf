/** One UTC date of a tier before today. */
export interface PastDay {
  /** Calendar days before today; only 1 to 28 count. */
  daysAgo: number
  /** Tokens of each of its 24 hours; null where they are not known. */
  hours: readonly (number | null)[]
  /** Tokens of the whole day, those of unknown hours with them. */
  total: number
}

/** The past days that a forecast stands on. */
export interface PastDays {
  /** How many. */
  count: number
  daysAgo: number[]
  /** 25 figures a day: its total at each full hour from 00:00 to 24:00. */
  totals: Float64Array
  /** Mean of their totals; 0 when there is none. */
  mean: number
}

const FIGURES_A_DAY = 25
const HOURS = 24
const LOOKED_BACK_DAYS = 28
const MOST_UNKNOWN_HOURS = 4

/**
 * Days count from the first one with use on, among those of the last 28; zero days after it count. A day with more than four
 * unknown hours is left out; in others, what the total has beyond the known hours is spread evenly on the unknown ones.
 */
export function pastDays(days: readonly PastDay[]): PastDays {
  const firstUse = firstDayWithUse(days)
  const totals = new Float64Array(days.length * FIGURES_A_DAY)
  const daysAgo: number[] = []
  let sum = 0
  for (const day of days) {
    if (day.daysAgo < 1 || day.daysAgo > firstUse) continue
    const tokens = fill(totals, daysAgo.length * FIGURES_A_DAY, day)
    if (tokens === null) continue
    daysAgo.push(day.daysAgo)
    sum += tokens
  }
  return { count: daysAgo.length, daysAgo, totals, mean: daysAgo.length === 0 ? 0 : sum / daysAgo.length }
}

/** Total of a past day at an hour of 0 to 24, straight inside an hour. */
export function totalAt(totals: Float64Array, day: number, hour: number): number {
  const whole = Math.floor(hour)
  const from = totals[day * FIGURES_A_DAY + whole] ?? 0
  const to = totals[day * FIGURES_A_DAY + whole + 1] ?? 0
  return from + (to - from) * (hour - whole)
}

/** In days before today; 0 when there is none. */
function firstDayWithUse(days: readonly PastDay[]): number {
  let first = 0
  for (const { daysAgo, total } of days)
    if (total > 0 && daysAgo <= LOOKED_BACK_DAYS && daysAgo > first) first = daysAgo
  return first
}

/** Writes the 25 figures of a day and says what it comes to; null when too little of it is known. */
function fill(totals: Float64Array, offset: number, { hours, total }: PastDay): number | null {
  let unknown = 0
  let known = 0
  for (let hour = 0; hour < HOURS; hour++) {
    const tokens = hours[hour] ?? null
    if (tokens === null) unknown++
    else known += tokens
  }
  if (unknown > MOST_UNKNOWN_HOURS) return null
  const unknownHour = unknown === 0 ? 0 : Math.max(0, total - known) / unknown
  let running = 0
  for (let hour = 0; hour < HOURS; hour++) {
    running += hours[hour] ?? unknownHour
    totals[offset + hour + 1] = running
  }
  return running
}
