import type { Upstream } from './askOpenAI.ts'
import type { SpoiledBucket } from './bucketPage.ts'
import { type Cost, costKey, parseCostPage } from './costPage.ts'
import type { Identity } from './mergeBuckets.ts'
import { PageReader, withSmallerPages } from './pageReader.ts'
import type { UpstreamFault } from './upstreamFault.ts'
import { MOST_PAGES } from './walkCursors.ts'
import { walkBuckets } from './walkPages.ts'

/** UTC days to read the costs of, in Unix seconds at midnight. */
export interface CostQuery {
  start: number
  /** Exclusive. Null for a window that runs into the present: OpenAI may refuse an end in the future. */
  end: number | null
}

/** What one UTC day cost, `start` in Unix seconds. Without rows where it cost nothing, or nothing is known of it yet. */
export interface CostDay {
  start: number
  rows: Cost[]
}

export type CostsResult =
  | {
      ok: true
      /** Oldest first. */
      days: CostDay[]
      /** Days that came, but could not be read; they are not in `days`. */
      spoiled: SpoiledBucket[]
      requests: number
      /** True when the answers came from the simulator that ships with this project. */
      simulated: boolean
    }
  | { ok: false; fault: UpstreamFault; requests: number }

const COST: Identity<Cost> = { key: costKey, same: (a, b) => a.nanoUsd === b.nanoUsd }

/** Days a page: a month in one request, and fewer where hundreds of line items in many projects make it too large. */
const PAGE_DAYS: readonly [number, ...number[]] = [31, 4, 1]

/**
 * What each project and line item cost on each day of the query, or why that is not known: never a part of the days.
 * Needs the scope api.usage.read. Throws nothing.
 */
export async function readCosts(upstream: Upstream, query: CostQuery): Promise<CostsResult> {
  if (query.end !== null && query.start >= query.end) {
    return { ok: true, days: [], spoiled: [], requests: 0, simulated: false }
  }
  return withSmallerPages(PAGE_DAYS, page => readDays(upstream, query, page))
}

async function readDays(
  upstream: Upstream,
  query: CostQuery,
  { buckets, asked }: { buckets: number; asked: number },
): Promise<CostsResult> {
  const reader = new PageReader(upstream, asked)
  const walk = await walkBuckets(
    cursor => reader.read(costsUrl(upstream, query, { cursor, days: buckets }), parseCostPage),
    COST,
    { mostPages: MOST_PAGES, before: asked },
  )
  const { requests, simulated } = reader
  if (!walk.ok) return { ok: false, fault: walk.fault, requests }
  const days = walk.buckets.map(({ start, groups }) => ({ start, rows: groups }))
  return { ok: true, days, spoiled: walk.spoiled, requests, simulated }
}

function costsUrl(
  { baseUrl, projectIds }: Upstream,
  { start, end }: CostQuery,
  { cursor, days }: { cursor: string | null; days: number },
): string {
  const url = new URL(`${baseUrl}/organization/costs`)
  const set = url.searchParams
  set.append('start_time', String(start))
  if (end !== null) set.append('end_time', String(end))
  set.append('bucket_width', '1d')
  set.append('limit', String(days))
  for (const dimension of ['project_id', 'line_item']) set.append('group_by', dimension)
  for (const id of projectIds) set.append('project_ids', id)
  if (cursor !== null) set.append('page', cursor)
  return url.href
}
