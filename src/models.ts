import { TIERS, type Tier } from './wire.ts'

// Which tier a model counts against. The lists change every few months and names do not tell the tier (gpt-5.6-luna is
// mini, gpt-6-luna premium), so this is data with dates, matched by whole names only. A model that no entry covers
// counts as premium, the tier with the smaller limit, and is flagged: too early a warning beats one that never comes.

export interface CatalogueEntry {
  /** A model id without its date, or its beginning up to a hyphen or a colon, for a family of ids. */
  family: string
  tier: Tier
  /** UTC date on which this entry was last confirmed. */
  confirmed: string
}

const entries = (tier: Tier, confirmed: string, families: string): CatalogueEntry[] =>
  families.split(' ').map(family => ({ family, tier, confirmed }))

/** The tiers of the brief, then the complimentary-token programme's lists as captured on 2026-09-28. */
export const CATALOGUE: readonly CatalogueEntry[] = [
  ...entries('premium', '2024-12-19', 'gpt-4o gpt-4-turbo gpt-4 o1-preview o1-mini'),
  ...entries('mini', '2024-12-19', 'gpt-4o-mini gpt-3.5-turbo'),
  ...entries(
    'premium',
    '2026-09-28',
    'gpt-6-astra gpt-6-sol gpt-6-luna gpt-5.6-sol gpt-5.5 gpt-5.4 gpt-5.2 gpt-5.1 gpt-5.1-codex gpt-5-codex gpt-5 ' +
      'gpt-5-chat-latest gpt-4.1 o3 o1',
  ),
  ...entries(
    'mini',
    '2026-09-28',
    'gpt-5.6-terra gpt-5.6-luna gpt-5.4-mini gpt-5.4-nano gpt-5.1-codex-mini gpt-5-mini gpt-5-nano gpt-4.1-mini ' +
      'gpt-4.1-nano o4-mini codex-mini-latest',
  ),
  // In the small pool by the dashboard's text until early 2026, absent from the list since.
  ...entries('mini', '2026-01-31', 'o3-mini'),
]

export interface Classification {
  readonly tier: Tier
  /** True when nothing in the catalogue or in MODEL_TIERS covers the model. */
  readonly unclassified: boolean
}

export type Classify = (model: string) => Classification

/** Of several parts; a single one, as in gpt-4-0613, is off at the next hyphen anyway. */
const DATE_SUFFIX = /-\d{4}-\d{2}-\d{2}$/

const MOST_REMEMBERED = 10_000
/** Longer ones are nobody's models, and ten thousand of them would fill the object's memory. */
const LONGEST_REMEMBERED_CHARS = 200

/**
 * A classifier over the catalogue and the operator's own entries (MODEL_TIERS), which win over catalogue entries of the
 * same name. Order: the exact id, the id without its date suffix, then the longest family that ends at a hyphen or a
 * colon of the id. Fine-tuned models (`ft:...`) match only by an entry that starts with `ft:`. It remembers its
 * answers, because a poll asks about each of a thousand groups again.
 */
export function classifier(overrides: ReadonlyMap<string, Tier>): Classify {
  const table = new Map<string, Tier>(CATALOGUE.map(entry => [entry.family, entry.tier]))
  for (const tier of TIERS) table.set(otherModel(tier), tier)
  for (const [family, tier] of overrides) table.set(family, tier)
  const remembered = new Map<string, Classification>()
  return model => {
    const known = remembered.get(model)
    if (known !== undefined) return known
    const found = lookUp(table, model)
    if (remembered.size >= MOST_REMEMBERED) remembered.clear()
    if (model.length <= LONGEST_REMEMBERED_CHARS) remembered.set(model, found)
    return found
  }
}

function lookUp(table: ReadonlyMap<string, Tier>, model: string): Classification {
  for (const name of namesOf(model)) {
    const tier = table.get(name)
    if (tier !== undefined) return { tier, unclassified: false }
  }
  return { tier: 'premium', unclassified: true }
}

/** True when `model` is looked up under the name `entry`, whichever of its names decides in the end. */
export function matchesFamily(entry: string, model: string): boolean {
  for (const name of namesOf(model)) if (name === entry) return true
  return false
}

/** What a model may be listed as, in the order in which it counts. */
function* namesOf(model: string): Generator<string, void> {
  yield model
  yield model.replace(DATE_SUFFIX, '')
  // The `ft` of a fine-tuned model is no family: nothing without the colon covers it.
  const shortest = model.startsWith('ft:') ? 'ft:'.length : 1
  for (let at = model.length - 1; at >= shortest; at--) {
    if (model[at] === '-' || model[at] === ':') yield model.slice(0, at)
  }
}

/** Service tiers that OpenAI pays: `incentivized-tier` in the Usage API, `data sharing` in dashboard exports. */
export function isFree(serviceTier: string): boolean {
  return /incentiv|data[ _-]?sharing/i.test(serviceTier)
}

/** Name under which the smallest groups of a tier are summed where there are too many to keep apart. */
export function otherModel(tier: Tier): string {
  return `other (${tier})`
}
