import * as v from 'valibot'
import type { Bucket, UsageGroup } from '../usage/usageGroup.ts'

// One page of completions usage as OpenAI's description of 2026-08-21 gives it. Unknown fields and values pass: OpenAI
// adds both without notice. A required field that is missing or no safe whole number fails the page, and with it the
// walk: D1 and JSON would take NaN, fractions and 1e999 in silence.

/** The end of the year 9999: beyond it dates no longer have four digits. */
const LAST_SECOND = 253_402_300_799

const Count = v.pipe(v.number(), v.safeInteger(), v.minValue(0))
const OptionalCount = v.optional(v.nullable(Count), null)
const Dimension = v.optional(v.nullable(v.string()), null)

const Result = v.object({
  input_tokens: Count,
  output_tokens: Count,
  num_model_requests: Count,
  input_cached_tokens: OptionalCount,
  model: Dimension,
  service_tier: Dimension,
  project_id: Dimension,
})

/** Sent back in a URL, which nobody takes at any length. */
const LONGEST_CURSOR_CHARS = 4096

const Page = v.object({
  data: v.array(
    v.object({
      start_time: v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.maxValue(LAST_SECOND)),
      results: v.array(Result),
    }),
  ),
  has_more: v.boolean(),
  next_page: v.optional(v.nullable(v.pipe(v.string(), v.maxLength(LONGEST_CURSOR_CHARS))), null),
})

export interface UsagePage {
  buckets: Bucket[]
  hasMore: boolean
  nextPage: string | null
}

export type ParsedPage = { ok: true; page: UsagePage } | { ok: false; detail: string }

/** Names longer than this are cut: storage keys and answers stay small whatever a project calls itself. */
export const LONGEST_NAME_CHARS = 6000

/** The page in `text`, or in one line what is wrong with it, without repeating anything that OpenAI sent. */
export function parsePage(text: string): ParsedPage {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    return { ok: false, detail: 'the body is not JSON' }
  }
  // The first issue is enough: a page of millions of wrong values would otherwise be a list of millions of issues.
  const parsed = v.safeParse(Page, json, { abortEarly: true })
  if (!parsed.success) {
    const issue = parsed.issues[0]
    // Names of the schema and positions; a name that OpenAI made up is in no issue.
    const path = v.getDotPath(issue) ?? 'the page'
    const wrong = issue.received === 'undefined' ? 'missing' : `not ${issue.expected ?? 'valid'}`
    return { ok: false, detail: `${path} is ${wrong}` }
  }
  const { data, has_more, next_page } = parsed.output
  return {
    ok: true,
    page: {
      buckets: data.map(bucket => ({ start: bucket.start_time, groups: bucket.results.map(toGroup) })),
      hasMore: has_more,
      nextPage: next_page,
    },
  }
}

function toGroup(result: v.InferOutput<typeof Result>): UsageGroup {
  return {
    model: name(result.model),
    serviceTier: name(result.service_tier),
    project: name(result.project_id),
    input: result.input_tokens,
    output: result.output_tokens,
    cached: result.input_cached_tokens ?? 0,
    requests: result.num_model_requests,
  }
}

/** Well-formed, because SQLite replaces a lone surrogate and the stored key would differ from the one in memory. */
function name(text: string | null): string {
  if (text === null) return ''
  const whole = text.toWellFormed()
  return whole.length <= LONGEST_NAME_CHARS ? whole : `${whole.slice(0, LONGEST_NAME_CHARS - 1).toWellFormed()}…`
}
