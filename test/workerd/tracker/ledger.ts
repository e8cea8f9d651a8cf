// An OpenAI organisation in memory, written from the published description of the Usage API: what was used, when it
// became visible, and answers by bucket, group, limit and opaque cursor. Strict where the real one may be strict.

export interface Use {
  /** Unix seconds. */
  at: number
  model: string | null
  input: number
  output: number
  cached: number
  requests: number
  serviceTier: string | null
  project: string | null
  apiKey: string | null
  user: string | null
  /** Unix seconds from which on the API tells of it. */
  visibleAt: number
}

interface Answer {
  status: number
  body: unknown
}

interface Result {
  object: 'organization.usage.completions.result'
  input_tokens: number
  output_tokens: number
  input_cached_tokens: number
  num_model_requests: number
  project_id: string | null
  user_id: string | null
  api_key_id: string | null
  model: string | null
  batch: null
  service_tier: string | null
}

const WIDTHS: Record<string, { seconds: number; usual: number; most: number }> = {
  '1m': { seconds: 60, usual: 60, most: 1440 },
  '1h': { seconds: 3600, usual: 24, most: 168 },
  '1d': { seconds: 86_400, usual: 7, most: 31 },
}
const PARAMETERS = ['start_time', 'end_time', 'bucket_width', 'limit', 'page', 'group_by', 'project_ids', 'models']

export class Ledger {
  uses: Use[] = []
  /** Buckets a page, whatever `limit` asks for (never more than it). */
  pageBuckets = Number.POSITIVE_INFINITY
  /** Splits a bucket's results over pages of this many groups. */
  groupsPerPage = Number.POSITIVE_INFINITY
  readonly key: string

  constructor(key: string) {
    this.key = key
  }

  add(use: Partial<Use> & { at: number }): Use {
    const whole = {
      model: 'gpt-4o-2024-11-20',
      input: 0,
      output: 0,
      cached: 0,
      requests: 1,
      serviceTier: 'default',
      project: 'proj_a',
      apiKey: 'key_a',
      user: 'user-a',
      visibleAt: use.at,
      ...use,
    }
    this.uses.push(whole)
    return whole
  }

  /** What the API would tell at `now` of `[from, to)`. */
  visible(from: number, to: number, now: number): Use[] {
    return this.uses.filter(use => use.at >= from && use.at < to && use.visibleAt <= now)
  }

  answer(url: URL, headers: Headers, now: number): Answer {
    if (headers.get('authorization') !== `Bearer ${this.key}`) {
      return refusal(401, `Incorrect API key provided: ${this.key.slice(0, 12)}***. `, 'invalid_api_key')
    }
    const query = url.searchParams
    for (const name of query.keys()) {
      if (!PARAMETERS.includes(name.replace(/\[\]$/, ''))) return refusal(400, `Unknown parameter: ${name}`, null)
    }
    const width = WIDTHS[query.get('bucket_width') ?? '1d']
    if (width === undefined) return refusal(400, 'bad bucket_width', null)
    const start = Number(query.get('start_time') ?? Number.NaN)
    if (!Number.isInteger(start)) return refusal(400, 'start_time is required', null)
    const end = query.has('end_time') ? Number(query.get('end_time')) : now
    if (end > now) return refusal(400, 'end_time must not be in the future', null)
    // A window of no length too; one that runs into the present may begin in this second.
    if (query.has('end_time') ? end <= start : end < start)
      return refusal(400, 'end_time must be after start_time', null)
    const limit = Number(query.get('limit') ?? width.usual)
    if (!(limit >= 1 && limit <= width.most)) return refusal(400, 'limit is out of range', null)
    const groupBy = [...query.getAll('group_by'), ...query.getAll('group_by[]')]
    const projects = [...query.getAll('project_ids'), ...query.getAll('project_ids[]')]
    const shape = JSON.stringify([start, query.get('end_time'), width, limit, groupBy, projects])
    const cursor = readCursor(query.get('page'))
    if (cursor === null || (cursor.shape !== null && cursor.shape !== shape)) {
      return refusal(400, 'page does not belong to this query', null)
    }
    const pages = this.#pages(start, end, width.seconds, Math.min(limit, this.pageBuckets), groupBy, projects, now)
    const more = cursor.page + 1 < pages.length
    return {
      status: 200,
      body: {
        object: 'page',
        data: pages[cursor.page] ?? [],
        has_more: more,
        next_page: more ? writeCursor({ page: cursor.page + 1, shape }) : null,
      },
    }
  }

  #pages(
    start: number,
    end: number,
    width: number,
    perPage: number,
    groupBy: string[],
    projects: string[],
    now: number,
  ) {
    const buckets = []
    for (let at = Math.floor(start / width) * width; at < end || at === start; at += width) {
      const uses = this.visible(at, at + width, now).filter(
        use => projects.length === 0 || projects.includes(use.project ?? ''),
      )
      const results = grouped(uses, groupBy)
      for (let slice = 0; slice === 0 || slice < results.length; slice += this.groupsPerPage) {
        const part = results.slice(slice, slice + this.groupsPerPage)
        buckets.push({ object: 'bucket', start_time: at, end_time: at + width, start_time_iso: 'x', results: part })
        if (!Number.isFinite(this.groupsPerPage)) break
      }
    }
    const pages = []
    for (let from = 0; from < buckets.length; from += perPage) pages.push(buckets.slice(from, from + perPage))
    return pages
  }
}

function grouped(uses: Use[], groupBy: string[]): Result[] {
  const results = new Map<string, Result>()
  for (const use of uses) {
    const model = groupBy.includes('model') ? use.model : null
    const tier = groupBy.includes('service_tier') ? use.serviceTier : null
    const project = groupBy.includes('project_id') ? use.project : null
    const apiKey = groupBy.includes('api_key_id') ? use.apiKey : null
    const user = groupBy.includes('user_id') ? use.user : null
    const key = JSON.stringify([model, tier, project, apiKey, user])
    const held = results.get(key)
    results.set(key, {
      object: 'organization.usage.completions.result',
      input_tokens: (held?.input_tokens ?? 0) + use.input,
      output_tokens: (held?.output_tokens ?? 0) + use.output,
      input_cached_tokens: (held?.input_cached_tokens ?? 0) + use.cached,
      num_model_requests: (held?.num_model_requests ?? 0) + use.requests,
      project_id: project,
      user_id: user,
      api_key_id: apiKey,
      model,
      batch: null,
      service_tier: tier,
    })
  }
  return [...results.values()]
}

interface Cursor {
  page: number
  shape: string | null
}

/** With characters that must be encoded in a URL. */
function writeCursor(cursor: Cursor): string {
  return `page_+/${btoa(JSON.stringify(cursor))}==`
}

function readCursor(text: string | null): Cursor | null {
  if (text === null) return { page: 0, shape: null }
  if (!text.startsWith('page_+/')) return null
  try {
    return JSON.parse(atob(text.slice(7, -2))) as Cursor
  } catch {
    return null
  }
}

function refusal(status: number, message: string, code: string | null): Answer {
  return { status, body: { error: { message, type: 'invalid_request_error', param: null, code } } }
}
