import type { Tier } from '../wire.ts'
import type { VarReader } from './varReader.ts'

export const LIMIT_VARS = ['PREMIUM_TIER_LIMIT', 'MINI_TIER_LIMIT', 'ALERT_THRESHOLD'] as const
export const DEFAULT_LIMITS = { premium: 1_000_000, mini: 10_000_000 } as const
export const DEFAULT_THRESHOLDS = [80] as const

const HIGHEST_THRESHOLD = 1000
/** OpenAI's own limits start at 250,000 tokens a day; below this somebody counted in thousands. */
const SMALLEST_PLAUSIBLE_LIMIT = 10_000

export interface Limits {
  /** Tokens a UTC day. */
  limits: Record<Tier, number>
  /** Percent, ascending, no repeats. */
  thresholds: number[]
}

type LimitReader = VarReader<(typeof LIMIT_VARS)[number]>

export function readLimits(vars: LimitReader): Limits {
  const limits = {
    premium: readLimit(vars, 'PREMIUM_TIER_LIMIT', DEFAULT_LIMITS.premium),
    mini: readLimit(vars, 'MINI_TIER_LIMIT', DEFAULT_LIMITS.mini),
  }
  if (limits.mini < limits.premium) {
    vars.hint(
      vars.text('MINI_TIER_LIMIT') === null ? 'PREMIUM_TIER_LIMIT' : 'MINI_TIER_LIMIT',
      `MINI_TIER_LIMIT (${limits.mini}) is below PREMIUM_TIER_LIMIT (${limits.premium}); they look swapped.`,
    )
  }
  return { limits, thresholds: readThresholds(vars) }
}

function readLimit(vars: LimitReader, name: 'PREMIUM_TIER_LIMIT' | 'MINI_TIER_LIMIT', fallback: number): number {
  const limit = vars.read({ name, parse: parseCount, fallback, wanted: 'a whole number of tokens above 0' })
  if (limit < SMALLEST_PLAUSIBLE_LIMIT) {
    vars.hint(name, `${name} is ${limit} tokens a day, which is very little; it is written in full, like ${fallback}.`)
  }
  return limit
}

function readThresholds(vars: LimitReader): number[] {
  const thresholds = vars.read<number[]>({
    name: 'ALERT_THRESHOLD',
    parse: value => parsePercentages(value, HIGHEST_THRESHOLD),
    fallback: [...DEFAULT_THRESHOLDS],
    wanted: `percentages above 0 and up to ${HIGHEST_THRESHOLD}, like 80 or 50,80,95,100`,
  })
  const [lowest] = thresholds
  if (lowest !== undefined && thresholds.every(percent => percent <= 1)) {
    // Thresholds have three decimals, so this is exact.
    const meant = Math.round(lowest * 1000) / 10
    vars.hint('ALERT_THRESHOLD', `ALERT_THRESHOLD: ${lowest} means ${lowest} percent; did you mean ${meant}?`)
  }
  return thresholds
}

function parseCount(value: string): number | null {
  const count = /^\d+$/.test(value) ? Number(value) : Number.NaN
  return Number.isSafeInteger(count) && count > 0 ? count : null
}

/** A list of percentages, ascending and without repeats; null where one is none, or above `highest`. */
export function parsePercentages(value: string, highest: number): number[] | null {
  const parts = value.split(',').map(part => part.trim().replace(/%$/, ''))
  // Three decimals at most, so that a threshold is exact in thousandths of a percent.
  if (!parts.every(part => /^\d{1,4}(\.\d{1,3})?$/.test(part))) return null
  const thresholds = [...new Set(parts.map(Number))].sort((a, b) => a - b)
  return thresholds.every(percent => percent > 0 && percent <= highest) ? thresholds : null
}
