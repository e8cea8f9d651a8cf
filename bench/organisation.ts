// An organisation for the benchmarks: every group is active in every five minutes of the day, more by day than by night.
// What is used shows up seven minutes late, so that hours are corrected after their end as they are in life. Counts are
// differences of one rising curve a group: buckets of any width add up to each other.

/** One group for each model and project, with a key and a user of its own. */
export interface OrganisationSize {
  models: number
  projects: number
}

export const ORDINARY: OrganisationSize = { models: 15, projects: 3 }
export const LARGE: OrganisationSize = { models: 20, projects: 50 }

const MODELS = [
  'gpt-5-2025-08-07',
  'gpt-5-mini-2025-08-07',
  'gpt-5.1-2025-11-13',
  'gpt-5-nano-2025-08-07',
  'gpt-5.2-2025-12-11',
  'gpt-4.1-mini-2025-04-14',
  'gpt-5.6-sol',
  'gpt-4o-mini-2024-07-18',
  'gpt-4.1-2025-04-14',
  'o4-mini-2025-04-16',
  'gpt-4o-2024-08-06',
  'gpt-5.6-terra',
  'o3-2025-04-16',
  'gpt-5.4-mini-2026-03-17',
  'gpt-5-codex',
  'gpt-4.1-nano-2025-04-14',
  'gpt-5.5-2026-05-14',
  'gpt-5.6-luna',
  'gpt-5.4-2026-02-11',
  'gpt-5.4-nano-2026-03-17',
]
const MINI = /mini|nano|terra|luna/
const WIDTHS: Record<string, number> = { '1m': 60, '1h': 3600, '1d': 86_400 }
const LAG_S = 420
const DAY_S = 86_400
const DAY_MINUTES = 1440
/** Of the mean: how much more is used at noon than on average, and how much less at midnight. */
const SWING = 0.7

/** Tokens that a day of this organisation uses, by tier. */
export function dailyTokens(size: OrganisationSize): { premium: number; mini: number } {
  const sum = { premium: 0, mini: 0 }
  for (const { model, input, output, rate } of groupsOf(size)) {
    const requests = Math.floor(rate * DAY_MINUTES)
    sum[MINI.test(model) ? 'mini' : 'premium'] += requests * (input + output)
  }
  return sum
}

/** Settings under which the thresholds of both tiers are crossed one by one, every day. */
export function limitsFor(size: OrganisationSize): Record<string, string> {
  const { premium, mini } = dailyTokens(size)
  return {
    PREMIUM_TIER_LIMIT: String(Math.floor(premium * 0.95)),
    MINI_TIER_LIMIT: String(Math.floor(mini * 0.93)),
    ALERT_THRESHOLD: '50,80,95,100',
  }
}

/**
 * What OpenAI answers about this organisation at `nowS`. On days before `busyFromS` all of a day is used between twelve and
 * one: the same days, and few hours to read.
 */
export function answerOf(size: OrganisationSize, url: URL, nowS: number, busyFromS = 0): string {
  if (url.pathname.endsWith('/usage/completions')) return usagePage(size, url, nowS, busyFromS)
  if (url.pathname.endsWith('/organization/costs')) return costPage(size, url, nowS)
  return JSON.stringify({ object: 'list', data: namesAt(size, url.pathname), has_more: false })
}

/** Completions usage: the body of one page. */
export function usagePage(size: OrganisationSize, url: URL, nowS: number, busyFromS = 0): string {
  const by = new Set(url.searchParams.getAll('group_by'))
  return bucketPage(url, nowS, (start, end) => {
    const visible = Math.min(end, nowS - LAG_S)
    return results(size, by, curve(start, busyFromS), curve(visible, busyFromS))
  })
}

/** A line item a project, which grows from hour to hour. */
function costPage(size: OrganisationSize, url: URL, nowS: number): string {
  return bucketPage(url, nowS, (start, end) => {
    const hours = Math.floor((Math.min(end, nowS) - start) / 3600)
    return Array.from({ length: hours > 0 ? size.projects : 0 }, (_, project) => ({
      object: 'organization.costs.result',
      amount: { value: (hours * (project + 1)) / 8, currency: 'usd' },
      line_item: 'gpt-5-2025-08-07, input',
      project_id: projectId(project),
    }))
  })
}

