import type { ReadBucket, SpoiledBucket } from './bucketPage.ts'
import { malformed, type UpstreamFault } from './upstreamFault.ts'

export type Merged<Group> =
  | { ok: true; buckets: ReadBucket<Group>[]; spoiled: SpoiledBucket[] }
  | { ok: false; fault: UpstreamFault }

/** When two groups of one bucket are about the same thing, and when they say the same of it. */
export interface Identity<Group> {
  key(group: Group): string
  same(a: Group, b: Group): boolean
}

/**
 * The buckets of a walk by their start, oldest first. One may come in parts on several pages, each with groups of its
 * own; and one may come again, with the same rows. A bucket that comes again with other numbers voids the walk, since
 * nobody can tell which hold; one of which any part is spoiled is spoiled, since the rest is less than what was used.
 */
export function mergeBuckets<Group>(
  found: readonly (ReadBucket<Group> | SpoiledBucket)[],
  identity: Identity<Group>,
): Merged<Group> {
  const spoiled = new Map<number, SpoiledBucket>()
  const parts = new Map<number, Group[][]>()
  for (const bucket of found) {
    if ('groups' in bucket) {
      const of = parts.get(bucket.start)
      if (of === undefined) parts.set(bucket.start, [bucket.groups])
      else of.push(bucket.groups)
    } else if (!spoiled.has(bucket.start)) spoiled.set(bucket.start, bucket)
  }
  const buckets: ReadBucket<Group>[] = []
  for (const [start, of] of parts) {
    if (spoiled.has(start)) continue
    const groups = joined(of, identity)
    if (groups === null) return malformed('a bucket came twice, and the two do not agree')
    buckets.push({ start, groups })
  }
  return { ok: true, buckets: buckets.sort(byStart), spoiled: [...spoiled.values()].sort(byStart) }
}

/** Null where a part has some of the groups that were there before, yet is not a repetition of them. */
function joined<Group>(parts: readonly Group[][], { key, same }: Identity<Group>): Group[] | null {
  const [first, ...more] = parts
  if (first === undefined || more.length === 0) return first ?? []
  const held = new Map(first.map(group => [key(group), group]))
  for (const part of more) {
    const keyed = part.map(group => [key(group), group] as const)
    const before = keyed.filter(([key]) => held.has(key))
    const repeated = before.filter(([key, group]) => same(group, held.get(key) ?? group))
    if (before.length > 0 && repeated.length < part.length) return null
    for (const [key, group] of keyed) held.set(key, group)
  }
  return [...held.values()]
}

function byStart(a: { start: number }, b: { start: number }): number {
  return a.start - b.start
}
