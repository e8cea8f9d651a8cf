import { BUCKET_SECONDS } from '../ledger/bucket-width.ts'
import type { TimeRange } from './time-range.ts'

export type Bucket<Result> = { object: 'bucket'; start_time: number; end_time: number; results: Result[] }
export type Page<Result> = { object: 'page'; data: Bucket<Result>[]; has_more: boolean; next_page: string | null }

/** Every bucket of the range is there, the empty ones with `results: []`. */
export function page<Result>(range: TimeRange, resultsOf: (bucketStart: number) => Result[]): Page<Result> {
  const step = BUCKET_SECONDS[range.width]
  const data: Bucket<Result>[] = []
  for (let start = range.from; start < range.until; start += step) {
    data.push({ object: 'bucket', start_time: start, end_time: start + step, results: resultsOf(start) })
  }
  return { object: 'page', data, has_more: range.nextPage !== null, next_page: range.nextPage }
}
