import { type Classify, isFree } from '../models.ts'
import type { BreakdownBy, BreakdownRow, BreakdownView, Tier } from '../wire.ts'
import { totalTokens, type UsageGroup } from './usageGroup.ts'

// Who used what: usage summed by one dimension. Rows add up to the total, and that to the days, whatever was folded.

/** What was used under one id, in one tier, free or billed. Empty text where OpenAI names none. */
export interface Part {
  id: string
  tier: Tier
  free: boolean
  input: number
  output: number
  cached: number
  requests: number
}

/** Under which id the folded rest stands where the dimension itself was lost. */
export const FOLDED_ID = 'other'

/** Parts of a day's groups. */
export function partsOf(groups: Iterable<UsageGroup>, by: BreakdownBy, classify: Classify): Part[] {
  const parts = new Map<string, Part>()
  for (const group of groups) {
    const { tier } = classify(group.model)
    const free = isFree(group.serviceTier)
    const id = idOf(group, by, tier)
    const key = JSON.stringify([id, tier, free])
    const held = parts.get(key) ?? { id, tier, free, input: 0, output: 0, cached: 0, requests: 0 }
    parts.set(key, {
      ...held,
      input: held.input + group.input,
      output: held.output + group.output,
      cached: held.cached + group.cached,
      requests: held.requests + group.requests,
    })
  }
  return [...parts.values()]
}

/** A folded group has lost who used it, but not its model's tier nor its service tier. */
export function isFolded(model: string): boolean {
  return model === 'other (premium)' || model === 'other (mini)'
}

function idOf(group: UsageGroup, by: BreakdownBy, tier: Tier): string {
  switch (by) {
    case 'model':
      return group.model
    case 'tier':
      return tier
    case 'service_tier':
      return group.serviceTier
    case 'project':
      return isFolded(group.model) ? FOLDED_ID : group.project
    case 'api_key':
      return isFolded(group.model) ? FOLDED_ID : group.apiKey
    case 'user':
      return isFolded(group.model) ? FOLDED_ID : group.user
  }
}

type Sums = BreakdownView['total']

const NOTHING: Sums = {
  tokens_used: 0,
  input_tokens: 0,
  output_tokens: 0,
  cached_tokens: 0,
  requests: 0,
  free_tokens: 0,
  billed_tokens: 0,
  premium_tokens: 0,
  mini_tokens: 0,
}

/** Parts as rows, largest first; `nameOf` gives the last known name of an id, or nothing. */
export function breakdownOf(
  parts: Iterable<Part>,
  by: BreakdownBy,
  nameOf: (id: string) => string | undefined,
): Pick<BreakdownView, 'rows' | 'count' | 'total'> {
  const sums = new Map<string, Sums>()
  let total = NOTHING
  for (const part of parts) {
    sums.set(part.id, plus(sums.get(part.id) ?? NOTHING, part))
    total = plus(total, part)
  }
  const rows = [...sums]
    .map(
      ([id, sum]): BreakdownRow => ({
        id: id === '' ? null : id,
        name: rowName(id, by, nameOf),
        ...sum,
        share: total.tokens_used === 0 ? 0 : sum.tokens_used / total.tokens_used,
      }),
    )
    .sort((a, b) => b.tokens_used - a.tokens_used || (String(a.id) < String(b.id) ? -1 : 1))
  return { rows, count: rows.length, total }
}

function plus(sum: Sums, part: Part): Sums {
  const tokens = totalTokens(part)
  return {
    tokens_used: sum.tokens_used + tokens,
    input_tokens: sum.input_tokens + part.input,
    output_tokens: sum.output_tokens + part.output,
    cached_tokens: sum.cached_tokens + part.cached,
    requests: sum.requests + part.requests,
    free_tokens: sum.free_tokens + (part.free ? tokens : 0),
    billed_tokens: sum.billed_tokens + (part.free ? 0 : tokens),
    premium_tokens: sum.premium_tokens + (part.tier === 'premium' ? tokens : 0),
    mini_tokens: sum.mini_tokens + (part.tier === 'mini' ? tokens : 0),
  }
}

/** What it means that OpenAI names none. */
const NAMELESS: Record<BreakdownBy, string> = {
  model: 'unknown model',
  tier: 'unknown tier',
  service_tier: 'no service tier',
  project: 'no project',
  api_key: 'no API key (Playground)',
  user: 'no user',
}

function rowName(id: string, by: BreakdownBy, nameOf: (id: string) => string | undefined): string {
  if (id === '') return NAMELESS[by]
  if (id === FOLDED_ID && (by === 'project' || by === 'api_key' || by === 'user')) return 'all others'
  return nameOf(id) || id
}
