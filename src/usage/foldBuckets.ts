import { type Classify, isFree, otherModel } from '../models.ts'
import { type Bucket, type GroupMap, groupMap, totalTokens, type UsageGroup } from './usageGroup.ts'
import { dateOf } from './utcDay.ts'

/** Groups beyond this many are kept as `other`: storage and answers stay bounded. */
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

/** What one row of the books holds at most, in characters of JSON: a row of SQLite ends at 2 MB, and a character takes up to 3 bytes. */
export const MOST_CHARS_PER_BUCKET = 600_000
/** The numbers and the punctuation of one group as JSON, generously. */
const CHARS_BESIDE_NAMES = 60
/** More service tiers than OpenAI will ever have: beyond, their names are no longer kept apart where they cost the same. */
const MOST_SERVICE_TIERS = 20

/**
 * The largest groups by name, the rest summed into one `other` for each tier and service tier. Totals stay exact. `most`
 * bounds the number of groups, `mostChars` the length of the row that they become.
 */
export function capGroups(
  groups: GroupMap,
  classify: Classify,
  most: number = MOST_GROUPS_PER_BUCKET,
  mostChars: number = MOST_CHARS_PER_BUCKET,
): GroupMap {
  if (groups.size <= most && charsOf(groups.keys()) <= mostChars) return groups
  const sorted = [...groups].sort(([keyA, a], [keyB, b]) => totalTokens(b) - totalTokens(a) || (keyA < keyB ? -1 : 1))
  let chars = 0
  const end = sorted.findIndex(([key], index) => {
    chars += charsOf([key])
    return index >= most || chars > mostChars
  })
  const kept = sorted.slice(0, end).map(([, group]) => group)
  const rest = sorted.slice(kept.length).map(([, group]) => group)
  const few = new Set(rest.map(group => group.serviceTier)).size <= MOST_SERVICE_TIERS
  const folded = rest.map(group => ({
    ...group,
    // `other` must count against the tier that its parts count against, and be free where they were free.
    model: otherModel(classify(group.model).tier),
    serviceTier: few ? group.serviceTier : isFree(group.serviceTier) ? 'incentivized-tier' : '',
    project: '',
    apiKey: '',
    user: '',
  }))
  return groupMap([...kept, ...folded])
}

/** The keys hold the names as the row does, with what JSON makes of them. */
function charsOf(keys: Iterable<string>): number {
  let chars = 0
  for (const key of keys) chars += key.length + CHARS_BESIDE_NAMES
  return chars
}
