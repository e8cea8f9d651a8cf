import { CATALOGUE, type Classify, otherModel } from '../models.ts'
import { TIERS, type Tier } from '../wire.ts'
import type { Wanted } from './policy.ts'

/**
 * The models of some tiers, for a deny list: the catalogue's names, those of MODEL_TIERS, and every one that was seen. Whether
 * OpenAI takes a name for its dated snapshots too is not known, so both are denied. Fine-tuned and unclassified models are left
 * alone unless MODEL_TIERS names them. `onlySeen`: nothing that was not used, where OpenAI refuses names that it no longer knows.
 */
export function wantedModels(
  tiers: ReadonlySet<Tier>,
  { classify, overrides, seen }: { classify: Classify; overrides: Iterable<string>; seen: Iterable<string> },
  onlySeen = false,
): Wanted {
  const covers = (model: string) => {
    const { tier, unclassified } = classify(model)
    return !unclassified && tiers.has(tier) && !SUMS.has(model)
  }
  const named = onlySeen ? [] : [...CATALOGUE.map(({ family }) => family), ...overrides]
  const models = [...new Set([...named, ...seen])].filter(model => covers(model) && MODEL_ID.test(model))
  return { models: models.sort().slice(0, MOST_MODELS), covers }
}

/** What usage sums under a name of ours is no model. */
const SUMS = new Set(TIERS.map(otherModel))
const MODEL_ID = /^[\w.:/-]{1,200}$/
/** Far above what an organisation uses in a few days. */
const MOST_MODELS = 500
