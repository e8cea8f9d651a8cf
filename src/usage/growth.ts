import type { Classify } from '../models.ts'
import type { Tier } from '../wire.ts'
import { FOLDED_ID, isFolded } from './breakdown.ts'
import { totalTokens, type UsageGroup } from './usageGroup.ts'

/** Tokens of one tier by model, project and API key. Empty text where OpenAI names none. */
export type TierSums = Record<'models' | 'projects' | 'keys', Record<string, number>>

/** One that used more than before, by its id. */
export interface Grown {
  id: string
  tokens: number
}

export type Growth = Record<keyof TierSums, Grown[]>

/** The same of all tiers together. */
export type DaySums = TierSums

export function tierSums(groups: Iterable<UsageGroup>, tier: Tier, classify: Classify): TierSums {
  return daySums([...groups].filter(group => classify(group.model).tier === tier))
}

export function daySums(groups: Iterable<UsageGroup>): DaySums {
  // Maps, because a model may be called __proto__.
  const sums = {
    models: new Map<string, number>(),
    projects: new Map<string, number>(),
    keys: new Map<string, number>(),
  }
  for (const group of groups) {
    const tokens = totalTokens(group)
    add(sums.models, group.model, tokens)
    // A folded group has lost whose it was, which is not the same as being nobody's.
    const lost = isFolded(group.model)
    add(sums.projects, lost ? FOLDED_ID : group.project, tokens)
    add(sums.keys, lost ? FOLDED_ID : group.apiKey, tokens)
  }
  return {
    models: Object.fromEntries(sums.models),
    projects: Object.fromEntries(sums.projects),
    keys: Object.fromEntries(sums.keys),
  }
}

export function addSums(a: DaySums, b: DaySums): DaySums {
  const of = (dimension: keyof DaySums) => {
    const sums = new Map(Object.entries(a[dimension]))
    for (const [id, tokens] of Object.entries(b[dimension])) add(sums, id, tokens)
    return Object.fromEntries(sums)
  }
  return { models: of('models'), projects: of('projects'), keys: of('keys') }
}

/** Those that grew most since `before` (null: since the day began), largest first; `most` of each at most. */
export function growthSince(now: TierSums, before: TierSums | null, most: number): Growth {
  const of = (dimension: keyof TierSums): Grown[] => {
    const held = new Map(Object.entries(before?.[dimension] ?? {}))
    return Object.entries(now[dimension])
      .map(([id, tokens]) => ({ id, tokens: tokens - (held.get(id) ?? 0) }))
      .filter(({ tokens }) => tokens > 0)
      .sort((a, b) => b.tokens - a.tokens || (a.id < b.id ? -1 : 1))
      .slice(0, most)
  }
  return { models: of('models'), projects: of('projects'), keys: of('keys') }
}

function add(sums: Map<string, number>, id: string, tokens: number): void {
  sums.set(id, (sums.get(id) ?? 0) + tokens)
}
