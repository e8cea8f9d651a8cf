import { type Classify, isFree, otherModel } from '../models.ts'
import { type Bucket, type GroupMap, groupKey, groupMap, totalTokens, type UsageGroup } from './usageGroup.ts'
import { dateOf } from './utcDay.ts'

/** Models beyond this many groups a day are kept as `other`: storage and answers stay bounded, totals stay exact. */
export const MOST_GROUPS_PER_BUCKET = 2000

/**
 * Complete totals of each date of a walk. A date belongs to its bucket, not to the clock; a date of `dates` for which no
 * bucket came used nothing (only a complete walk may be folded). Buckets of other dates are left out.
 */
export function foldByDate(
  buckets: readonly Bucket[],
  dates: readonly string[],
  classify: Classify,
): Map<string, GroupMap> {
  const groups = new Map<string, UsageGroup[]>(dates.map(date => [date, []]))
  for (const bucket of buckets) groups.get(dateOf(bucket.start))?.push(...bucket.groups)
  return new Map([...groups].map(([date, of]) => [date, capGroups(groupMap(of), classify)]))
}

/** The largest groups by name, the rest summed into one `other` for each tier and service tier kind. */
export function capGroups(groups: GroupMap, classify: Classify, most = MOST_GROUPS_PER_BUCKET): GroupMap {
  if (groups.size <= most) return groups
  const sorted = [...groups.values()].sort((a, b) => totalTokens(b) - totalTokens(a) || compareKeys(a, b))
  const rest = sorted.slice(most).map(group => ({
    ...group,
    // `other` must count against the tier that its parts count against.
    model: otherModel(classify(group.model).tier),
    serviceTier: isFree(group.serviceTier) ? group.serviceTier : '',
    project: '',
  }))
  return groupMap([...sorted.slice(0, most), ...rest])
}

function compareKeys(a: UsageGroup, b: UsageGroup): number {
  return groupKey(a) < groupKey(b) ? -1 : 1
}
