import { afterEach, describe, expect, it, vi } from 'vitest'
import { Budget } from '../../../src/budget.ts'
import { LARGEST_PAGE_BYTES, LARGEST_WALK_BYTES, PAGE_TIMEOUT_MS, readUsage } from '../../../src/openai/readUsage.ts'
import { PAGE_BUCKETS, type UsageQuery } from '../../../src/openai/usageQuery.ts'
import { Secret } from '../../../src/secret.ts'

const KEY = 'sk-admin-canary'
const DAY = 86_400
const NOW = Date.parse('2026-11-18T15:30:20Z')
const QUERY: UsageQuery = { width: '1d', start: 10 * DAY, end: null }

const result = { input_tokens: 3, output_tokens: 2, num_model_requests: 1, model: 'gpt-4o' }
const group = {
  ...{ model: 'gpt-4o', serviceTier: '', project: '', apiKey: '', user: '' },
  ...{ input: 3, output: 2, cached: 0, requests: 1 },
}
const pageText = (day: number, next_page: string | null = null) =>
  JSON.stringify({
    data: [{ start_time: day * DAY, results: [result] }],
    has_more: next_page !== null,
    next_page,
  })
const page = (...of: Parameters<typeof pageText>) => new Response(pageText(...of))

type Answer = Response | Error | 'never'

/** Reads with these answers in order; gives what came of it and what was asked. */
function start(answers: Answer[], { stop = new AbortController(), query = QUERY, budget = new Budget(40) } = {}) {
  const fetch = vi.fn((_url: string, _init: RequestInit): Promise<Response> => {
    const answer = answers.shift() ?? new Error('asked too often')
    if (answer === 'never') return new Promise(() => {})
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer)
  })
  vi.stubGlobal('fetch', fetch)
  const upstream = {
    baseUrl: 'https://up.example/v1',
    adminKey: new Secret(KEY),
    projectIds: ['p1'],
    signal: stop.signal,
    budget,
    now: () => NOW,
  }
  return { fetch, read: readUsage(upstream, query), asked: () => fetch.mock.calls.map(([url]) => new URL(url)) }
}
const read = (...answers: Answer[]) => start(answers).read

