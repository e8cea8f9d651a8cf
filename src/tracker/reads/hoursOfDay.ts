import { type Classify, isFree, otherModel } from '../../models.ts'
import { capGroups } from '../../usage/foldBuckets.ts'
import { sameGroups } from '../../usage/groupChanges.ts'
import { tierTotals } from '../../usage/tierTotals.ts'
import {
  type Bucket,
  type GroupMap,
  groupMap,
  totalTokens,
  type UsageGroup,
  withoutOwners,
} from '../../usage/usageGroup.ts'
import { dateOf, floorTo, HOUR_S } from '../../usage/utcDay.ts'
import { TIERS } from '../../wire.ts'

// The hours of one date beside the date itself: which answer is believed, and what the day has that no hour has. Pure.

export type Hours = ReadonlyMap<number, GroupMap>

/** The hours of one date; what an upstream sends beyond it belongs to another read. */
export function hoursOf(date: string, buckets: readonly Bucket[], classify: Classify): Map<number, GroupMap> {
  return new Map(
    buckets
      .filter(bucket => dateOf(bucket.start) === date && bucket.groups.length > 0)
      .map(bucket => [floorTo(bucket.start, HOUR_S), capGroups(groupMap(bucket.groups), classify)]),
  )
}

export function sumOfHours(hours: Hours): GroupMap {
  return groupMap(allGroups(hours))
}

function allGroups(hours: Hours): UsageGroup[] {
  return [...hours.values()].flatMap(groups => [...groups.values()])
}

/**
 * True when the hours say what the day says: group by group, or, where groups were folded into `other`, by tier. API keys and
 * users are the day's alone.
 */
export function addsUp(hours: Hours, day: GroupMap, classify: Classify): boolean {
  const sums = sumOfHours(hours)
  if (sameGroups(sums, withoutOwners(day.values()))) return true
  const isFolded = [...sums.values(), ...day.values()].some(isOther)
  if (!isFolded) return false
  const [a, b] = [tierTotals(sums.values(), classify), tierTotals(day.values(), classify)]
  return JSON.stringify(a) === JSON.stringify(b)
}

/**
 * Whether an answer replaces the hours that are held: where it has at least as much of each tier, or comes nearer to what the
 * day itself says. An empty page, or one that lost half of a day, does neither; nor is one believed that is past exact counting.
 */
export function isBelieved(answer: Hours, held: Hours, day: GroupMap, classify: Classify): boolean {
  const [said, had, must] = [allGroups(answer), allGroups(held), day.values()].map(groups =>
    tierTotals(groups, classify),
  )
  return TIERS.every(tier => {
    const [a, b, c] = [said?.[tier].tokens ?? 0, had?.[tier].tokens ?? 0, must?.[tier].tokens ?? 0]
    return Number.isSafeInteger(a) && (a >= b || Math.abs(a - c) < Math.abs(b - c))
  })
}

/** What the day has beyond the sum of its hours; never below nothing, for the two are read one after the other. */
export function unplacedGroups(day: GroupMap, hours: Hours, classify: Classify): UsageGroup[] {
  const [all, placed] = [withoutOwners(day.values()), sumOfHours(hours)]
  const isFolded = [...all.values(), ...placed.values()].some(isOther)
  // A group that stands for many on one side has no counterpart on the other: then only what they count as compares.
  return isFolded ? restOf(byKind(all, classify), byKind(placed, classify)) : restOf(all, placed)
}

function restOf(all: GroupMap, placed: GroupMap): UsageGroup[] {
  return [...all].flatMap(([key, group]) => {
    const held = placed.get(key)
    const rest = {
      ...group,
      input: Math.max(0, group.input - (held?.input ?? 0)),
      output: Math.max(0, group.output - (held?.output ?? 0)),
      cached: Math.max(0, group.cached - (held?.cached ?? 0)),
      requests: Math.max(0, group.requests - (held?.requests ?? 0)),
    }
    return totalTokens(rest) > 0 ? [rest] : []
  })
}

/** One group for each tier, free and billed. */
function byKind(groups: GroupMap, classify: Classify): GroupMap {
  return groupMap(
    [...groups.values()].map(group => ({
      ...group,
      model: otherModel(classify(group.model).tier),
      serviceTier: isFree(group.serviceTier) ? 'incentivized-tier' : '',
      project: '',
    })),
  )
}

function isOther({ model }: UsageGroup): boolean {
  return model.startsWith('other (')
}

/** The hours with what is unplaced added to the one at `hour`. */
export function withUnplaced(hours: Hours, day: GroupMap, hour: number, classify: Classify): Map<number, GroupMap> {
  const all = new Map(hours)
  const rest = unplacedGroups(day, hours, classify)
  if (rest.length > 0) all.set(hour, groupMap([...(all.get(hour)?.values() ?? []), ...rest]))
  return all
}

/** Entries of the list of hours by model: one for each hour and model with usage. */
export function countEntries(hours: Hours): number {
  let entries = 0
  for (const groups of hours.values()) {
    entries += new Set([...groups.values()].filter(group => totalTokens(group) > 0).map(group => group.model)).size
  }
  return entries
}
