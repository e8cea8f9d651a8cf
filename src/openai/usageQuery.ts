/** A read of completions usage. Times are Unix seconds, aligned to the width by the caller. */
export interface UsageQuery {
  width: '1m' | '1h' | '1d'
  start: number
  /** Exclusive. Null for a window that runs into the present: OpenAI may refuse an end in the future. */
  end: number | null
  /** Requests that the read may take in all; MOST_PAGES where it is not said. */
  mostPages?: number
}

/** Buckets a page: at most what OpenAI allows (31, 168, 1440), less where a page would grow past a few hundred KB. */
export const PAGE_BUCKETS = { '1m': 180, '1h': 48, '1d': 31 } as const

const WHAT = ['model', 'service_tier', 'project_id']
const WHO = ['api_key_id', 'user_id']

/** Only days tell who used what: hours by key and user as well would be many times the rows, and nobody asks for them. */
export function tellsWho(width: UsageQuery['width']): boolean {
  return width === '1d'
}

/** True for a window of no length. OpenAI refuses one, for ever, though the answer is known: nothing. */
export function asksNothing({ start, end }: UsageQuery): boolean {
  return end !== null && start >= end
}

/** Sizes of a page to try one after the other, in buckets, while the body of one is too large to be taken in. */
export function pageSizes(width: UsageQuery['width']): [number, ...number[]] {
  const usual = PAGE_BUCKETS[width]
  return [usual, Math.ceil(usual / 8), 1]
}

/** The request for one page. Arrays repeat the key, as the published description's default style says. */
export function usageUrl(
  baseUrl: string,
  query: UsageQuery,
  projectIds: readonly string[],
  page: { cursor: string | null; buckets: number },
): string {
  const url = new URL(`${baseUrl}/organization/usage/completions`)
  const set = url.searchParams
  set.append('start_time', String(query.start))
  if (query.end !== null) set.append('end_time', String(query.end))
  set.append('bucket_width', query.width)
  set.append('limit', String(page.buckets))
  for (const dimension of tellsWho(query.width) ? [...WHAT, ...WHO] : WHAT) set.append('group_by', dimension)
  for (const id of projectIds) set.append('project_ids', id)
  if (page.cursor !== null) set.append('page', page.cursor)
  return url.href
}