afterEach(() => {
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

describe('readUsage', () => {
  it('asks for each page with the key, follows no redirect, and joins the pages', async () => {
    const { fetch, read, asked } = start([page(10, 'c 1'), page(11)])
    expect(await read).toEqual({
      ok: true,
      reading: {
        buckets: [
          { start: 10 * DAY, groups: [group] },
          { start: 11 * DAY, groups: [group] },
        ],
        spoiled: [],
        requests: 2,
        simulated: false,
      },
    })
    expect(asked().map(url => [url.searchParams.get('page'), url.searchParams.get('limit')])).toEqual([
      [null, '31'],
      ['c 1', '31'],
    ])
    expect(asked()[0]?.searchParams.get('project_ids')).toBe('p1')
    for (const [, init] of fetch.mock.calls) {
      expect(init).toMatchObject({ redirect: 'manual' })
      expect(init.headers).toEqual({ authorization: `Bearer ${KEY}`, accept: 'application/json' })
    }
  })

  it('spends a request of the budget on each page, and has no half answer when none is left', async () => {
    const budget = new Budget(3)
    expect(await start([page(10, 'c'), page(11)], { budget }).read).toMatchObject({ ok: true })
    expect(budget.left).toBe(1)
    const { read, asked } = start([page(10, 'c'), page(11)], { budget })
    expect(await read).toEqual({ ok: false, fault: { kind: 'postponed' }, requests: 1 })
    expect([asked().length, budget.left]).toEqual([1, 0])
  })

  it.each([
    ['no length', 10 * DAY],
    ['less than none', 9 * DAY],
  ])('asks nothing for a window of %s, which OpenAI would refuse for ever', async (_, end) => {
    const budget = new Budget(1)
    const { read, asked } = start([], { budget, query: { ...QUERY, end } })
    expect(await read).toEqual({ ok: true, reading: { buckets: [], spoiled: [], requests: 0, simulated: false } })
    expect([asked(), budget.left]).toEqual([[], 1])
  })

  it('tells which buckets cannot be read beside those that can', async () => {
    const { output_tokens: _, ...bad } = result
    const data = [
      { start_time: 10 * DAY, results: [result, bad] },
      { start_time: 11 * DAY, results: [result] },
    ]
    expect(await read(Response.json({ data, has_more: false }))).toEqual({
      ok: true,
      reading: {
        buckets: [{ start: 11 * DAY, groups: [group] }],
        spoiled: [{ start: 10 * DAY, detail: 'results.1.output_tokens is missing' }],
        requests: 1,
        simulated: false,
      },
    })
  })

  it('takes from a page only the names that its width asks for', async () => {
    const owned = { ...result, api_key_id: 'key_1', user_id: 'user-1' }
    const answer = () => Response.json({ data: [{ start_time: 0, results: [owned, owned] }], has_more: false })
    const hours = start([answer()], { query: { ...QUERY, width: '1h' } })
    const sum = { ...group, input: 6, output: 4, requests: 2 }
    expect(await hours.read).toMatchObject({ reading: { buckets: [{ groups: [sum] }] } })
    expect(hours.asked()[0]?.searchParams.getAll('group_by')).not.toContain('user_id')
    const days = start([answer()])
    expect(await days.read).toMatchObject({
      reading: { buckets: [{ groups: [{ ...sum, apiKey: 'key_1', user: 'user-1' }] }] },
    })
    expect(days.asked()[0]?.searchParams.getAll('group_by')).toContain('user_id')
  })

  it('knows from an HTTP date how long to wait', async () => {
    const headers = { 'retry-after': 'Wed, 18 Nov 2026 15:31:00 GMT' }
    expect(await read(new Response('', { status: 429, headers }))).toMatchObject({ fault: { retryAfterMs: 40_000 } })
  })

  it.each([
    ['on the first page', ['1', null]],
    ['on the last page', [null, '1']],
  ])('says that the simulator answered when it says so %s', async (_, marks) => {
    const answers = marks.map((mark, n) => {
      const headers = mark === null ? {} : { 'x-openai-simulator': mark }
      return new Response(n === 0 ? pageText(10, 'c') : pageText(11), { headers: new Headers(headers) })
    })
    expect(await read(...answers)).toMatchObject({ ok: true, reading: { simulated: true } })
  })

  it('reads text that is cut inside a letter, and a body without anything', async () => {
    const bytes = new TextEncoder().encode(pageText(10).replace('gpt-4o', 'gpt-é'))
    const cut = bytes.indexOf(0xc3) + 1
    const body = new ReadableStream({
      start(controller) {
        controller.enqueue(bytes.subarray(0, cut))
        controller.enqueue(bytes.subarray(cut))
        controller.close()
      },
    })
    expect(await read(new Response(body))).toMatchObject({
      reading: { buckets: [{ groups: [{ ...group, model: 'gpt-é' }] }] },
    })
    expect(await read(new Response(null))).toMatchObject({
      fault: { kind: 'malformed', detail: 'the body is not JSON' },
    })
    expect(await read(new Response(null, { status: 500 }))).toMatchObject({ fault: { kind: 'serverError' } })
  })

  it('stops at the first page that fails, with the fault and the count of requests', async () => {
    const refusal = new Response('{"error":"Missing scopes: api.usage.read"}', {
      status: 403,
      headers: { 'x-request-id': 'req_9-a' },
    })
    expect(await read(page(10, 'c'), refusal)).toEqual({
      ok: false,
      fault: { kind: 'refused', status: 403, missingScope: 'api.usage.read', requestId: 'req_9-a' },
      requests: 2,
    })
    expect(await read(new Response('<html>', { headers: { 'x-request-id': 'req_1' } }))).toEqual({
      ok: false,
      fault: { kind: 'malformed', detail: 'the body is not JSON', requestId: 'req_1' },
      requests: 1,
    })
  })

  it.each([
    ['with spaces', 'a b'],
    ['with a mark at its end', 'req_1!'],
    ['with a mark before it', '!req_1'],
    ['of more than 64 characters', 'r'.repeat(65)],
  ])('takes no request id %s: it is shown to people', async (_, id) => {
    expect(await read(new Response('', { status: 500, headers: { 'x-request-id': id } }))).toMatchObject({
      fault: { requestId: null },
    })
  })

  it('takes a connection that broke as unreachable, and keeps its text to itself', async () => {
    const broken = new TypeError(`fetch failed for https://up.example with ${KEY}`)
    expect(await read(broken)).toEqual({ ok: false, fault: { kind: 'unreachable' }, requests: 1 })
  })

  it('ends after its time when no answer comes, though fetch does not heed the abort', async () => {
    vi.useFakeTimers()
    const { fetch, read } = start(['never'])
    await vi.advanceTimersByTimeAsync(PAGE_TIMEOUT_MS)
    expect(await read).toEqual({ ok: false, fault: { kind: 'timedOut', afterMs: PAGE_TIMEOUT_MS }, requests: 1 })
    expect(fetch.mock.calls[0]?.[1].signal?.aborted).toBe(true)
  })

  it('ends after its time when the body does not come to its end', async () => {
    vi.useFakeTimers()
    const { read } = start([new Response(new ReadableStream({ pull: () => new Promise(() => {}) }))])
    await vi.advanceTimersByTimeAsync(PAGE_TIMEOUT_MS)
    expect(await read).toMatchObject({ fault: { kind: 'timedOut' } })
  })

  it('counts the end of the whole poll as a time-out, and leaves no timer behind', async () => {
    vi.useFakeTimers()
    const stop = new AbortController()
    stop.abort()
    const { fetch, read } = start([new Error('aborted')], { stop })
    expect(await read).toMatchObject({ fault: { kind: 'timedOut' } })
    expect(fetch.mock.calls[0]?.[1].signal?.aborted).toBe(true)
    expect(vi.getTimerCount()).toBe(0)
  })

  describe('where a page is larger than memory allows', () => {
    const MIB = 1024 * 1024
    /** Far more than may be taken in; counts how much was. */
    function endless(status = 200) {
      const taken = { bytes: 0, cancelled: false }
      const body = new ReadableStream({
        pull(controller) {
          taken.bytes += MIB
          controller.enqueue(new Uint8Array(MIB).fill(32))
        },
        cancel() {
          taken.cancelled = true
        },
      })
      return { taken, answer: new Response(body, { status }) }
    }

    it.each([
      ['1d', 4],
      ['1h', 6],
      ['1m', 23],
    ] as const)(
      'takes in no more of it, and asks again for an eighth of the buckets of %s, %i',
      async (width, eighth) => {
        const { taken, answer } = endless()
        const query = { ...QUERY, width }
        const { read, asked } = start([answer, page(10, 'c'), page(11)], { query })
        expect(await read).toMatchObject({ ok: true, reading: { requests: 3, buckets: [{}, {}] } })
        const limits = [PAGE_BUCKETS[width], eighth, eighth].map(String)
        expect(asked().map(url => url.searchParams.get('limit'))).toEqual(limits)
        expect(asked().map(url => url.searchParams.get('page'))).toEqual([null, null, 'c'])
        expect(taken.bytes).toBeLessThanOrEqual(LARGEST_PAGE_BYTES + 2 * MIB)
        expect(taken.cancelled).toBe(true)
      },
    )

    it('goes down to one bucket a page, and gives up when a single one is too large', async () => {
      const answers = () => [endless().answer, page(10, 'c'), endless().answer, page(10, 'c')]
      const good = start([...answers(), page(11)])
      expect(await good.read).toMatchObject({ ok: true, reading: { requests: 5, buckets: [{}, {}] } })
      const bad = start([...answers(), endless().answer])
      expect(await bad.read).toEqual({
        ok: false,
        fault: { kind: 'malformed', detail: `the body is larger than ${8 * MIB} bytes`, requestId: null },
        requests: 5,
      })
      for (const { asked } of [good, bad])
        expect(asked().map(url => url.searchParams.get('limit'))).toEqual(['31', '4', '4', '1', '1'])
    })

    it('counts the requests in vain among those that a read may take, and says when there are more', async () => {
      const answers = () => [endless().answer, page(10, 'c1'), page(11, 'c2'), page(12)]
      expect(await start(answers(), { query: { ...QUERY, mostPages: 4 } }).read).toMatchObject({ ok: true })
      const { read, asked } = start(answers(), { query: { ...QUERY, mostPages: 3 } })
      expect(await read).toEqual({
        ok: false,
        fault: { kind: 'malformed', detail: 'there are more than 3 pages', requestId: null },
        requests: 3,
      })
      expect(asked().length).toBe(3)
    })

    it('does not begin anew with smaller pages when the budget ends', async () => {
      const { read, asked } = start([endless().answer, page(10)], { budget: new Budget(1) })
      expect(await read).toEqual({ ok: false, fault: { kind: 'postponed' }, requests: 1 })
      expect(asked().length).toBe(1)
    })

    it('takes a page of exactly the most bytes', async () => {
      const text = pageText(10)
      expect(await read(new Response(text + ' '.repeat(LARGEST_PAGE_BYTES - text.length)))).toMatchObject({ ok: true })
    })

    it('takes pages of the most bytes together, and none beyond', async () => {
      const most = LARGEST_WALK_BYTES / LARGEST_PAGE_BYTES
      const full = (day: number, next: string | null) =>
        new Response(pageText(day, next) + ' '.repeat(LARGEST_PAGE_BYTES - pageText(day, next).length))
      const walk = (last: string | null) =>
        Array.from({ length: most }, (_, n) => full(10 + n, n === most - 1 ? last : `c${n}`))
      expect(await read(...walk(null))).toMatchObject({ ok: true, reading: { requests: most } })
      expect(await read(...walk('more'), page(30, 'c'), page(31))).toEqual({
        ok: false,
        fault: {
          kind: 'malformed',
          detail: `the pages together are larger than ${64 * MIB} bytes`,
          requestId: null,
        },
        requests: most + 1,
      })
    })

    it('does not ask again after any other fault', async () => {
      const { read, asked } = start([new Response('<html>')])
      expect(await read).toMatchObject({ ok: false, requests: 1 })
      expect(asked().length).toBe(1)
    })

    it('goes by the status where the body of an error is endless', async () => {
      expect(await start([endless(503).answer]).read).toMatchObject({ fault: { kind: 'serverError', status: 503 } })
    })
  })
})
