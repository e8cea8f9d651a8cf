import type { Bucket, UsageGroup } from '../usage/usageGroup.ts'
import { groupKey, sameCounts } from '../usage/usageGroup.ts'
import type { UpstreamFault } from './upstreamFault.ts'
import type { UsagePage } from './usagePage.ts'

// All pages of one query, or nothing. Half a walk looks like less use than there was, so a walk that ends early, for
// whatever reason, is a fault and not a smaller answer.

export type FetchPage = (
  cursor: string | null,
) => Promise<{ ok: true; page: UsagePage } | { ok: false; fault: UpstreamFault }>

export type Walk = { ok: true; buckets: Bucket[]; pages: number } | { ok: false; fault: UpstreamFault; pages: number }

/** Well above a year of days at the smallest page that makes sense, well below what one poll may take. */
export const MOST_PAGES = 100

export async function walkPages(fetchPage: FetchPage, mostPages = MOST_PAGES): Promise<Walk> {
  const seen = new Set<string>()
  const found: Bucket[] = []
  let cursor: string | null = null
  for (let pages = 1; ; pages++) {
    const answer = await fetchPage(cursor)
    if (!answer.ok) return { ok: false, fault: answer.fault, pages }
    found.push(...answer.page.buckets)
    // `has_more: false` ends the walk whatever the cursor says.
    if (!answer.page.hasMore) return { ...mergeBuckets(found), pages }
    const next: string | null = answer.page.nextPage
    if (next === null || next === '') return { ...malformed('has_more is true, but there is no next_page'), pages }
    if (seen.has(next)) return { ...malformed('a next_page came twice, so the pages go in a circle'), pages }
    if (pages === mostPages) return { ...malformed(`there are more than ${mostPages} pages`), pages }
    seen.add(next)
    cursor = next
  }
}

/**
 * Buckets by start: a bucket may come in parts on several pages. The same group twice with the same numbers is one
 * group (an upstream that repeats itself); with other numbers nobody can tell which holds, so the walk is void.
 */
function mergeBuckets(found: readonly Bucket[]): { ok: true; buckets: Bucket[] } | { ok: false; fault: UpstreamFault } {
  const byStart = new Map<number, Map<string, UsageGroup>>()
  for (const bucket of found) {
    const groups = byStart.get(bucket.start) ?? new Map<string, UsageGroup>()
    byStart.set(bucket.start, groups)
    for (const group of bucket.groups) {
      const key = groupKey(group)
      const held = groups.get(key)
      if (held !== undefined && !sameCounts(held, group)) {
        return malformed('a bucket has the same model, service tier and project twice with different numbers')
      }
      groups.set(key, group)
    }
  }
  const buckets = [...byStart].map(([start, groups]) => ({ start, groups: [...groups.values()] }))
  return { ok: true, buckets: buckets.sort((a, b) => a.start - b.start) }
}

function malformed(detail: string): { ok: false; fault: UpstreamFault } {
  return { ok: false, fault: { kind: 'malformed', detail, requestId: null } }
}
