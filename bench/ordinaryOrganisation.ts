// An organisation of ordinary size for the cost benchmark: 15 active models spread over 3 projects, traffic in every
// minute of the day, more by day than by night, free until noon and billed after it. Everything that is used shows up
// `LAG_S` later, so that hours are corrected after their end as they are in life.

const MODELS = [
  'gpt-5-2025-08-07',
  'gpt-5.1-2025-11-13',
  'gpt-5.2-2025-12-11',
  'gpt-5.6-sol',
  'gpt-4.1-2025-04-14',
  'gpt-4o-2024-08-06',
  'o3-2025-04-16',
  'gpt-5-codex',
  'gpt-5-mini-2025-08-07',
  'gpt-5-nano-2025-08-07',
  'gpt-4.1-mini-2025-04-14',
  'gpt-4o-mini-2024-07-18',
  'o4-mini-2025-04-16',
  'gpt-5.6-terra',
  'gpt-5.4-mini-2026-03-17',
]
const PROJECTS = ['proj_app', 'proj_batch', 'proj_lab']
const WIDTHS: Record<string, number> = { '1m': 60, '1h': 3600, '1d': 86_400 }
const LAG_S = 420
const DAY_S = 86_400

/** OpenAI's completions usage of this organisation, as known at `nowS`. */
export function answerUsage(url: URL, nowS: number): Response {
  const query = url.searchParams
  const width = WIDTHS[query.get('bucket_width') ?? '1d'] ?? DAY_S
  const limit = Number(query.get('limit'))
  const first = Number(query.get('page')?.slice('page_'.length) ?? query.get('start_time'))
  const end = Math.min(Number(query.get('end_time') ?? nowS), nowS)
  const data = []
  let start = Math.floor(first / width) * width
  for (; start < end && data.length < limit; start += width) {
    const visible = Math.min(start + width, nowS - LAG_S)
    data.push({ object: 'bucket', start_time: start, end_time: start + width, results: results(start, visible) })
  }
  const more = start < end
  return Response.json({ object: 'page', data, has_more: more, next_page: more ? `page_${start}` : null })
}

function results(from: number, to: number) {
  const minutes = Math.floor((to - from) / 60)
  if (minutes <= 0) return []
  return MODELS.flatMap((model, index) => {
    const noon = Math.floor(from / DAY_S) * DAY_S + DAY_S / 2
    const free = Math.max(0, Math.min(to, noon) - from) / 60
    const billed = Math.max(0, to - Math.max(from, noon)) / 60
    const project_id = PROJECTS[index % PROJECTS.length]
    const group = (service_tier: string, count: number) => ({
      object: 'organization.usage.completions.result',
      model,
      project_id,
      service_tier,
      input_tokens: Math.floor(count) * (40 + index),
      output_tokens: Math.floor(count) * (10 + index),
      input_cached_tokens: Math.floor(count) * 7,
      num_model_requests: Math.floor(count),
    })
    return [
      ...(free >= 1 ? [group('incentivized-tier', free)] : []),
      ...(billed >= 1 ? [group('default', billed)] : []),
    ]
  })
}
