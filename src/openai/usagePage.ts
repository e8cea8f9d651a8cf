import * as v from 'valibot'
import { type Bucket, groupMap, type UsageGroup } from '../usage/usageGroup.ts'
import {
  BEYOND_COUNTING,
  type BucketPage,
  NOT_JSON,
  type ParsedBucketPage,
  parseBucketPage,
  type SpoiledBucket,
  wordsOf,
} from './bucketPage.ts'
import { storableName } from './storableName.ts'
import { tellsWho, type UsageQuery } from './usageQuery.ts'

export { LONGEST_NAME_CHARS } from './storableName.ts'

// One page of completions usage as OpenAI's description of 2026-08-21 gives it. Unknown fields and values pass: OpenAI
// adds both without notice. A row that is wrong spoils its bucket: a required field that is missing or no safe whole
// number, because D1 and JSON would take NaN, fractions and 1e999 in silence.

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
  api_key_id: Dimension,
  user_id: Dimension,
})
export const Results = v.array(Result)
/** A row as it may come: what is not there counts as null. */
type Row = v.InferInput<typeof Result>

export type PageBucket = Bucket | SpoiledBucket
export type UsagePage = BucketPage<UsageGroup>

/** The page in `text`, or in one line what is wrong with it, without repeating anything that OpenAI sent. */
export function parsePage(text: string, width: UsageQuery['width']): ParsedBucketPage<UsageGroup> {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    return { ok: false, detail: NOT_JSON }
  }
  return parseBucketPage(json, results => groupsIn(results, width))
}

function groupsIn(results: unknown, width: UsageQuery['width']): { groups: UsageGroup[] } | { detail: string } {
  const rows = arePlain(results) ? results : checkedRows(results)
  if (!Array.isArray(rows)) return rows
  // Rows of one group are parts of it: an upstream may split by dimensions that nobody asked for.
  const groups = [...groupMap(rows.map(row => toGroup(row, width))).values()]
  return groups.every(isExact) ? { groups } : { detail: BEYOND_COUNTING }
}

function checkedRows(results: unknown): Row[] | { detail: string } {
  const parsed = v.safeParse(Results, results, { abortEarly: true })
  return parsed.success ? parsed.output : { detail: wordsOf(parsed.issues[0], 'results') }
}

/**
 * True for rows that `Results` takes as they are. A day by the hour has a thousand, and a schema that can put a fault into
 * words takes four times as long as a look: it is asked about those that are not plainly right.
 */
export function arePlain(results: unknown): results is Row[] {
  return Array.isArray(results) && results.every(isPlain)
}

function isPlain(row: Record<keyof Row, unknown> | null | undefined): boolean {
  return (
    typeof row === 'object' &&
    row !== null &&
    isCount(row.input_tokens) &&
    isCount(row.output_tokens) &&
    isCount(row.num_model_requests) &&
    (isNone(row.input_cached_tokens) || isCount(row.input_cached_tokens)) &&
    isName(row.model) &&
    isName(row.service_tier) &&
    isName(row.project_id) &&
    isName(row.api_key_id) &&
    isName(row.user_id)
  )
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0
}

function isName(value: unknown): boolean {
  return isNone(value) || typeof value === 'string'
}

function isNone(value: unknown): boolean {
  return value === null || value === undefined
}

function toGroup(row: Row, width: UsageQuery['width']): UsageGroup {
  const who = tellsWho(width)
  return {
    model: storableName(row.model),
    serviceTier: storableName(row.service_tier),
    project: storableName(row.project_id),
    apiKey: who ? storableName(row.api_key_id) : '',
    user: who ? storableName(row.user_id) : '',
    input: row.input_tokens,
    output: row.output_tokens,
    cached: row.input_cached_tokens ?? 0,
    requests: row.num_model_requests,
  }
}

function isExact({ input, output, cached, requests }: UsageGroup): boolean {
  return (
    Number.isSafeInteger(input) &&
    Number.isSafeInteger(output) &&
    Number.isSafeInteger(cached) &&
    Number.isSafeInteger(requests)
  )
}
