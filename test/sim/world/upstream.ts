import type { Random } from '../engine/random.ts'
import { administrationPage } from './administration.ts'
import { meeting, type UpstreamsFault } from './lastingFault.ts'
import type { Ledger, Sum } from './ledger.ts'
import { type Answer, failing, spoil, spoiledStarts, type UpstreamFault } from './upstreamFaults.ts'
import { bucketJson, inTwo, type PageBuckets, pages } from './usagePages.ts'

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
  /** Starts of buckets that could not be read; they are not in `sums`. */
  spoiled: number[]
  sums: { start: number; sum: Sum }[]
}

export interface CostRead {
  from: number
  startedAt: number
  clockS: number
}

interface Pending extends Walk {
  /** A page of it was nothing to believe, or never arrived. */
  unusable: boolean
  left: PageBuckets[]
}

interface Page {
  data: ReturnType<typeof bucketJson>[]
  has_more: boolean
  next_page: string | null
}

/** OpenAI's Usage API over the ledger: buckets, groups, pages and its ways to fail. */
export class OpenAI {
  fault: UpstreamFault | null = null
  /** Share of requests that meet the fault, so that walks break at any page. */
  faultShare = 1
  /** What fails until it is mended. */
  lasting: UpstreamsFault | null = null
  /** Pages of odd sizes, buckets in parts, repeated groups, empty pages with a cursor. */
  odd = false
  readonly walks: Walk[] = []
  requests = 0
  readonly requestTimes: number[] = []
  /** Questions by minutes and hours whose answer was no good (true ms). */
  readonly failedFine: number[] = []
  /** Costs that were answered well: when they were asked for, and what the product's clock said. */
  readonly costReads: CostRead[] = []
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

  refuse(trueMs: number): Answer {
    this.requests++
    this.requestTimes.push(trueMs)
    return { status: 401, body: '{"error":{"message":"Incorrect API key provided","code":"invalid_api_key"}}' }
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
    const meets = this.lasting === null ? null : meeting(this.lasting, url, trueMs / 1000)
    if ((fault !== null || meets !== null) && /width=1[mh]/.test(url.search)) this.failedFine.push(trueMs)
    if (meets === 'fails') return { status: 500, body: '{"error":{"message":"internal"}}' }
    const plain = fault === null || fault === 'halfGone' ? null : failing(fault, this.#random)
    if (plain === 'silent') return null
    if (plain === 'reset') throw new TypeError('fetch failed', { cause: { code: 'ECONNRESET' } })
    if (plain !== null && 'status' in plain) {
      const wait = plain.headers?.['retry-after']
      if (wait !== undefined) this.limits.push({ at: trueMs, until: trueMs + Math.min(3600, Number(wait)) * 1000 })
      return plain
    }
    const beside = administrationPage(url, this.#ledger, trueMs / 1000)
    if (beside !== null) {
      const text = JSON.stringify(beside)
      const isWell = fault === null || fault === 'halfGone'
      if (isWell && arrives && url.pathname.endsWith('/costs'))
        this.costReads.push({
          from: Number(url.searchParams.get('start_time')),
          startedAt: trueMs,
          clockS: Math.floor(clockMs / 1000),
        })
      return { status: 200, body: isWell ? text : spoil(fault, text) }
    }
    const walk = this.#walk(url, trueMs, clockMs, incarnation, fault === 'halfGone')
    const spoils = fault !== null && fault !== 'halfGone'
    if (!arrives && walk !== undefined) walk.unusable = true
    const page = this.#page(walk)
    const text = JSON.stringify(page)
    if (meets !== null && walk !== undefined) return this.#answerSick(walk, page, trueMs, meets)
    const body = spoils ? spoil(fault, text) : text
    if (walk !== undefined) this.#end(walk, page.has_more, trueMs, spoils ? spoiledStarts(fault, text) : [])
    return { status: 200, body }
  }

  #walk(url: URL, trueMs: number, clockMs: number, incarnation: number, lie: boolean): Pending | undefined {
    const query = url.searchParams
    const cursor = query.get('page')
    if (cursor === null) return this.#begin(query, trueMs, clockMs, incarnation, lie)
    const walk = this.#pending.get(cursor)
    this.#pending.delete(cursor)
    return walk
  }

  /** One bucket lacks a field in its first row, or the page has nothing where there was use. */
  #answerSick(walk: Pending, page: Page, trueMs: number, meets: number | 'empty'): Answer {
    const isSpoiled = page.data.some(({ start_time }) => start_time === meets)
    this.#end(walk, page.has_more, trueMs, meets === 'empty' ? 'all' : isSpoiled ? [meets] : [])
    const data = page.data.map(bucket => {
      if (meets === 'empty') return { ...bucket, results: [] }
      return bucket.start_time === meets ? { ...bucket, results: [{ model: 'gpt-4o' }] } : bucket
    })
    return { status: 200, body: JSON.stringify({ ...page, data }) }
  }

