import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { faultOfStatus } from '../../../src/openai/faultOfStatus.ts'
import { faultWords, requestIdOf, retryAfterOf, type UpstreamFault } from '../../../src/openai/upstreamFault.ts'
import { LONGEST_NAME_CHARS, parsePage } from '../../../src/openai/usagePage.ts'
import { PAGE_BUCKETS, usageUrl } from '../../../src/openai/usageQuery.ts'
import { MOST_PAGES, walkPages } from '../../../src/openai/walkPages.ts'
import type { Bucket, UsageGroup } from '../../../src/usage/usageGroup.ts'

const count = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER })
const name = fc.oneof(fc.constantFrom('gpt-4o', 'gpt-4o-mini', ''), fc.string({ maxLength: 12 }))
const groupOf: fc.Arbitrary<UsageGroup> = fc.record({
  model: name,
  serviceTier: name,
  project: name,
  input: count,
  output: count,
  cached: count,
  requests: count,
})
const keyOf = (group: UsageGroup) => JSON.stringify([group.model, group.serviceTier, group.project])
const bucketsOf: fc.Arbitrary<Bucket[]> = fc.uniqueArray(
  fc.record({
    start: fc.integer({ min: 0, max: 40 }).map(day => day * 86_400),
    groups: fc.uniqueArray(groupOf, { selector: keyOf, maxLength: 4 }),
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
    .map(({ start, groups }) => ({ start, groups: [...groups].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1)) }))

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
    page: { buckets: [{ start: 0, groups }], hasMore, nextPage },
  })
  const one = { model: 'a', serviceTier: '', project: '', input: 1, output: 2, cached: 0, requests: 1 }
  const pages = (all: ReturnType<typeof page>[]) => {
    let n = 0
    return async () => all[n++] ?? all[all.length - 1] ?? page([])
  }

  it('takes a group that comes twice with the same numbers once', async () => {
    expect(await walkPages(pages([page([one, { ...one }], 'x'), page([one])]))).toEqual({
      ok: true,
      pages: 2,
      buckets: [{ start: 0, groups: [one] }],
    })
  })

  it.each(['input', 'output', 'cached', 'requests'] as const)(
    'is void when a group comes twice with other %s',
    async field => {
      const walk = await walkPages(pages([page([one], 'x'), page([{ ...one, [field]: 99 }])]))
      expect(walk).toMatchObject({ ok: false, fault: { kind: 'malformed' } })
    },
  )

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
    [
      'two truths',
      [page([one], 'x'), page([{ ...one, input: 9 }])],
      'a bucket has the same model, service tier and project twice with different numbers',
    ],
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
    expect(await walkPages(pages([page([one], 'left over', false)]))).toMatchObject({ ok: true, pages: 1 })
  })

  it('takes exactly as many pages as it may, and is void with one more', async () => {
    const many = (total: number) => {
      let n = 0
      return async () => page([], ++n < total ? `c${n}` : null)
    }
    expect(await walkPages(many(MOST_PAGES))).toMatchObject({ ok: true, pages: MOST_PAGES })
    expect(await walkPages(many(MOST_PAGES + 1))).toMatchObject({
      ok: false,
      fault: { kind: 'malformed', detail: `there are more than ${MOST_PAGES} pages` },
    })
  })
})

const result = {
  object: 'organization.usage.completions.result',
  input_tokens: 1000,
  input_cached_tokens: 400,
  input_cache_write_tokens: 100,
  input_uncached_tokens: 500,
  output_tokens: 500,
  num_model_requests: 5,
  model: null,
  service_tier: null,
  project_id: null,
  user_id: null,
  api_key_id: null,
  batch: null,
}
const body = (results: unknown, rest: object = {}) =>
  JSON.stringify({
    object: 'page',
    data: [{ object: 'bucket', start_time: 1_730_419_200, end_time: 1_730_505_600, results }],
    has_more: false,
    next_page: null,
    ...rest,
  })

