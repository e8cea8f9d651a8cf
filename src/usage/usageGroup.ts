/** What was used: whole tokens and requests. `cached` is a part of `input`, never added to it. */
export interface Counts {
  input: number
  output: number
  cached: number
  requests: number
}

/** Usage of one model in one service tier and project. Empty text where OpenAI sent null. */
export interface UsageGroup extends Counts {
  model: string
  serviceTier: string
  project: string
}

/** Everything used in one stretch of time, `start` in Unix seconds. One group per model, service tier and project. */
export interface Bucket {
  start: number
  groups: UsageGroup[]
}

export type GroupMap = ReadonlyMap<string, UsageGroup>

/** Identity of a group inside its bucket. JSON, because any separator may occur in a foreign name. */
export function groupKey(group: Pick<UsageGroup, 'model' | 'serviceTier' | 'project'>): string {
  return JSON.stringify([group.model, group.serviceTier, group.project])
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
