import type { Sum } from './ledger.ts'

/** The buckets of one page. */
export type PageBuckets = { start_time: number; sums: Sum[] }[]

/** As OpenAI does: every bucket of the window, empty ones too, `limit` of them a page. */
export function pages(buckets: PageBuckets, from: number, to: number, width: number, limit: number): PageBuckets[] {
  const bySecond = new Map(buckets.map(bucket => [bucket.start_time, bucket]))
  const left: PageBuckets[] = []
  for (let start = Math.floor(from / width) * width; start < to; start += width) {
    const last = left.at(-1)
    const bucket = bySecond.get(start) ?? { start_time: start, sums: [] }
    if (last !== undefined && last.length < limit) last.push(bucket)
    else left.push([bucket])
  }
  return left.length === 0 ? [[]] : left
}

/** One group in two rows, as an upstream sends it that splits by what nobody asked for. */
export function inTwo(sum: Sum): Sum[] {
  const [input, cached] = [sum.input >> 1, sum.cached >> 1]
  const first = { ...sum, input, cached: Math.min(input, cached), output: 0, requests: 0 }
  const rest = { ...sum, input: sum.input - first.input, cached: sum.cached - first.cached }
  return [first, rest]
}

export function bucketJson({ start_time, sums }: { start_time: number; sums: readonly Sum[] }) {
  return {
    object: 'bucket',
    start_time,
    results: sums.map(sum => ({
      object: 'organization.usage.completions.result',
      input_tokens: sum.input,
      output_tokens: sum.output,
      input_cached_tokens: sum.cached,
      num_model_requests: sum.requests,
      model: sum.model,
      service_tier: sum.serviceTier,
      project_id: sum.project,
      api_key_id: sum.apiKey,
      user_id: sum.user,
    })),
  }
}
