import * as v from 'valibot'
import { BEYOND_COUNTING, NOT_JSON, type ParsedBucketPage, parseBucketPage, wordsOf } from './bucketPage.ts'
import { nanoUsdOf } from './nanoUsd.ts'
import { storableName } from './storableName.ts'

// One page of costs as OpenAI's description of 2026-08-21 gives it, and with amounts as text, which has been seen too.
// A row whose amount is missing, no number or not in dollars spoils its day: the rest would be less than what was paid.

/** What one line item cost in one project; empty text where OpenAI sent null. */
export interface Cost {
  project: string
  /** Free text, such as `gpt-5-2025-08-07, cached input`. */
  lineItem: string
  /** Whole billionths of a dollar; negative for a credit. */
  nanoUsd: number
}

const Value = v.pipe(
  v.unknown(),
  v.transform(text => (typeof text === 'string' ? nanoUsdOf(text) : null)),
  v.number(),
)
const Currency = v.pipe(
  v.string(),
  v.transform(currency => currency.toLowerCase()),
  v.literal('usd'),
)
const Dimension = v.optional(v.nullable(v.string()), null)

const Results = v.array(
  v.object({
    // The description makes all of this optional. Dollars go without saying; a sum does not.
    amount: v.object({ value: Value, currency: v.optional(v.nullable(Currency), null) }),
    line_item: Dimension,
    project_id: Dimension,
  }),
)

/** The page in `text`, or in one line what is wrong with it, without repeating anything that OpenAI sent. */
export function parseCostPage(text: string): ParsedBucketPage<Cost> {
  let json: unknown
  try {
    json = JSON.parse(text, amountAsText)
  } catch {
    return { ok: false, detail: NOT_JSON }
  }
  return parseBucketPage(json, costsIn)
}

/** Amounts stay as they are written: as a number most of them would no longer be exact. */
function amountAsText(key: string, value: unknown, context?: { source?: string }): unknown {
  return key === 'value' && typeof value === 'number' ? (context?.source ?? String(value)) : value
}

function costsIn(results: unknown): { groups: Cost[] } | { detail: string } {
  const parsed = v.safeParse(Results, results, { abortEarly: true })
  if (!parsed.success) return { detail: wordsOf(parsed.issues[0], 'results') }
  const costs = new Map<string, Cost>()
  for (const { amount, line_item, project_id } of parsed.output) {
    const cost = { project: storableName(project_id), lineItem: storableName(line_item), nanoUsd: amount.value }
    const held = costs.get(costKey(cost))
    // Rows of one project and line item are parts of it: an upstream may split by dimensions that nobody asked for.
    costs.set(costKey(cost), { ...cost, nanoUsd: cost.nanoUsd + (held?.nanoUsd ?? 0) })
  }
  const groups = [...costs.values()]
  return groups.every(({ nanoUsd }) => Number.isSafeInteger(nanoUsd)) ? { groups } : { detail: BEYOND_COUNTING }
}

/** JSON, because any separator may occur in a foreign name. */
export function costKey({ project, lineItem }: Cost): string {
  return JSON.stringify([project, lineItem])
}
