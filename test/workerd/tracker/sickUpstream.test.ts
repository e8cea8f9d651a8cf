import { afterEach, describe, expect, it, vi } from 'vitest'
import { PAGE_TIMEOUT_MS } from '../../../src/openai/readUsage.ts'
import { ADMIN_KEY, MIDNIGHT, UPSTREAM, type Upstream, World } from './world.ts'

afterEach(World.end)

const RESULT = {
  object: 'organization.usage.completions.result',
  input_tokens: 10,
  output_tokens: 5,
  num_model_requests: 1,
  model: 'gpt-4o',
  service_tier: 'default',
  project_id: 'proj_a',
}
const page = (results: object[], rest: object = {}) =>
  Response.json({
    object: 'page',
    data: [{ object: 'bucket', start_time: MIDNIGHT, end_time: MIDNIGHT + 86_400, results }],
    has_more: false,
    next_page: null,
    ...rest,
  })
const withText = (field: string, value: string) =>
  new Response(pageText().replace(`"${field}":10`, `"${field}":${value}`), JSON_HEADERS)
const JSON_HEADERS = { headers: { 'content-type': 'application/json' } }
const pageText = () =>
  `{"object":"page","data":[{"object":"bucket","start_time":${MIDNIGHT},"end_time":${MIDNIGHT + 86_400},` +
  `"results":[{"object":"x","input_tokens":10,"output_tokens":5,"num_model_requests":1,"model":"gpt-4o"}]}],` +
  `"has_more":false,"next_page":null}`
const error = (status: number, body: unknown, headers: Record<string, string> = {}) =>
  Response.json({ error: body }, { status, headers: { 'x-request-id': 'req_abc', ...headers } })
const leaky = { message: `Incorrect API key provided: ${ADMIN_KEY}.`, type: 'x', param: null, code: 'invalid_api_key' }

/** The cursor of a request says which page it asks for. */
const pages = (next: (cursor: string | null) => object) => (url: URL) =>
  page([RESULT], next(url.searchParams.get('page')))

// One of each kind; what else a page may lack is held by test/pure/openai.
const FAULTS: [name: string, upstream: Upstream, code: string, status: number][] = [
  ['401 with an object that repeats the key', () => error(401, leaky), 'upstream_refused', 502],
  ['403 with a bare string', () => error(403, 'Missing scopes: api.usage.read'), 'upstream_missing_scope', 502],
  [
    '403 to a region',
    () => error(403, { message: 'Country not supported', code: 'unsupported_country_region_territory' }),
    'upstream_region_blocked',
    502,
  ],
  ['401 to an address', () => error(401, { message: 'no', code: 'ip_not_authorized' }), 'upstream_ip_blocked', 502],
  ['429 for want of credit', () => error(429, { message: 'no', code: 'insufficient_quota' }), 'upstream_quota', 429],
  ['429 without Retry-After', () => error(429, { message: 'slow down' }), 'upstream_rate_limited', 429],
  ['404', () => error(404, { message: 'Not found' }), 'upstream_unexpected_status', 502],
  ['500 with HTML', () => new Response('<html>', { status: 500 }), 'upstream_error', 502],
  [
    'a network error that names the URL',
    () => Promise.reject(new TypeError(`fetch failed: ${UPSTREAM} ${ADMIN_KEY}`)),
    'upstream_unreachable',
    502,
  ],
  ['a body that breaks off', () => brokenBody(), 'upstream_unreachable', 502],
  ['truncated JSON', () => new Response(pageText().slice(0, -20)), 'upstream_malformed', 502],
  ['negative tokens', () => withText('input_tokens', '-10'), 'upstream_malformed', 502],
  [
    'sums beyond what can be counted',
    () => page(['a', 'b'].map(model => ({ ...RESULT, model, input_tokens: 2 ** 53 - 1 }))),
    'upstream_malformed',
    502,
  ],
  [
    'pages without end',
    pages(at => ({ has_more: true, next_page: `page_${Number(at?.slice(5) ?? 0) + 1}` })),
    'upstream_malformed',
    502,
  ],
]

