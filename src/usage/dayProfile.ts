import { type Classify, isFree } from '../models.ts'
import { TIERS, type Tier } from '../wire.ts'
import { isFolded } from './breakdown.ts'
import { tierTotals } from './tierTotals.ts'
import { type GroupMap, totalTokens, type UsageGroup } from './usageGroup.ts'
import { HOUR_S, startOf } from './utcDay.ts'

// What a past date tells about today: its hours, what was free of it, and who used it. Small, whatever the date held.

export interface DayProfile {
  /** Tokens of each hour of the date, by tier; null where its hours are not known. */
  hours: Record<Tier, TierHours> | null
  totals: Record<Tier, { tokens: number; free: number; billed: number }>
  /** Who used most, by tier: API keys, or projects where a request had no key. Largest first. */
  users: Record<Tier, [id: string, tokens: number][]>
  /** Projects and models that had free tokens. */
  free: Record<Tier, FreeOf>
}

export interface FreeOf {
  projects: string[]
  models: string[]
}

/** Null where an hour is not known, or not all of it. */
export interface TierHours {
  all: (number | null)[]
  free: (number | null)[]
}

const HOURS_A_DAY = 24
/** A key beyond these had less of the date than any of them. */
const MOST_USERS = 100

/** What is held of a date's hours. */
export interface HeldHours {
  /** By start (Unix seconds). */
  hours: ReadonlyMap<number, GroupMap>
  /** Unix seconds: those that end later are not known. */
  knownTo: number
}

/** `held`: null where no hour was ever read. */
export function dayProfile(date: string, groups: GroupMap, held: HeldHours | null, classify: Classify): DayProfile {
  const totals = tierTotals(groups.values(), classify)
  const of = (tier: Tier) => ({ tokens: totals[tier].tokens, free: totals[tier].free, billed: totals[tier].billed })
  return {
    hours: held === null ? null : hoursByTier(startOf(date), held, classify),
    totals: { premium: of('premium'), mini: of('mini') },
    users: { premium: topUsers(groups, 'premium', classify), mini: topUsers(groups, 'mini', classify) },
    free: { premium: freeOf(groups, 'premium', classify), mini: freeOf(groups, 'mini', classify) },
  }
}

function hoursByTier(midnight: number, { hours, knownTo }: HeldHours, classify: Classify) {
  const blank = () => Array.from({ length: HOURS_A_DAY }, (_, hour) => (isKnown(midnight + hour * HOUR_S) ? 0 : null))
  const isKnown = (start: number) => start + HOUR_S <= knownTo
  const empty = (): TierHours => ({ all: blank(), free: blank() })
  const byTier = { premium: empty(), mini: empty() }
  for (const [start, groups] of hours) {
    if (!isKnown(start)) continue
    const hour = (start - midnight) / HOUR_S
    for (const group of groups.values()) {
      const { all, free } = byTier[classify(group.model).tier]
      all[hour] = (all[hour] ?? 0) + totalTokens(group)
      if (isFree(group.serviceTier)) free[hour] = (free[hour] ?? 0) + totalTokens(group)
    }
  }
  return byTier
}

/**
 * The hours that a profile knew, for totals that have changed since (a correction, a model of another tier): in the same shape.
 * Of a tier that had nothing then, nothing is known.
 */
export function hoursAsBefore({ hours, totals }: DayProfile, now: DayProfile['totals']): DayProfile['hours'] {
  if (hours === null) return null
  const scaled = (list: (number | null)[], before: number, after: number) => {
    if (before === after) return list
    return list.map(tokens => (before === 0 || tokens === null ? null : Math.round((tokens * after) / before)))
  }
  const of = (tier: Tier): TierHours => ({
    all: scaled(hours[tier].all, totals[tier].tokens, now[tier].tokens),
    free: scaled(hours[tier].free, totals[tier].free, now[tier].free),
  })
  return { premium: of('premium'), mini: of('mini') }
}

/** Who a request belongs to: its API key, or its project where it had none; empty where neither is known. */
function userOf({ apiKey, project, model }: UsageGroup): string {
  return isFolded(model) ? '' : apiKey || project
}

/** Tokens of one tier by who used them. */
export function tokensByUser(groups: GroupMap, tier: Tier, classify: Classify): Map<string, number> {
  const sums = new Map<string, number>()
  for (const group of groups.values()) {
    const id = userOf(group)
    if (id === '' || classify(group.model).tier !== tier) continue
    sums.set(id, (sums.get(id) ?? 0) + totalTokens(group))
  }
  return sums
}

function topUsers(groups: GroupMap, tier: Tier, classify: Classify): [string, number][] {
  return [...tokensByUser(groups, tier, classify)].sort((a, b) => b[1] - a[1]).slice(0, MOST_USERS)
}

/** Projects and models of a tier that OpenAI gave free tokens. */
export function freeOf(groups: GroupMap, tier: Tier, classify: Classify): FreeOf {
  const free = [...groups.values()].filter(
    group => isFree(group.serviceTier) && totalTokens(group) > 0 && classify(group.model).tier === tier,
  )
  const some = (names: string[]) => [...new Set(names)].slice(0, MOST_USERS)
  return { projects: some(free.map(({ project }) => project)), models: some(free.map(({ model }) => model)) }
}

/** True where a date had any use in a tier. */
export function isUsed({ totals }: DayProfile): boolean {
  return TIERS.some(tier => totals[tier].tokens > 0)
}
