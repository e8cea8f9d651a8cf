import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { PageBucket } from '../../../src/openai/usagePage.ts'
import { MOST_PAGES, walkPages } from '../../../src/openai/walkPages.ts'
import { type Bucket, groupKey, type UsageGroup } from '../../../src/usage/usageGroup.ts'

const count = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER })
const name = fc.oneof(fc.constantFrom('gpt-4o', 'gpt-4o-mini', ''), fc.string({ maxLength: 12 }))
const groupOf: fc.Arbitrary<UsageGroup> = fc.record({
  model: name,
  serviceTier: name,
  project: name,
  apiKey: name,
  user: name,
  input: count,
  output: count,
  cached: count,
  requests: count,
})
const bucketsOf: fc.Arbitrary<Bucket[]> = fc.uniqueArray(
  fc.record({
    start: fc.integer({ min: 0, max: 40 }).map(day => day * 86_400),
    groups: fc.uniqueArray(groupOf, { selector: groupKey, maxLength: 4 }),
  }),
  { selector: bucket => bucket.start, maxLength: 40 },
)

/** An upstream that cuts its buckets into pages of `size`, and each bucket's groups into parts of `part`. */
function upstream(buckets: readonly Bucket[], size: number, part: number) {
  const pieces = buckets.flatMap(({ start, groups }) => {
    if (groups.length === 0) return [{ start, groups }]
    return Array.from({ length: Math.ceil(groups.length / part) }, (_, n) => ({
      start,
      groups: groups.slice(n * part, (n + 1) * part),
    }))
  })
  const asked: (string | null)[] = []
  const fetchPage = async (cursor: string | null) => {
    asked.push(cursor)
    const from = cursor === null ? 0 : Number(cursor.slice(1))
    const hasMore = from + size < pieces.length
    const page = { buckets: pieces.slice(from, from + size), hasMore, nextPage: hasMore ? `c${from + size}` : null }
    return { ok: true as const, page }
  }
  return { fetchPage, asked, pages: Math.max(1, Math.ceil(pieces.length / size)) }
}

const sorted = (buckets: readonly Bucket[]) =>
  [...buckets]
    .sort((a, b) => a.start - b.start)
    .map(({ start, groups }) => ({ start, groups: [...groups].sort((a, b) => (groupKey(a) < groupKey(b) ? -1 : 1)) }))

