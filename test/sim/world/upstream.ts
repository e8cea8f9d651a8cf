import type { Random } from '../engine/random.ts'
import type { Ledger, Sum } from './ledger.ts'
import { type Answer, failing, spoil, type UpstreamFault } from './upstreamFaults.ts'

const WIDTHS = { '1m': 60, '1h': 3600, '1d': 86_400 } as const
type Width = keyof typeof WIDTHS

/** A complete walk that was answered to its end: what the product may know from then on. */
export interface Walk {
  width: Width
  from: number
  to: number
  /** True ms of its first request, and what the product's clock said then. */
  startedAt: number
  clockS: number
  endedAt: number
  incarnation: number
  /** Tokens by bucket start, then tier. */
  lie: boolean
  sums: { start: number; sum: Sum }[]
}

interface Pending extends Walk {
  /** A page of it was nothing to believe, or never arrived. */
  unusable: boolean
  left: { start_time: number; sums: Sum[] }[][]
}

/** OpenAI's Usage API over the ledger: buckets, groups, pages and its ways to fail. */
export class OpenAI {
  fault: UpstreamFault | null = null
  /** Share of requests that meet the fault, so that walks break at any page. */
  faultShare = 1
  /** Pages of odd sizes, buckets in parts, repeated groups, empty pages with a cursor. */
  odd = false
  readonly walks: Walk[] = []
  requests = 0
  readonly requestTimes: number[] = []
  /** When and until when the product was asked to stay away (true ms). */
  readonly limits: { at: number; until: number }[] = []
  readonly faultsServed = new Map<UpstreamFault, number>()
  readonly #ledger: Ledger
  readonly #random: Random
  readonly #pending = new Map<string, Pending>()
  #lied = false
  #cursors = 0

  constructor(ledger: Ledger, random: Random) {
    this.#ledger = ledger
    this.#random = random
  }

  /** Null: no answer ever. Throws on a broken connection. `arrives`: false where the product will never get the answer. */
  answer(url: URL, trueMs: number, clockMs: number, incarnation: number, arrives = true): Answer | null {
    this.requests++
    this.requestTimes.push(trueMs)
    const fault = this.fault !== null && this.#random.chance(this.faultShare) ? this.fault : null
    if (fault !== null) this.faultsServed.set(fault, (this.faultsServed.get(fault) ?? 0) + 1)
    const cursor = url.searchParams.get('page')
    if (cursor !== null && !this.#pending.has(cursor))
      return { status: 400, body: '{"error":{"message":"invalid page"}}' }
    const plain = fault === null || fault === 'halfGone' ? null : failing(fault, this.#random)
    if (plain === 'silent') return null
    if (plain === 'reset') throw new TypeError('fetch failed', { cause: { code: 'ECONNRESET' } })
    if (plain !== null && 'status' in plain) {
      const wait = plain.headers?.['retry-after']
      if (wait !== undefined) this.limits.push({ at: trueMs, until: trueMs + Math.min(3600, Number(wait)) * 1000 })
      return plain
    }
    const walk = this.#walk(url, trueMs, clockMs, incarnation, fault === 'halfGone')
    const spoils = fault !== null && fault !== 'halfGone'
    if ((spoils || !arrives) && walk !== undefined) walk.unusable = true
    const text = JSON.stringify(this.#page(walk, trueMs))
    return { status: 200, body: spoils ? spoil(fault, text) : text }
  }

  #walk(url: URL, trueMs: number, clockMs: number, incarnation: number, lie: boolean): Pending | undefined {
    const query = url.searchParams
    const cursor = query.get('page')
    if (cursor === null) return this.#begin(query, trueMs, clockMs, incarnation, lie)
    const walk = this.#pending.get(cursor)
    this.#pending.delete(cursor)
    return walk
  }

  #page(walk: Pending | undefined, trueMs: number) {
    const page = walk?.left.shift() ?? []
    const hasMore = walk !== undefined && walk.left.length > 0
    const next = hasMore ? `page_${this.#cursors++}` : null
    if (walk !== undefined && next !== null) this.#pending.set(next, walk)
    if (walk !== undefined && !hasMore) {
      walk.endedAt = trueMs
      if (!walk.unusable) this.walks.push(walk)
    }
    return { object: 'page', data: page.map(bucketJson), has_more: hasMore, next_page: next }
  }

  #begin(query: URLSearchParams, trueMs: number, clockMs: number, incarnation: number, lie: boolean): Pending {
    const width = (query.get('bucket_width') ?? '1d') as Width
    const from = Number(query.get('start_time'))
    const asOf = trueMs / 1000
    const to = query.has('end_time') ? Number(query.get('end_time')) : Math.floor(asOf) + 1
    // One wrong answer at a time: the second read that a steep fall asks for gets the truth.
    this.#lied = lie && width === '1d' && !this.#lied
    const buckets = this.#ledger.buckets(from, to, WIDTHS[width], asOf).map(({ start, sums }) => ({
      start_time: start,
      sums: this.#lied ? sums.map(sum => ({ ...sum, input: Math.floor(sum.input / 4), output: 0, cached: 0 })) : sums,
    }))
    const limit = Number(query.get('limit') ?? 7)
    const sums = buckets.flatMap(bucket => bucket.sums.map(sum => ({ start: bucket.start_time, sum })))
    const left = this.odd ? this.#oddPages(buckets, limit) : pages(buckets, from, to, WIDTHS[width], limit)
    const clockS = Math.floor(clockMs / 1000)
    const times = { startedAt: trueMs, clockS, endedAt: trueMs }
    return { width, from, to, ...times, incarnation, lie: this.#lied, unusable: false, sums, left }
  }

  #oddPages(buckets: Pending['left'][number], limit: number): Pending['left'] {
    const parts = buckets.flatMap(({ start_time, sums }) => {
      const cut = this.#random.int(0, sums.length)
      const repeated = this.#random.chance(0.2) ? sums.slice(0, 1) : []
      return [
        { start_time, sums: [...sums.slice(0, cut), ...repeated] },
        { start_time, sums: [...sums.slice(cut), ...repeated] },
      ]
    })
    const left: Pending['left'] = []
    while (parts.length > 0) {
      if (left.length > 60) {
        left.push(parts.splice(0))
        break
      }
      left.push(this.#random.chance(0.1) ? [] : parts.splice(0, this.#random.int(1, Math.max(1, limit))))
    }
    return left.length === 0 ? [[]] : left
  }
}

/** As OpenAI does: every bucket of the window, empty ones too, `limit` of them a page. */
function pages(
  buckets: Pending['left'][number],
  from: number,
  to: number,
  width: number,
  limit: number,
): Pending['left'] {
  const bySecond = new Map(buckets.map(bucket => [bucket.start_time, bucket]))
  const left: Pending['left'] = []
  for (let start = Math.floor(from / width) * width; start < to; start += width) {
    const last = left.at(-1)
    const bucket = bySecond.get(start) ?? { start_time: start, sums: [] }
    if (last !== undefined && last.length < limit) last.push(bucket)
    else left.push([bucket])
  }
  return left.length === 0 ? [[]] : left
}

function bucketJson({ start_time, sums }: { start_time: number; sums: readonly Sum[] }) {
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
    })),
  }
}
