import * as v from 'valibot'

// The page that usage and costs come in: buckets of time, and a cursor to the next page. An envelope that is wrong
// fails the page, and with it the walk. Results that are wrong spoil only their own bucket.

/** The end of the year 9999: beyond it dates no longer have four digits. */
const LAST_SECOND = 253_402_300_799

/** Sent back in a URL, which nobody takes at any length. */
export const LONGEST_CURSOR_CHARS = 4096

/** OpenAI's largest page has 1,440. */
const MOST_BUCKETS = 10_000

const Bucket = v.object({
  start_time: v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.maxValue(LAST_SECOND)),
  results: v.optional(v.unknown()),
})

const Page = v.object({
  // Counted before they are looked at: half a million would take a second.
  data: v.pipe(v.array(v.unknown()), v.maxLength(MOST_BUCKETS), v.array(Bucket)),
  has_more: v.boolean(),
  next_page: v.optional(v.nullable(v.pipe(v.string(), v.maxLength(LONGEST_CURSOR_CHARS))), null),
})

/** A bucket that is there, but cannot be read: what was used in it is unknown. `start` in Unix seconds. */
export interface SpoiledBucket {
  start: number
  /** What is wrong with it, without anything that OpenAI sent. */
  detail: string
}

/** `start` in Unix seconds. */
export interface ReadBucket<Group> {
  start: number
  groups: Group[]
}

export interface BucketPage<Group> {
  buckets: (ReadBucket<Group> | SpoiledBucket)[]
  hasMore: boolean
  nextPage: string | null
}

export type ParsedBucketPage<Group> = { ok: true; page: BucketPage<Group> } | { ok: false; detail: string }

/**
 * The page in a body that was read as JSON, or in one line what is wrong with it, without repeating anything that
 * OpenAI sent. `groupsOf` reads the results of one bucket, or says what is wrong with them.
 */
export function parseBucketPage<Group>(
  json: unknown,
  groupsOf: (results: unknown) => { groups: Group[] } | { detail: string },
): ParsedBucketPage<Group> {
  // The first issue is enough: a page of millions of wrong values would otherwise be a list of millions of issues.
  const parsed = v.safeParse(Page, json, { abortEarly: true })
  if (!parsed.success) return { ok: false, detail: wordsOf(parsed.issues[0], 'the page') }
  const { data, has_more, next_page } = parsed.output
  return {
    ok: true,
    page: {
      buckets: data.map(({ start_time, results }) => ({ start: start_time, ...groupsOf(results) })),
      hasMore: has_more,
      nextPage: next_page,
    },
  }
}

export const NOT_JSON = 'the body is not JSON'
export const BEYOND_COUNTING = 'results add up to more than can be counted'

/** Names of the schema and positions; a name that OpenAI made up is in no issue. `root` stands for the whole value. */
export function wordsOf(issue: v.BaseIssue<unknown>, root: 'the page' | 'results' | 'the list' | 'the policy'): string {
  const path = v.getDotPath(issue)
  const place = path === null ? root : root === 'results' ? `results.${path}` : path
  return `${place} is ${issue.received === 'undefined' ? 'missing' : `not ${issue.expected ?? 'valid'}`}`
}