  /** A row that is wrong spoils its day; of hours and minutes it spoils the whole read. */
  #end(walk: Pending, hasMore: boolean, trueMs: number, spoiled: readonly number[] | 'all'): void {
    if (spoiled === 'all' || (spoiled.length > 0 && walk.width !== '1d')) walk.unusable = true
    else walk.sums = walk.sums.filter(({ start }) => !spoiled.includes(start))
    if (spoiled !== 'all') for (const start of spoiled) walk.spoiled.push(start)
    if (hasMore) return
    walk.endedAt = trueMs
    if (!walk.unusable) this.walks.push(walk)
  }

  #page(walk: Pending | undefined) {
    const page = walk?.left.shift() ?? []
    const hasMore = walk !== undefined && walk.left.length > 0
    const next = hasMore ? `page_${this.#cursors++}` : null
    if (walk !== undefined && next !== null) this.#pending.set(next, walk)
    return { object: 'page', data: page.map(bucketJson), has_more: hasMore, next_page: next }
  }

  #begin(query: URLSearchParams, trueMs: number, clockMs: number, incarnation: number, lie: boolean): Pending {
    const width = (query.get('bucket_width') ?? '1d') as Width
    const from = Number(query.get('start_time'))
    const asOf = trueMs / 1000
    const owners = query.getAll('group_by').includes('api_key_id')
    const to = query.has('end_time') ? Number(query.get('end_time')) : Math.floor(asOf) + 1
    // One wrong answer at a time: the second read that a steep fall asks for gets the truth.
    this.#lied = lie && width === '1d' && !this.#lied
    const buckets = this.#ledger.buckets(from, to, WIDTHS[width], asOf, owners).map(({ start, sums }) => ({
      start_time: start,
      sums: this.#lied ? sums.map(sum => ({ ...sum, input: Math.floor(sum.input / 4), output: 0, cached: 0 })) : sums,
    }))
    const limit = Number(query.get('limit') ?? 7)
    const sums = buckets.flatMap(bucket => bucket.sums.map(sum => ({ start: bucket.start_time, sum })))
    const left = this.odd ? this.#oddPages(buckets, limit) : pages(buckets, from, to, WIDTHS[width], limit)
    const clockS = Math.floor(clockMs / 1000)
    const times = { startedAt: trueMs, clockS, endedAt: trueMs }
    return { width, from, to, ...times, incarnation, lie: this.#lied, spoiled: [], unusable: false, sums, left }
  }

  #oddPages(buckets: PageBuckets, limit: number): Pending['left'] {
    const parts = buckets.flatMap(({ start_time, sums }) => {
      const cut = this.#random.int(0, sums.length)
      const halves = [sums.slice(0, cut), sums.slice(cut)].map(half => ({
        start_time,
        sums: half.flatMap(sum => (this.#random.chance(0.1) ? inTwo(sum) : [sum])),
      }))
      return this.#random.chance(0.2) ? [...halves, ...halves.slice(0, 1)] : halves
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