describe('parsePage', () => {
  it('reads the example of the published description', () => {
    expect(parsePage(body([result]))).toEqual({
      ok: true,
      page: {
        buckets: [
          {
            start: 1_730_419_200,
            groups: [{ model: '', serviceTier: '', project: '', input: 1000, output: 500, cached: 400, requests: 5 }],
          },
        ],
        hasMore: false,
        nextPage: null,
      },
    })
  })

  it('never throws, on any text or JSON, and repeats nothing that was sent', () => {
    const secret = 'canary-7d1f'
    const json = fc.jsonValue({ maxDepth: 4 }).map(value => JSON.stringify(value))
    const nearly = fc
      .record(
        {
          data: fc.oneof(fc.jsonValue(), fc.array(fc.record({ start_time: fc.jsonValue(), results: fc.jsonValue() }))),
          has_more: fc.oneof(fc.boolean(), fc.jsonValue()),
          next_page: fc.jsonValue(),
          [secret]: fc.constant(secret),
        },
        { requiredKeys: [] },
      )
      .map(value => JSON.stringify(value))
    fc.assert(
      fc.property(fc.oneof(fc.string(), json, nearly), text => {
        const parsed = parsePage(text)
        if (!parsed.ok) expect(parsed.detail).not.toContain(secret)
      }),
      { numRuns: 500 },
    )
    for (const value of [secret, [secret], { [secret]: 1 }]) {
      const parsed = parsePage(body([{ ...result, input_tokens: value }]))
      expect(parsed.ok ? '' : parsed.detail).toMatch(/input_tokens/)
      expect(JSON.stringify(parsed)).not.toContain(secret)
    }
  })

  it.each([
    ['input_tokens', -1],
    ['input_tokens', 1.5],
    ['input_tokens', '10'],
    ['input_tokens', null],
    ['input_tokens', true],
    ['input_tokens', 2 ** 53],
    ['output_tokens', undefined],
    ['num_model_requests', undefined],
    ['input_cached_tokens', -1],
    ['input_cached_tokens', '1'],
    ['model', 4],
    ['model', {}],
    ['project_id', []],
    ['service_tier', false],
  ])('%s: %j voids the page', (field, value) => {
    expect(parsePage(body([{ ...result, [field]: value }])).ok).toBe(false)
  })

  it.each(['1e999', 'NaN', '-0.5', '9007199254740992', '1e400', '1_000'])('%s is no count', text => {
    expect(parsePage(body([result]).replace('"input_tokens":1000', `"input_tokens":${text}`)).ok).toBe(false)
  })

  it.each([-1, 1.5, 253_402_300_800, '2027-03-10', null])('%j is no start of a bucket', start_time => {
    expect(
      parsePage(JSON.stringify({ data: [{ start_time, results: [] }], has_more: false, next_page: null })).ok,
    ).toBe(false)
  })

  it.each(['__proto__', 'constructor', 'toString', '\u202eevil', "'; DROP TABLE day; --"])(
    'takes the name %j as a name',
    model => {
      const parsed = parsePage(`${body([result]).replace('"model":null', `"model":${JSON.stringify(model)}`)}`)
      expect(parsed.ok && parsed.page.buckets[0]?.groups[0]?.model).toBe(model)
    },
  )

  it.each([
    ['{', 'the body is not JSON'],
    ['null', 'the page is not Object'],
    ['[]', 'data is missing'],
    [body([result], { has_more: 1 }), 'has_more is not boolean'],
    [body([result, { ...result, output_tokens: '2' }]), 'data.0.results.1.output_tokens is not number'],
    [body([{ ...result, output_tokens: -1 }]), 'data.0.results.0.output_tokens is not >=0'],
    [body([{ ...result, output_tokens: 0.5 }]), 'data.0.results.0.output_tokens is not valid'],
  ])('says in one line what is wrong with %s', (text, detail) => expect(parsePage(text)).toEqual({ ok: false, detail }))

  it('makes names storable: well-formed, and bounded', () => {
    const longest = 'b'.repeat(LONGEST_NAME_CHARS)
    const parsed = parsePage(
      body([{ ...result, model: 'a'.repeat(10_000), project_id: '\ud800x', service_tier: longest }]),
    )
    const group = parsed.ok ? parsed.page.buckets[0]?.groups[0] : undefined
    expect(group?.model).toBe(`${'a'.repeat(LONGEST_NAME_CHARS - 1)}…`)
    expect(group?.serviceTier).toBe(longest)
    expect(group?.project).toBe('\ufffdx')
  })
})

describe('usageUrl', () => {
  it('asks in the published way: repeated keys, encoded cursor, all parameters on every page', () => {
    const query = { width: '1d' as const, start: 1_730_419_200, end: null }
    const url = new URL(
      usageUrl('https://api.openai.com/v1', query, ['proj_a', 'proj b&c'], { cursor: 'page_A+/==', buckets: 31 }),
    )
    expect(`${url.origin}${url.pathname}`).toBe('https://api.openai.com/v1/organization/usage/completions')
    expect([...url.searchParams]).toEqual([
      ['start_time', '1730419200'],
      ['bucket_width', '1d'],
      ['limit', '31'],
      ['group_by', 'model'],
      ['group_by', 'service_tier'],
      ['group_by', 'project_id'],
      ['project_ids', 'proj_a'],
      ['project_ids', 'proj b&c'],
      ['page', 'page_A+/=='],
    ])
    expect(url.search).not.toContain('page_A+/==')
  })

  it.each([
    ['1m', 1440],
    ['1h', 168],
    ['1d', 31],
  ] as const)('asks for no more %s buckets a page than OpenAI allows, %i', (width, most) => {
    expect(PAGE_BUCKETS[width]).toBeLessThanOrEqual(most)
    const page = { cursor: null, buckets: PAGE_BUCKETS[width] }
    const url = new URL(usageUrl('https://api.openai.com/v1', { width, start: 0, end: 60 }, [], page))
    expect(Number(url.searchParams.get('limit'))).toBe(PAGE_BUCKETS[width])
    expect(url.searchParams.get('end_time')).toBe('60')
    expect(url.searchParams.has('page')).toBe(false)
  })
})