function brokenBody(): Response {
  const stream = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(new TextEncoder().encode('{"object":"page",'))
      controller.error(new TypeError('connection reset'))
    },
  })
  return new Response(stream)
}

/** Everything that anybody can read: answers, frames, logs, D1, the object's storage. */
async function everythingSaid(world: World): Promise<string> {
  const lines = [
    'GET /api/status',
    'GET /api/usage',
    'GET /api/models',
    'GET /api/alerts',
    'GET /health',
    'POST /api/poll',
  ]
  const answers = []
  for (const line of lines) {
    const { raw } = await world.call(line)
    answers.push(JSON.stringify([...raw.headers]), await raw.text())
  }
  return [...answers, ...world.logs].join('\n')
}

describe('a sick upstream', () => {
  it.each(FAULTS)('%s: numbers stay, the status tells, the next success heals', async (_, upstream, code, status) => {
    const world = await World.make({ vars: { POLL_COOLDOWN_SECONDS: '0' } })
    world.use({ at: MIDNIGHT + 60, input: 1000, output: 500 })
    world.use({ at: MIDNIGHT + 60, model: 'gpt-4o-mini', input: 30 })
    await world.polled()
    await world.catchUp()
    const before = await world.usage()
    const rows = await world.rows('SELECT * FROM usage_snapshots')

    world.now += 300
    const since = world.now
    world.upstream = upstream
    const failed = await world.poll()
    expect([failed.status, failed.body], JSON.stringify(failed.body)).toMatchObject([
      status,
      { success: false, code, status },
    ])
    expect(failed.raw.headers.get('content-type')).toContain('application/problem+json')
    expect(await world.usage()).toMatchObject({ ...before, stale: expect.any(Boolean) })
    expect(await world.rows('SELECT * FROM usage_snapshots')).toEqual(rows)
    const sick = await world.status()
    expect(sick).toMatchObject({
      state: 'failing',
      failures: 1,
      last_success: expect.any(Number),
      error: { code, since },
    })
    expect(sick.error?.message).not.toBe('')
    expect(sick.error?.action).not.toBe('')
    const said = await everythingSaid(world)
    expect(said).not.toContain(ADMIN_KEY)
    expect(said).not.toContain(ADMIN_KEY.slice(9))

    // An hour ends any wait that OpenAI could have asked for; the trouble is one since it began.
    world.now += 3601
    await world.poll()
    expect((await world.status()).error?.since).toBe(since)
    world.upstream = () => null
    world.use({ at: MIDNIGHT + 70, input: 9 })
    world.now += 3601
    await world.polled()
    expect(await world.status()).toMatchObject({ state: 'ok', failures: 0, error: null })
    expect((await world.usage()).premium.tokens_used).toBe(1509)
  })

  it('leaves no hole in the curve: the slots that failed are rebuilt when it is well again', async () => {
    const world = await World.make()
    for (let minute = 0; minute < 900; minute++) world.use({ at: MIDNIGHT + minute * 60 + 30, input: minute })
    await world.polled()
    await world.catchUp()
    world.upstream = () => new Response('', { status: 503 })
    await world.run(MIDNIGHT + 14 * 3600 + 10)
    world.upstream = () => null
    await world.run(MIDNIGHT + 14 * 3600 + 700)
    const points = await world.history('date=2027-03-10')
    for (let slot = MIDNIGHT + 12 * 3600; slot <= world.now; slot += 300) {
      const point = points.find(({ timestamp }) => timestamp >= slot && timestamp <= slot + 60)
      expect(point, `the slot ${slot - MIDNIGHT} s after midnight`).toBeDefined()
      expect(point?.premium_tokens).toBe(world.truth(MIDNIGHT, point?.timestamp ?? 0).premium)
    }
  })

  it.each([
    ['a group in two rows with the same numbers', 30, () => page([RESULT, RESULT])],
    ['a group in two rows with other numbers', 31, () => page([RESULT, { ...RESULT, input_tokens: 11 }])],
    ['unknown fields everywhere', 15, () => page([{ ...RESULT, novel: 1, input_cached_tokens: null }], { extra: {} })],
    ['has_more false with a cursor', 15, () => page([RESULT], { next_page: 'page_X' })],
    [
      'a whole bucket that comes again on a later page',
      15,
      pages(at => (at === null ? { has_more: true, next_page: 'p' } : {})),
    ],
    [
      'an empty page before the full one',
      15,
      pages(at => (at === null ? { data: [], has_more: true, next_page: 'p' } : {})),
    ],
  ] as [string, number, Upstream][])('%s is no fault: %i tokens', async (_, tokens, upstream) => {
    const world = await World.make()
    world.upstream = upstream
    await world.polled()
    expect((await world.usage()).premium.tokens_used).toBe(tokens)
  })

  it('that hangs is given up after the page’s time, and a key is not sent elsewhere', async () => {
    const world = await World.make()
    const real = globalThis.setTimeout
    vi.stubGlobal('setTimeout', (work: () => void, ms?: number) => real(work, ms === PAGE_TIMEOUT_MS ? 20 : ms))
    world.upstream = (_, { signal }) =>
      new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
    const { status, body } = await world.poll()
    expect([status, body.code]).toEqual([502, 'upstream_timeout'])
    expect((await world.status()).error?.message).toContain('20 s')
  })

  it('that redirects is not followed: the key would go with it', async () => {
    const world = await World.make()
    const redirects: string[] = []
    world.upstream = (_, request) => {
      redirects.push(request.redirect)
      return new Response(null, { status: 307, headers: { location: 'https://evil.example/' } })
    }
    expect((await world.poll()).body.code).toBe('upstream_unexpected_status')
    expect([redirects, world.sent]).toEqual([['manual'], []])
  })

  it('that drips a body is given up too', async () => {
    const world = await World.make()
    const real = globalThis.setTimeout
    vi.stubGlobal('setTimeout', (work: () => void, ms?: number) => real(work, ms === PAGE_TIMEOUT_MS ? 20 : ms))
    world.upstream = () => new Response(new ReadableStream({ start: to => to.enqueue(new Uint8Array([123])) }))
    expect((await world.poll()).body.code).toBe('upstream_timeout')
  })

  it('that sends more than 8 MB is not read to the end', async () => {
    const world = await World.make()
    const sent: number[] = []
    const limits: (string | null)[] = []
    world.upstream = url => {
      limits.push(url.searchParams.get('limit'))
      const answer = sent.push(0) - 1
      return new Response(
        new ReadableStream({
          pull(to) {
            sent[answer] = (sent[answer] ?? 0) + 1
            to.enqueue(new Uint8Array(1024 * 1024).fill(32))
            if (sent[answer] === 100) to.close()
          },
        }),
      )
    }
    expect((await world.poll()).body.code).toBe('upstream_malformed')
    // Again with smaller pages, down to the smallest there is; then it is given up.
    expect(limits).toEqual(['31', '4', '1'])
    expect(Math.max(...sent)).toBeLessThan(12)
  })

  it('with a page of many groups is read', async () => {
    const world = await World.make()
    for (let n = 0; n < 3000; n++) world.use({ at: MIDNIGHT, model: `model-${n}`, input: n })
    await world.polled()
    expect((await world.usage()).premium.tokens_used).toBe((3000 * 2999) / 2)
  })

  it('is asked again at 1, 4 and 16 s with jitter, then at the slots', async () => {
    const world = await World.make()
    await world.polled()
    await world.catchUp()
    await world.run(MIDNIGHT + 12 * 3600 + 299)
    const attempts: number[] = []
    world.upstream = () => {
      attempts.push(Date.now() / 1000 - MIDNIGHT - 12 * 3600)
      return new Response('', { status: 500 })
    }
    await world.run(MIDNIGHT + 12 * 3600 + 905)
    // Each third one asks once more, for today alone (and logs read_apart where that answers).
    const polls = [...new Set(attempts)]
    const waits = polls.slice(1).map((at, n) => at - (polls[n] ?? 0))
    expect(polls[0]).toBeCloseTo(300, 0)
    expect(waits[0]).toBeGreaterThanOrEqual(1)
    expect(waits[0]).toBeLessThanOrEqual(1.3)
    expect(waits[1]).toBeLessThanOrEqual(5.1)
    expect(waits[2]).toBeLessThanOrEqual(20.1)
    expect([polls.length < 9, attempts.length < 11]).toEqual([true, true])
    expect(polls.filter(at => at >= 899.9).length).toBeGreaterThan(0)
  })

  it('that refuses the key is asked ever more seldom, but at least every half hour', async () => {
    const world = await World.make()
    await world.polled()
    await world.catchUp()
    const attempts: number[] = []
    world.upstream = () => {
      attempts.push(world.now)
      return error(401, leaky)
    }
    await world.run(world.now + 6 * 3600)
    const waits = attempts.slice(1).map((at, n) => at - (attempts[n] ?? 0))
    expect(Math.max(...waits)).toBeLessThanOrEqual(1800)
    expect(attempts.length).toBeLessThan(20)
    world.upstream = () => null
    await world.run(world.now + 1801)
    expect((await world.status()).state).toBe('ok')
  })

  it('is blind after three intervals without a success, and ready again with the next', async () => {
    const world = await World.make()
    expect((await world.call('GET /ready')).status).toBe(503)
    await world.polled()
    await world.catchUp()
    world.now += 15
    expect((await world.call('GET /ready')).status).toBe(200)
    world.upstream = () => new Response('', { status: 500 })
    await world.run(MIDNIGHT + 12 * 3600 + 899)
    expect((await world.status()).state).toBe('failing')
    await world.run(MIDNIGHT + 12 * 3600 + 901)
    expect((await world.status()).state).toBe('blind')
    expect((await world.usage()).stale).toBe(true)
    world.upstream = () => null
    await world.run(world.now + 301)
    expect((await world.status()).state).toBe('ok')
    expect((await world.usage()).stale).toBe(false)
  })
})

