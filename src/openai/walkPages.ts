import { groupKey, sameCounts, type UsageGroup } from '../usage/usageGroup.ts'
import type { BucketPage, ReadBucket, SpoiledBucket } from './bucketPage.ts'
import { type Identity, mergeBuckets } from './mergeBuckets.ts'
import { malformed, type UpstreamFault } from './upstreamFault.ts'
import { type FetchPage, MOST_PAGES, walkCursors } from './walkCursors.ts'

export { MOST_PAGES } from './walkCursors.ts'

// All pages of one query, or nothing. Half a walk looks like less use than there was, so a walk that ends early, for
// whatever reason, is a fault and not a smaller answer.

export type Walk<Group> =
  | { ok: true; buckets: ReadBucket<Group>[]; spoiled: SpoiledBucket[]; pages: number }
  | { ok: false; fault: UpstreamFault; pages: number }

const USAGE: Identity<UsageGroup> = { key: groupKey, same: sameCounts }

/** `before`: pages that the read has already asked for in vain; they count. `pages` are those of this walk alone. */
export function walkPages(
  fetchPage: FetchPage<BucketPage<UsageGroup>>,
  mostPages = MOST_PAGES,
  before = 0,
): Promise<Walk<UsageGroup>> {
  return walkBuckets(fetchPage, USAGE, { mostPages, before })
}

/** The same for buckets of any groups. */
export async function walkBuckets<Group>(
  fetchPage: FetchPage<BucketPage<Group>>,
  identity: Identity<Group>,
  { mostPages, before }: { mostPages: number; before: number },
): Promise<Walk<Group>> {
  const walk = await walkCursors(fetchPage, mostPages - before)
  const pages = walk.asked
  if (!walk.ok) return { ok: false, fault: walk.fault, pages }
  if (!walk.whole) return { ...malformed(`there are more than ${mostPages} pages`), pages }
  const found = walk.pages.flatMap(({ buckets }) => buckets)
  return { ...mergeBuckets(found, identity), pages }
}