describe('faultOfStatus', () => {
  it('has a fault with words for every status, and takes nothing of the body into them', () => {
    const key = 'sk-admin-canary'
    for (let status = 201; status < 600; status++) {
      for (const text of [
        `{"error":{"message":"Incorrect API key provided: ${key}"}}`,
        `{"error":"${key}"}`,
        '<html>',
        '',
      ]) {
        const fault = faultOfStatus(status, new Headers(), text, null)
        const words = faultWords(fault)
        expect(JSON.stringify([fault, words])).not.toContain(key)
        expect(words.code).toMatch(/^upstream_/)
        expect([words.message.length > 0, words.action.length > 0]).toEqual([true, true])
      }
    }
  })

  it.each<[number, string, UpstreamFault['kind']]>([
    [401, '', 'refused'],
    [403, '', 'refused'],
    [404, '', 'unexpectedStatus'],
    [302, '', 'unexpectedStatus'],
    [400, '', 'unexpectedStatus'],
    [408, '', 'serverError'],
    [409, '', 'serverError'],
    [429, '', 'rateLimited'],
    [500, '', 'serverError'],
    [503, '', 'serverError'],
    [599, '', 'serverError'],
  ])('%i %s is %s', (status, text, kind) => expect(faultOfStatus(status, new Headers(), text, null).kind).toBe(kind))

  it.each([
    ['{"error":"Missing scopes: api.usage.read"}'],
    ['{"error":"Missing scope: api.usage.read"}'],
    ['{"error":"Missing scopes:   api.usage.read"}'],
    ['{"error":{"message":"You have insufficient permissions. Missing scopes: api.usage.read. Check..."}}'],
  ])('names the missing scope of %s', text => {
    expect(faultOfStatus(403, new Headers(), text, null)).toMatchObject({ missingScope: 'api.usage.read' })
  })

  it.each([
    [{ 'retry-after': '20' }, 20_000],
    [{ 'retry-after-ms': '1500' }, 1500],
    [{ 'retry-after-ms': '1500', 'retry-after': '20' }, 1500],
    [{ 'retry-after': 'soon' }, null],
    [{ 'retry-after': '-5' }, null],
    [{ 'retry-after-ms': '0', 'retry-after': '20' }, 20_000],
    [{ 'retry-after': '0' }, null],
    [{}, null],
  ])('of %j is to be waited %s ms', (headers, retryAfterMs) => {
    expect(faultOfStatus(429, new Headers(headers as Record<string, string>), '', null)).toMatchObject({ retryAfterMs })
  })
})

describe('faultWords', () => {
  const requestId = 'req_1'
  const retryAfterMs = 2000
  it.each<[UpstreamFault, string, RegExp, RegExp]>([
    [
      { kind: 'refused', status: 403, missingScope: 'api.usage.read', requestId },
      'upstream_missing_scope',
      /refuses the admin key: it lacks the scope api\.usage\.read/,
      /wrangler secret put OPENAI_ADMIN_KEY/,
    ],
    [
      { kind: 'refused', status: 401, missingScope: null, requestId },
      'upstream_refused',
      /refuses the admin key \(401\): it is wrong/,
      /not a project key\) at https:\/\/\S+ and set it: npx wrangler secret put OPENAI_ADMIN_KEY/,
    ],
    [
      { kind: 'rateLimited', status: 429, retryAfterMs, requestId },
      'upstream_rate_limited',
      /\(429\)/,
      /^Nothing to do.*\(POLL_CRON\)/,
    ],
    [{ kind: 'serverError', status: 503, retryAfterMs, requestId }, 'upstream_error', /503/, /status\.openai\.com/],
    [{ kind: 'unexpectedStatus', status: 404, requestId }, 'upstream_unexpected_status', /404/, /OPENAI_BASE_URL/],
    [{ kind: 'unreachable' }, 'upstream_unreachable', /cannot be reached/, /OPENAI_BASE_URL/],
    [{ kind: 'timedOut', afterMs: 20_000 }, 'upstream_timeout', /within 20 s/, /tries again/],
    [
      { kind: 'malformed', detail: 'has_more is not boolean', requestId },
      'upstream_malformed',
      /: has_more is not boolean\. The numbers stay/,
      /OPENAI_BASE_URL/,
    ],
  ])('tells of %j what is wrong and what to do', (fault, code, message, action) => {
    expect(faultWords(fault)).toEqual({
      code,
      message: expect.stringMatching(message),
      action: expect.stringMatching(action),
    })
    expect(requestIdOf(fault)).toBe('requestId' in fault ? requestId : null)
    expect(retryAfterOf(fault)).toBe('retryAfterMs' in fault ? retryAfterMs : null)
  })
})
