import type { LimitCounts, Tier } from '../wire.ts'
import { type DayProfile, type FreeOf, isUsed } from './dayProfile.ts'

// What the past days say about today, gathered once an hour, so that a poll reads one row of it. Pure.

/** Days whose hours a forecast is made from. */
export const FORECAST_DAYS = 28
/** Days in which somebody's highest is looked for. */
export const SPIKE_DAYS = 14
/** Days in which a free token says that a tier has free tokens. */
export const FREE_DAYS = 7

/** A spike is at least this part of the limit, and above so many times the highest day of before. */
export const SPIKE_PART_OF_LIMIT = 0.05
export const SPIKE_TIMES = 4
const MOST_KNOWN_USERS = 1000

export interface TierPast {
  /** A past day's hours of what is compared with the limit; none where they are not known. */
  days: { daysAgo: number; total: number; hours: (number | null)[] | null }[]
  /** Of the last seven days, yesterday first: whether there were free tokens. */
  free: boolean[]
  /** Projects and models that had free tokens in these days. */
  freeOf: FreeOf
  /** The highest day of who had so much that only four times that is news. */
  highest: Record<string, number>
}

export interface Lookback {
  /** The UTC date that it looks back from. */
  date: string
  tiers: Record<Tier, TierPast>
  /** Past days of the last fourteen with any use: where there is none, nobody is unusual. */
  usedDays: number
  /** What a billed token cost lately, in billionths of a dollar; null where it is not known. */
  nanoUsdPerBilledToken: number | null
}

export interface PastDay {
  daysAgo: number
  profile: DayProfile
  /** Null where costs are not known, or not final. */
  nanoUsd: number | null
}

/** `past`: the days before `date`, as far as they are known. */
export function lookbackOf(
  date: string,
  past: readonly PastDay[],
  { limits, limitCounts }: { limits: Record<Tier, number>; limitCounts: LimitCounts },
): Lookback {
  const tier = (name: Tier): TierPast => ({
    days: past
      .filter(day => day.daysAgo <= FORECAST_DAYS)
      .map(({ daysAgo, profile }) => ({
        daysAgo,
        total: limitCounts === 'free' ? profile.totals[name].free : profile.totals[name].tokens,
        hours: profile.hours?.[name][limitCounts] ?? null,
      })),
    free: Array.from({ length: FREE_DAYS }, (_, index) =>
      past.some(({ daysAgo, profile }) => daysAgo === index + 1 && profile.totals[name].free > 0),
    ),
    freeOf: {
      projects: namesOf(past, ({ free }) => free[name].projects),
      models: namesOf(past, ({ free }) => free[name].models),
    },
    highest: highestOf(past, name, limits[name]),
  })
  return {
    date,
    tiers: { premium: tier('premium'), mini: tier('mini') },
    usedDays: past.filter(({ daysAgo, profile }) => daysAgo <= SPIKE_DAYS && isUsed(profile)).length,
    nanoUsdPerBilledToken: pricePerBilledToken(past),
  }
}

/** Nothing is known of the days before. */
export function emptyLookback(date: string): Lookback {
  return lookbackOf(date, [], { limits: { premium: 1, mini: 1 }, limitCounts: 'all' })
}

/** Only those whose fourfold is beyond what any spike must reach: for all others the part of the limit decides. */
function highestOf(past: readonly PastDay[], tier: Tier, limit: number): Record<string, number> {
  const highest = new Map<string, number>()
  for (const { daysAgo, profile } of past) {
    if (daysAgo > SPIKE_DAYS) continue
    for (const [id, tokens] of profile.users[tier]) {
      if (tokens * SPIKE_TIMES > limit * SPIKE_PART_OF_LIMIT) highest.set(id, Math.max(tokens, highest.get(id) ?? 0))
    }
  }
  const largest = [...highest].sort((a, b) => b[1] - a[1]).slice(0, MOST_KNOWN_USERS)
  return Object.fromEntries(largest)
}

function namesOf(past: readonly PastDay[], of: (profile: DayProfile) => string[]): string[] {
  const recent = past.filter(({ daysAgo }) => daysAgo <= FREE_DAYS)
  return [...new Set(recent.flatMap(({ profile }) => of(profile)))].slice(0, MOST_KNOWN_USERS)
}

function pricePerBilledToken(past: readonly PastDay[]): number | null {
  let nanoUsd = 0
  let billed = 0
  for (const day of past) {
    if (day.nanoUsd === null || day.daysAgo > SPIKE_DAYS) continue
    nanoUsd += day.nanoUsd
    billed += day.profile.totals.premium.billed + day.profile.totals.mini.billed
  }
  return billed > 0 && nanoUsd > 0 ? nanoUsd / billed : null
}

/** Tokens of a tier's busiest hour of the past days; 0 where no hour is known. */
export function busiestHour({ tiers }: Lookback, tier: Tier): number {
  return tiers[tier].days.reduce((most, { hours }) => Math.max(most, ...(hours ?? []).map(tokens => tokens ?? 0)), 0)
}

/** Whether OpenAI booked tokens of a tier as free lately: only then does "free" mean anything there. */
export function hasFreeTokens({ free }: TierPast, freeToday: number): boolean {
  return freeToday > 0 || free.includes(true)
}