describe('walkPages', () => {
  it('brings the same buckets at any page size, in whatever parts they come', async () => {
    await fc.assert(
      fc.asyncProperty(
        bucketsOf,
        fc.integer({ min: 1, max: 31 }),
        fc.integer({ min: 1, max: 4 }),
        async (buckets, size, part) => {
          const from = upstream(buckets, size, part)
          const walk = await walkPages(from.fetchPage, 1000)
          expect(walk).toMatchObject({ ok: true, pages: from.pages })
          expect(sorted(walk.ok ? walk.buckets : [])).toEqual(sorted(buckets))
          expect(new Set(from.asked).size).toBe(from.asked.length)
        },
      ),
    )
  })

  it('is void when any of its pages fails, whichever it is', async () => {
    await fc.assert(
      fc.asyncProperty(bucketsOf, fc.nat({ max: 20 }), async (buckets, bad) => {
        const from = upstream(buckets, 2, 4)
        let n = 0
        const walk = await walkPages(async cursor =>
          n++ === bad ? { ok: false as const, fault: { kind: 'unreachable' as const } } : from.fetchPage(cursor),
        )
        expect(walk.ok).toBe(bad >= from.pages)
      }),
    )
  })

  const page = (groups: UsageGroup[], nextPage: string | null = null, hasMore = nextPage !== null) => ({
    ok: true as const,
    page: { buckets: [{ start: 0, groups }] as PageBucket[], hasMore, nextPage },
  })
  const pages = (all: ReturnType<typeof page>[]) => {
    let n = 0
    return async () => all[n++] ?? all[all.length - 1] ?? page([])
  }
  /** A group of a name, which is its project too, with so many tokens. */
  const of = (model: string, input = 1): UsageGroup => ({
    ...{ model, serviceTier: '', project: model, apiKey: '', user: '' },
    ...{ input, output: 2, cached: 0, requests: 1 },
  })
  const [a, b, c] = [of('a'), of('b'), of('c')]

  it.each<[string, UsageGroup[][], UsageGroup[]]>([
    [
      'again, with the same rows, as one',
      [
        [a, b],
        [b, a],
      ],
      [a, b],
    ],
    ['three times as one', [[a], [a], [a]], [a]],
    ['in parts as their sum', [[a], [b], [c]], [a, b, c]],
    ['in parts, one of which comes again, as their sum', [[a], [b, c], [c, b]], [a, b, c]],
    ['in parts, and then whole, as one', [[a], [b], [a, b]], [a, b]],
    ['again without rows as one', [[a], []], [a]],
  ])('takes a bucket that comes %s', async (_, parts, groups) => {
    const walk = await walkPages(pages(parts.map((part, n) => page(part, n === parts.length - 1 ? null : `c${n}`))))
    expect(walk).toEqual({ ok: true, pages: parts.length, buckets: [{ start: 0, groups }], spoiled: [] })
    // The same on one page.
    const buckets = parts.map(part => ({ start: 0, groups: part }))
    const once = await walkPages(async () => ({ ok: true, page: { buckets, hasMore: false, nextPage: null } }))
    expect(once).toEqual({ ...walk, pages: 1 })
  })

  it.each<[string, UsageGroup[], UsageGroup[]]>([
    ...(['input', 'output', 'cached', 'requests'] as const).map((field): [string, UsageGroup[], UsageGroup[]] => [
      `with other ${field}`,
      [a, b],
      [a, { ...b, [field]: 99 }],
    ]),
    // Either a repetition that lacks something, or a part of a group that was split: two sums, and no way to tell.
    ['with some of its rows and a new one', [a, b], [b, c]],
  ])('is void when a bucket comes again %s', async (_, first, second) => {
    expect(await walkPages(pages([page(first, 'x'), page(second)]))).toEqual({
      ok: false,
      pages: 2,
      fault: { kind: 'malformed', detail: 'a bucket came twice, and the two do not agree', requestId: null },
    })
  })

  it('keeps what is spoiled apart, and takes no other part of such a bucket', async () => {
    const bad = (start: number, detail: string) => ({ start, detail })
    const buckets: PageBucket[] = [
      bad(7200, 'first'),
      { start: 3600, groups: [a] },
      { start: 0, groups: [a] },
      bad(0, 'x'),
      bad(7200, 'second'),
      { start: 7200, groups: [b] },
    ]
    expect(await walkPages(async () => ({ ok: true, page: { buckets, hasMore: false, nextPage: null } }))).toEqual({
      ok: true,
      pages: 1,
      buckets: [{ start: 3600, groups: [a] }],
      spoiled: [bad(0, 'x'), bad(7200, 'first')],
    })
  })

  it.each([
    ['repeats', ['x', 'x'], 2],
    ['goes in a circle', ['x', 'y', 'z', 'x'], 4],
  ])('notices at once that a cursor %s', async (_, cursors, asked) => {
    const walk = await walkPages(pages(cursors.map(cursor => page([], cursor))))
    expect(walk).toMatchObject({ ok: false, pages: asked, fault: { kind: 'malformed' } })
  })

  it.each([
    ['no next_page', [page([], null, true)], 'has_more is true, but there is no next_page'],
    ['an empty next_page', [page([], '', true)], 'has_more is true, but there is no next_page'],
    ['a circle', [page([], 'x'), page([], 'x')], 'a next_page came twice, so the pages go in a circle'],
  ])('says what is wrong with %s', async (_, all, detail) => {
    expect(await walkPages(pages(all))).toEqual({
      ok: false,
      pages: all.length,
      fault: { kind: 'malformed', detail, requestId: null },
    })
  })

  it('brings buckets oldest first, in whatever order they come', async () => {
    const at = (...starts: number[]) => ({
      ok: true as const,
      page: { buckets: starts.map(start => ({ start, groups: [] })), hasMore: false, nextPage: null },
    })
    const walk = await walkPages(async () => at(7200, 0, 10_800, 3600))
    expect(walk.ok && walk.buckets.map(({ start }) => start)).toEqual([0, 3600, 7200, 10_800])
  })

  it('ends at has_more false, whatever the cursor says', async () => {
    expect(await walkPages(pages([page([a], 'left over', false)]))).toMatchObject({ ok: true, pages: 1 })
  })

  it('takes exactly as many pages as are left to it, and is void with one more', async () => {
    const many = (total: number) => {
      let n = 0
      return async () => page([], ++n < total ? `c${n}` : null)
    }
    expect(await walkPages(many(MOST_PAGES))).toMatchObject({ ok: true, pages: MOST_PAGES })
    expect(await walkPages(many(8), 10, 2)).toMatchObject({ ok: true, pages: 8 })
    for (const [most, before] of [
      [MOST_PAGES, 0],
      [10, 2],
      [10, 10],
    ] as const) {
      expect(await walkPages(many(most - before + 1), most, before)).toEqual({
        ok: false,
        pages: most - before,
        fault: { kind: 'malformed', detail: `there are more than ${most} pages`, requestId: null },
      })
    }
  })
})
