import type { Bucket } from '../usage/usageGroup.ts'
import type { Upstream } from './askOpenAI.ts'
import type { SpoiledBucket } from './bucketPage.ts'
import { PageReader, withSmallerPages } from './pageReader.ts'
import type { UpstreamFault } from './upstreamFault.ts'
import { parsePage } from './usagePage.ts'
import { asksNothing, pageSizes, type UsageQuery, usageUrl } from './usageQuery.ts'
import { walkPages } from './walkPages.ts'

export { LARGEST_PAGE_BYTES, PAGE_TIMEOUT_MS, type Upstream } from './askOpenAI.ts'
export { LARGEST_WALK_BYTES } from './pageReader.ts'

export interface Reading {
  buckets: Bucket[]
  /** Buckets that came, but could not be read; they are not in `buckets`. */
  spoiled: SpoiledBucket[]
  requests: number
  /** True when the answers came from the simulator that ships with this project. */
  simulated: boolean
}

export type ReadResult = { ok: true; reading: Reading } | { ok: false; fault: UpstreamFault; requests: number }

/** All pages of the query, or why there are none: never a part of them. Throws nothing. */
export async function readUsage(upstream: Upstream, query: UsageQuery): Promise<ReadResult> {
  if (asksNothing(query)) return { ok: true, reading: { buckets: [], spoiled: [], requests: 0, simulated: false } }
  // Thousands of models: fewer buckets a page is all that can be asked for instead.
  return withSmallerPages(pageSizes(query.width), page => readPages(upstream, query, page))
}

/** A walk with `buckets` a page, after `asked` requests of the same read: its `requests` are these and its own. */
async function readPages(
  upstream: Upstream,
  query: UsageQuery,
  { buckets, asked }: { buckets: number; asked: number },
): Promise<ReadResult> {
  const reader = new PageReader(upstream, asked)
  const walk = await walkPages(
    cursor => {
      const url = usageUrl(upstream.baseUrl, query, upstream.projectIds, { cursor, buckets })
      return reader.read(url, text => parsePage(text, query.width))
    },
    query.mostPages,
    asked,
  )
  const { requests, simulated } = reader
  if (!walk.ok) return { ok: false, fault: walk.fault, requests }
  return { ok: true, reading: { buckets: walk.buckets, spoiled: walk.spoiled, requests, simulated } }
}