describe('Retry-After', () => {
  it.each([
    ['retry-after', '120', 120],
    ['retry-after-ms', '90000', 90],
    ['retry-after', '999999', 3600],
    ['retry-after', '0.2', 1],
    ['retry-after', 'Wed, 10 Mar 2027 12:02:41 GMT', 120],
  ])('%s: %s is honoured by the alarm and by POST for %i s', async (name, value, seconds) => {
    const world = await World.make({ vars: { POLL_CRON: '*/20 * * * * *' } })
    await world.polled()
    await world.catchUp()
    world.now += 11
    world.upstream = () => error(429, { message: 'slow down' }, { [name]: value })
    const refused = await world.poll()
    const asked = world.asked.length
    const from = world.now
    expect([refused.status, refused.body.code]).toEqual([429, 'upstream_rate_limited'])
    expect(refused.raw.headers.get('retry-after')).toBe(String(seconds))
    world.upstream = () => null
    if (seconds > 1) {
      const again = await world.poll()
      expect([again.status, again.raw.headers.get('retry-after')]).toEqual([429, String(seconds)])
      expect((await world.call('POST /api/reconcile')).status).toBe(429)
      await world.evict()
      await world.watch()
      await world.run(from + seconds - 1)
      expect(world.asked.length).toBe(asked)
    }
    await world.run(from + seconds + 21)
    expect(world.asked.length).toBeGreaterThan(asked)
    expect((await world.status()).state).toBe('ok')
  })
})

describe('without OPENAI_ADMIN_KEY', () => {
  it('everything runs, nothing is asked, and the status says what is required', async () => {
    const world = await World.make({ vars: { OPENAI_ADMIN_KEY: '' } })
    await world.watch()
    await world.run(world.now + 3600)
    expect(world.asked).toEqual([])
    expect(await world.status()).toMatchObject({
      state: 'unconfigured',
      error: { message: 'OPENAI_ADMIN_KEY is required' },
    })
    const { status, body } = await world.poll()
    expect([status, body.success, body.detail]).toMatchObject([
      503,
      false,
      expect.stringContaining('OPENAI_ADMIN_KEY is required'),
    ])
    expect((await world.usage()).premium.tokens_used).toBe(0)
    expect((await world.call('GET /ready')).status).toBe(503)
    await world.redeploy({ OPENAI_ADMIN_KEY: ADMIN_KEY })
    await world.watch()
    await world.run(world.now + 301)
    expect((await world.status()).state).toBe('ok')
  })
})