function bucketPage(url: URL, nowS: number, resultsOf: (start: number, end: number) => unknown[]): string {
  const query = url.searchParams
  const width = WIDTHS[query.get('bucket_width') ?? '1d'] ?? DAY_S
  const limit = Number(query.get('limit'))
  const first = Number(query.get('page')?.slice('page_'.length) ?? query.get('start_time'))
  const end = Math.min(Number(query.get('end_time') ?? nowS), nowS)
  const data = []
  let start = Math.floor(first / width) * width
  for (; start < end && data.length < limit; start += width) {
    const until = start + width
    data.push({ object: 'bucket', start_time: start, end_time: until, results: resultsOf(start, until) })
  }
  const more = start < end
  return JSON.stringify({ object: 'page', data, has_more: more, next_page: more ? `page_${start}` : null })
}

/** Of the lists that give names: projects, users, and the keys of a project. */
function namesAt(size: OrganisationSize, path: string): object[] {
  const groups = groupsOf(size)
  if (path.endsWith('/projects'))
    return [...new Set(groups.map(({ project }) => project))].map(id => ({ id, name: id }))
  if (path.endsWith('/users')) return groups.map(({ user }) => ({ id: user, name: user }))
  const of = groups.filter(({ project }) => path.includes(project))
  return path.endsWith('/api_keys') ? of.map(({ key }) => ({ id: key, name: key })) : []
}

function projectId(at: number): string {
  // As long as OpenAI's own ids.
  return `proj_${String(at).padStart(3, '0')}kq2mXc7Lb0RyH5nJd8PgF3u`
}

interface Group {
  model: string
  project: string
  key: string
  user: string
  tier: string
  /** Requests a minute, and tokens a request. */
  rate: number
  input: number
  output: number
}

const made = new Map<OrganisationSize, Group[]>()

function groupsOf(size: OrganisationSize): Group[] {
  const held = made.get(size)
  if (held !== undefined) return held
  const groups = MODELS.slice(0, size.models).flatMap((model, at) =>
    Array.from({ length: size.projects }, (_, project) => ({
      model,
      project: projectId(project),
      key: `key_${String(at * size.projects + project).padStart(4, '0')}uEaT6iQ1`,
      user: `user-${String(at * size.projects + project).padStart(4, '0')}J5nJd8PgF3uEaT6iQ1oCw4tq`,
      tier: project % 3 === 2 ? 'default' : 'incentivized-tier',
      rate: 1 + ((at * 7 + project * 3) % 11) / 4,
      input: 400 + 13 * at + project,
      output: 100 + 7 * at + 3 * project,
    })),
  )
  made.set(size, groups)
  return groups
}

/** What is used between two points of the curve. */
function results(size: OrganisationSize, by: ReadonlySet<string>, from: number, to: number) {
  if (to <= from) return []
  return groupsOf(size).flatMap(group => {
    const requests = Math.floor(group.rate * to) - Math.floor(group.rate * from)
    if (requests === 0) return []
    return {
      object: 'organization.usage.completions.result',
      input_tokens: requests * group.input,
      output_tokens: requests * group.output,
      input_cached_tokens: requests * 70,
      input_audio_tokens: 0,
      output_audio_tokens: 0,
      num_model_requests: requests,
      project_id: group.project,
      user_id: by.has('user_id') ? group.user : null,
      api_key_id: by.has('api_key_id') ? group.key : null,
      model: group.model,
      batch: null,
      service_tier: group.tier,
    }
  })
}

/** Minutes since 1970, slower by night and faster by day; a whole day is a day's minutes. */
function curve(second: number, busyFromS: number): number {
  const before = Math.floor(second / DAY_S) * DAY_MINUTES
  const minute = (second % DAY_S) / 60
  if (second < busyFromS) return before + Math.min(1, Math.max(0, (minute - DAY_MINUTES / 2) / 60)) * DAY_MINUTES
  return before + minute - ((SWING * DAY_MINUTES) / (2 * Math.PI)) * Math.sin((2 * Math.PI * minute) / DAY_MINUTES)
}
