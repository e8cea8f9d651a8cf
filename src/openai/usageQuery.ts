/** A read of completions usage. Times are Unix seconds, aligned to the width by the caller. */
export interface UsageQuery {
  width: '1m' | '1h' | '1d'
  start: number
  /** Exclusive. Null for a window that runs into the present: OpenAI may refuse an end in the future. */
  end: number | null
}

/** Buckets a page: at most what OpenAI allows (31, 168, 1440), less where a page would grow past a few hundred KB. */
export const PAGE_BUCKETS = { '1m': 180, '1h': 48, '1d': 31 } as const

const GROUP_BY = ['model', 'service_tier', 'project_id'] as const

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
  for (const dimension of GROUP_BY) set.append('group_by', dimension)
  for (const id of projectIds) set.append('project_ids', id)
  if (page.cursor !== null) set.append('page', page.cursor)
  return url.href
}
