import { BUCKET_SECONDS, type BucketWidth, bucketStart } from '../ledger/bucket-width.ts'
import { refuse } from './answer.ts'
import { type Cursor, readCursor, writeCursor } from './cursor.ts'
import type { Parameters } from './parameters.ts'

/** The buckets of one page: `from` up to `until`; `nextPage` is null on the last page. */
export type TimeRange = { width: BucketWidth; from: number; until: number; nextPage: string | null }

/**
 * Buckets are whole: a start inside one begins it, an end inside one includes it. There is no bucket after the running
 * one, even if `end_time` lies in the future. A `start_time` in the future has no buckets at all.
 */
export function readTimeRange(asked: Parameters, width: BucketWidth, limit: number, now: number): TimeRange {
  const start = asked.integerBetween('start_time', 0, 99_999_999_999)
  if (start === undefined) {
    refuse('start_time', 'missing_required_parameter', "Missing required parameter: 'start_time'.")
  }
  const end = asked.integerBetween('end_time', 0, 99_999_999_999)
  if (end !== undefined && end <= start) {
    refuse('end_time', 'invalid_value', `Invalid 'end_time': expected a value > start_time ${start}, but got ${end}.`)
  }
  const step = BUCKET_SECONDS[width]
  const question = `${width} ${limit} ${asked.canonical()}`
  const cursor = readCursor(asked.text('page'), question) ?? firstPage(start, end, width, now)
  const until = Math.max(cursor.next, Math.min(cursor.until, cursor.next + limit * step))
  const nextPage = until < cursor.until ? writeCursor({ until: cursor.until, next: until }, question) : null
  return { width, from: cursor.next, until, nextPage }
}

function firstPage(start: number, end: number | undefined, width: BucketWidth, now: number): Cursor {
  const step = BUCKET_SECONDS[width]
  const afterRunning = bucketStart(now, width) + step
  const asked = end === undefined ? afterRunning : bucketStart(end - 1, width) + step
  return { until: Math.min(asked, afterRunning), next: bucketStart(start, width) }
}
