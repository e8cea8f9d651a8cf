// The baseline that the forecast is measured against: where a tier will stand at the reset, at the pace of its last hours. A
// range, never one number: the wider of the hours’ spread and a flat share is what the range is made of.

export interface Reading {
  at: number
  tokens: number
}

export type Projection =
  | { kind: 'none'; reason: 'stale' | 'empty' | 'early' | 'unused' | 'over_day' }
  | { kind: 'range'; from: Reading; low: number; mid: number; high: number; end: number }

interface Question {
  readings: readonly Reading[]
  dayStart: number
  dayEnd: number
  now: number
  stale: boolean
}

const HOUR_S = 3600
const FEWEST_READINGS = 5
/** An hour three hours back counts half as much as the last one. */
const HALF_LIFE_HOURS = 3
/** Eight days in ten end inside 1.28 standard deviations. */
const SPREAD = 1.28
const LEAST_SHARE = 0.1
const LEAST_SHARE_EARLY = 0.4
const EARLY_HOURS = 3

export function projectDay({ readings, dayStart, dayEnd, now, stale }: Question): Projection {
  const last = readings.at(-1)
  if (now >= dayEnd) return { kind: 'none', reason: 'over_day' }
  if (stale) return { kind: 'none', reason: 'stale' }
  if (!last) return { kind: 'none', reason: 'empty' }
  if (readings.length < FEWEST_READINGS || last.at - dayStart < HOUR_S) return { kind: 'none', reason: 'early' }
  if (last.tokens === 0) return { kind: 'none', reason: 'unused' }
  const rates = hourlyRates(readings, dayStart, last)
  const mean = weightedMean(rates)
  const spread = Math.sqrt(weightedMean(rates.map(({ rate, weight }) => ({ rate: (rate - mean) ** 2, weight }))))
  const hoursLeft = (dayEnd - last.at) / HOUR_S
  const rest = mean * hoursLeft
  const least = last.at - dayStart < EARLY_HOURS * HOUR_S ? LEAST_SHARE_EARLY : LEAST_SHARE
  const margin = Math.max(rest * least, SPREAD * spread * Math.sqrt(hoursLeft))
  return {
    kind: 'range',
    from: last,
    low: Math.round(last.tokens + Math.max(0, rest - margin)),
    mid: Math.round(last.tokens + rest),
    high: Math.round(last.tokens + rest + margin),
    end: dayEnd,
  }
}

interface Rate {
  rate: number
  weight: number
}

/** Tokens per hour, of the hours counted back from the last reading. */
function hourlyRates(readings: readonly Reading[], dayStart: number, last: Reading): Rate[] {
  const rates: Rate[] = []
  let end = last
  for (let back = 1; end.at > dayStart; back++) {
    const start = readingAt(readings, Math.max(dayStart, last.at - back * HOUR_S), dayStart)
    const hours = (end.at - start.at) / HOUR_S
    if (hours <= 0) break
    const rate = Math.max(0, end.tokens - start.tokens) / hours
    rates.push({ rate, weight: Math.min(1, hours) * 0.5 ** ((back - 1) / HALF_LIFE_HOURS) })
    end = start
  }
  return rates
}

function weightedMean(rates: readonly Rate[]): number {
  const weight = rates.reduce((sum, each) => sum + each.weight, 0)
  return weight === 0 ? 0 : rates.reduce((sum, each) => sum + each.rate * each.weight, 0) / weight
}

/** The total at a moment, between two readings on the straight line that joins them; 0 at the start of the day. */
export function readingAt(readings: readonly Reading[], at: number, dayStart: number): Reading {
  let before: Reading = { at: dayStart, tokens: 0 }
  for (const reading of readings) {
    if (reading.at > at) {
      const part = (at - before.at) / (reading.at - before.at || 1)
      return { at, tokens: before.tokens + (reading.tokens - before.tokens) * part }
    }
    before = reading
  }
  return { at, tokens: before.tokens }
}

/** When a straight line from the last reading to `total` at the reset meets the limit; null when it does not. */
export function limitReachedAt(projection: Projection, total: number, limit: number): number | null {
  if (projection.kind === 'none' || total < limit || limit <= 0) return null
  const { from, end } = projection
  if (from.tokens >= limit) return from.at
  return from.at + ((limit - from.tokens) / (total - from.tokens)) * (end - from.at)
}
