/** What was used: whole tokens and requests. `cached` is a part of `input`, never added to it. */
export interface Counts {
  input: number
  output: number
  cached: number
  requests: number
}

/** Usage of one model in one service tier, project, API key and user. Empty text where OpenAI sent null or was not asked. */
export interface UsageGroup extends Counts {
  model: string
  serviceTier: string
  project: string
  apiKey: string
  user: string
}

/** Everything used in one stretch of time, `start` in Unix seconds. */
export interface Bucket {
  start: number
  groups: UsageGroup[]
}

export type GroupMap = ReadonlyMap<string, UsageGroup>

/** Identity of a group inside its bucket. JSON, because any separator may occur in a foreign name. */
export function groupKey({ model, serviceTier, project, apiKey, user }: Omit<UsageGroup, keyof Counts>): string {
  return JSON.stringify([model, serviceTier, project, apiKey, user])
}

export function totalTokens(counts: Counts): number {
  return counts.input + counts.output
}

export function addCounts<T extends Counts>(to: T, more: Counts): T {
  return {
    ...to,
    input: to.input + more.input,
    output: to.output + more.output,
    cached: to.cached + more.cached,
    requests: to.requests + more.requests,
  }
}

export function sameCounts(a: Counts, b: Counts): boolean {
  return a.input === b.input && a.output === b.output && a.cached === b.cached && a.requests === b.requests
}

/** Groups by key; groups of the same key are summed. */
export function groupMap(groups: Iterable<UsageGroup>): Map<string, UsageGroup> {
  const map = new Map<string, UsageGroup>()
  for (const group of groups) {
    const key = groupKey(group)
    const held = map.get(key)
    map.set(key, held === undefined ? group : addCounts(held, group))
  }
  return map
}

/** True when nothing was used, so that the group need not be kept. */
export function isZero(counts: Counts): boolean {
  return counts.input === 0 && counts.output === 0 && counts.cached === 0 && counts.requests === 0
}

/** The same usage without the dimensions that hours and the list of models do not have: API key and user. */
export function withoutOwners(groups: Iterable<UsageGroup>): Map<string, UsageGroup> {
  return groupMap([...groups].map(group => ({ ...group, apiKey: '', user: '' })))
}
