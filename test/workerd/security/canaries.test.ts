import { runInDurableObject } from 'cloudflare:test'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Vars } from '../../../src/config/readConfig.ts'
import { HistoryUnavailable } from '../../../src/history/historyUnavailable.ts'
import { PAGE_TIMEOUT_MS } from '../../../src/openai/readUsage.ts'
import type { ReceiversView } from '../../../src/wire.ts'
import { api, bearer, ORIGIN } from '../api/callApi.ts'
import { ADMIN_KEY, MIDNIGHT, World } from '../tracker/world.ts'
import { leakWatch } from './leakWatch.ts'

// Every code that is answered and every event that is logged, each while all secrets are set and everything that can
// repeat them does. That none comes out is asserted after each test (watchEveryTest.ts); that none is left out, here.

const TOKEN = 'Hs6vNq0RzT4kYw8LcX2mBj7GdP5fKe1a9UoI3tQy'
const SLACK = 'https://hooks.slack.com/services/T0Wq81Zk/B0Xr52Yl/q7Zp3xVt9LmK2wRd'
const DISCORD = 'https://discord.com/api/webhooks/9081726354/Jt5rEw3qAz7xSc2dVf9bGn4h'
const GENERIC = 'slack+https://Chat.example/hooks/Mk8uJy6tHg4rFe2w?key=Pl9oKi7uJh5yGt3f'
/** Services that write what opens them in the path, in the query, or in what is sent. */
const SERVICES = [
  'https://api.telegram.org/bot712345:Qw9eRt8yUi7oPa6s/sendMessage?chat_id=-1009182736450',
  'https://ntfy.sh/Fg5hJk4lZx3cVb2n#name=Canary+of+ops&min=1',
  'https://events.pagerduty.com/v2/enqueue?routing_key=Zm8xNc7vBq6wSe5rDt4yFu3iGo2pHa1z',
  'https://chat.googleapis.com/v1/spaces/AAQAmn8B/messages?key=AIzaLk9jHg8fDs7a&token=Xc6vBn5mQw4eRt3y',
  'mattermost+https://talk.example/hooks/Yu2iOp1aSd9fGh8j',
  'gotify+https://push.example/message?token=Akl7Zx6Cv5Bn4M',
  'alertmanager+https://am.example/Rt6yUi5oPl4kJh3g/api/v2/alerts',
]
const SECRETS: Vars = {
  OPENAI_ADMIN_KEY: ADMIN_KEY,
  API_TOKEN: TOKEN,
  ALERT_WEBHOOK_URL: [SLACK, DISCORD, GENERIC, 'https://alerts.example/Zx3cVb5nMq7wEr9t', ...SERVICES].join(),
  ALERT_WEBHOOK_SECRET: 'whsec_aG91c2UgZmluY2ggYW5kIGdvbGRmaW5jaCB0b28=',
}
const ECHO = Object.values(SECRETS).join(' and ')
const TOKEN_MODE = { ...SECRETS, AUTH_MODE: 'token' }

const codes = new Set<string>()
const events = new Set<string>()

beforeEach(() => {
  vi.spyOn(console, 'error').mockImplementation(line => heard(String(line)))
})
afterEach(World.end)

function heard(line: string): void {
  leakWatch.saw('the log', line)
  events.add((JSON.parse(line) as { event: string }).event)
}

/** Calls, and notes the code of a refusal. */
async function codeOf(response: Promise<Response>): Promise<string> {
  const { code = 'none' } = await (await response).clone().json<{ code?: string }>()
  codes.add(code)
  return code
}

type Api = ReturnType<typeof api>
const failing = (error: unknown) => () => Promise.reject(error)
const inPath = encodeURIComponent(TOKEN)

describe('no secret is told by the API', () => {
  it.each<[string, (of: Api) => Promise<Response>]>([
    ['unauthorized', of => of.call('GET /api/usage', bearer(`${TOKEN.slice(1)}x`))],
    ['unauthorized', of => of.call('POST /api/session', {}, '{"token":"wrong"}')],
    ['bad_request', of => of.call('GET /api/history?days=7&days=8', bearer(TOKEN))],
    ['bad_request', of => of.call('POST /api/session', {}, `{"tokn":"${TOKEN}"}`)],
    ['body_too_large', of => of.call('POST /api/session', {}, JSON.stringify({ token: TOKEN.repeat(30) }))],
    ['cross_site', of => of.call('POST /api/poll', { origin: `https://${TOKEN}.example` })],
    ['method_not_allowed', of => of.call('PUT /api/usage', bearer(TOKEN), ECHO)],
    ['not_found', of => of.call(`GET /${inPath}?key=${inPath}`, bearer(TOKEN))],
    ['upgrade_required', of => of.call('GET /api/live', bearer(TOKEN))],
    ['origin_not_allowed', async of => of.call('GET /api/live', { upgrade: 'websocket', cookie: await cookieOf(of) })],
    ['too_many_tries', guessing],
  ])('%s', async (code, call) => {
    expect(await codeOf(call(api({ vars: TOKEN_MODE })))).toBe(code)
  })

  it.each<Vars>([
    { AUTH_MODE: TOKEN },
    { AUTH_MODE: 'access', ACCESS_TEAM_DOMAIN: `https://${TOKEN}/`, ACCESS_AUD: TOKEN },
    { AUTH_MODE: 'access', ACCESS_TEAM_DOMAIN: SLACK, ACCESS_AUD: TOKEN },
  ])('auth_not_configured, with secrets under the names of other settings: %o', async vars => {
    expect(await codeOf(api({ vars: { ...SECRETS, ...vars } }).call('GET /api/usage'))).toBe('auth_not_configured')
  })

  it('session_not_used', async () => {
    const of = api({ vars: { ...SECRETS, AUTH_MODE: 'open' } })
    expect(await codeOf(of.call('POST /api/session', {}, `{"token":"${TOKEN}"}`))).toBe('session_not_used')
  })

  it('access_certs_unavailable', async () => {
    const access = { AUTH_MODE: 'access', ACCESS_TEAM_DOMAIN: 'team.example', ACCESS_AUD: 'aud' }
    vi.stubGlobal('fetch', failing(new TypeError(ECHO)))
    const jwt = [{ alg: 'RS256', kid: 'k' }, { sub: TOKEN }, TOKEN].map(part => btoa(JSON.stringify(part))).join('.')
    const of = api({ vars: { ...SECRETS, ...access } })
    const header = { 'cf-access-jwt-assertion': jwt.replaceAll('=', '') }
    expect(await codeOf(of.call('GET /api/usage', header))).toBe('access_certs_unavailable')
  })

  const marked = (marks: object) => Object.assign(new Error(ECHO), marks)
  it.each<[string, () => Promise<never>]>([
    ['internal', failing(new Error(ECHO, { cause: ECHO }))],
    ['internal', failing(ECHO)],
    ['tracker_unavailable', failing(marked({ retryable: true }))],
    ['storage_failed', failing(new Error(`SQLITE_FULL: ${ECHO}`))],
    ['history_unavailable', failing(new HistoryUnavailable('failing', ECHO))],
    ['history_needs_migration', failing(new HistoryUnavailable('needs_migration', ECHO))],
  ])('%s, thrown with all secrets in its words', async (code, failed) => {
    const of = api({ vars: TOKEN_MODE, tracker: { ownTicks: failed, watch: failed } })
    expect(await codeOf(of.call('GET /api/history?days=1', bearer(TOKEN)))).toBe(code)
    await Promise.all(of.background)
  })
})

async function cookieOf(of: Api): Promise<string> {
  const response = await of.call('POST /api/session', { origin: ORIGIN }, JSON.stringify({ token: TOKEN }))
  return response.headers.get('set-cookie')?.split(';')[0] ?? ''
}

async function guessing(of: Api): Promise<Response> {
  for (let n = 0; n < 11; n++) await of.call('POST /api/session', {}, JSON.stringify({ token: `${TOKEN}${n}` }))
  return of.call('POST /api/session', {}, JSON.stringify({ token: 'wrong' }))
}

/** A tracker whose receivers and upstream repeat what they are asked. */
async function leakyWorld(vars: Vars = {}): Promise<World> {
  const world = await World.make({
    vars: { ...SECRETS, POLL_COOLDOWN_SECONDS: '0', ALERT_THRESHOLD: '50,80', ...vars },
  })
  world.receiver = ({ url }) => new Response(`Cannot POST ${url}`, { status: 500 })
  return world
}

/** What dashboards and the operator see at the end, and the events of the log. */
async function lookAround(world: World): Promise<void> {
  for (const path of [
    'usage',
    'status',
    'receivers',
    'models',
    'alerts?days=7',
    'history?days=1',
    'history?limit=9',
    'session',
  ]) {
    await world.call(`GET /api/${path}`)
  }
  const dashboard = await world.connect()
  await dashboard.until(() => dashboard.frames.length > 0)
  for (const line of world.logs) events.add((JSON.parse(line) as { event: string }).event)
}

const said = (status: number, body = ECHO) =>
  new Response(body, { status, headers: { 'x-request-id': ADMIN_KEY, 'retry-after': '5', server: ECHO } })
const error = (text: string) => JSON.stringify({ error: { message: `${text} ${ECHO}`, code: ADMIN_KEY } })

describe('no secret is told by the tracker', () => {
  it.each<[string, () => Response | Promise<Response>]>([
    ['upstream_refused', () => said(401, error(`Incorrect API key provided: ${ADMIN_KEY}.`))],
    ['upstream_missing_scope', () => said(403, error('Missing scopes: api.usage.read'))],
    ['upstream_rate_limited', () => said(429)],
    ['upstream_error', () => said(503)],
    ['upstream_unexpected_status', () => said(404)],
    ['upstream_unreachable', () => Promise.reject(new TypeError(ECHO, { cause: ECHO }))],
    ['upstream_malformed', () => said(200)],
    ['upstream_malformed', () => said(200, JSON.stringify({ data: { [ADMIN_KEY]: ADMIN_KEY }, [ADMIN_KEY]: 1 }))],
    ['upstream_timeout', () => new Promise(() => {})],
  ])('when OpenAI answers so that it is %s', async (code, upstream) => {
    const world = await leakyWorld()
    const real = globalThis.setTimeout
    vi.stubGlobal('setTimeout', (work: () => void, ms?: number) => real(work, ms === PAGE_TIMEOUT_MS ? 20 : ms))
    const dashboard = await world.connect()
    world.upstream = upstream
    expect(await codeOf(world.poll().then(({ raw }) => raw))).toBe(code)
    await dashboard.until(() => dashboard.of('status').length > 0)
    // Long enough for the receivers to be told of it.
    await world.run(world.now + 1200)
    expect(world.sent.some(({ body }) => body.includes('tracker is blind'))).toBe(true)
    await lookAround(world)
  })

  it.each<[string, () => Response | Promise<Response>]>([
    ['answers 500', () => said(500)],
    ['answers 404', () => said(404)],
    ['answers 400', () => said(400)],
    ['redirects', () => new Response(ECHO, { status: 302, headers: { location: SLACK } })],
    ['breaks the connection', () => Promise.reject(new TypeError(ECHO, { cause: { code: SLACK } }))],
    ['takes the message', () => new Response(ECHO)],
  ])('when each receiver repeats its own address and %s', async (_, answer) => {
    const world = await leakyWorld()
    world.receiver = async sent => {
      const echoed = await answer()
      const { status, headers } = echoed
      return new Response(
        (await echoed.text()).replace(ECHO, `${sent.body.slice(0, 70)} ${sent.url} ${new URL(sent.url).pathname}`),
        {
          status,
          headers,
        },
      )
    }
    const dashboard = await world.connect()
    world.use({ at: MIDNIGHT, input: 900_000 })
    await world.polled()
    await world.run(world.now + 60)
    await dashboard.until(() => dashboard.of('alert').length > 0)
    expect(new Set(world.sent.map(({ url }) => new URL(url).host)).size).toBe(11)
    await lookAround(world)
  })

  it.each<[string, () => Response | Promise<Response>]>([
    ['takes it', () => new Response(null, { status: 202 })],
    ['refuses it and repeats all', () => said(404)],
    ['breaks the connection', () => Promise.reject(new TypeError(ECHO, { cause: { code: SLACK } }))],
  ])('when a test goes to each receiver, and each %s', async (_, answer) => {
    const world = await leakyWorld()
    world.receiver = async ({ url, body }) => {
      const given = await answer()
      return given.status < 300 ? given : new Response(`${body.slice(0, 90)} ${url}`, { status: given.status })
    }
    const { receivers } = (await world.call<ReceiversView>('GET /api/receivers')).body
    expect(receivers.length).toBe(11)
    for (const { id } of receivers) {
      await world.call(`POST /api/receivers/${id}/test`)
      expect(await codeOf(world.call(`POST /api/receivers/${id}/test`).then(({ raw }) => raw))).toBe('too_many_tests')
    }
    expect(await codeOf(world.call(`POST /api/receivers/${TOKEN}/test`).then(({ raw }) => raw))).toBe(
      'unknown_receiver',
    )
    await lookAround(world)
  })

  it('when settings hold secrets that belong to others', async () => {
    const wrong = {
      CORS_ORIGINS: SLACK,
      MODEL_TIERS: `{"${ADMIN_KEY}":1}`,
      PREMIUM_TIER_LIMIT: TOKEN,
      POLL_CRON: GENERIC,
    }
    const urls = `${SLACK.replace('https', 'http')},https://u:${TOKEN}@a.example/,${TOKEN},https://hooks.slack.com/x/${TOKEN}`
    const world = await leakyWorld({ ...wrong, ALERT_WEBHOOK_URL: urls, ALERT_THRESHOLD: ADMIN_KEY })
    await world.watch()
    await world.run(world.now + 10)
    expect((await world.status()).config_problems.length).toBe(9)
    await lookAround(world)
    await world.redeploy({ OPENAI_ADMIN_KEY: `${ADMIN_KEY} ${TOKEN}` })
    expect(await codeOf(world.poll().then(({ raw }) => raw))).toBe('not_configured')
    await lookAround(world)
  })

  it('when the end of an outage overtakes the news of it', async () => {
    const world = await leakyWorld()
    await world.catchUp()
    world.upstream = () => said(503)
    await world.run(world.now + 3600)
    world.upstream = () => null
    await world.run(world.now + 2 * 3600)
    await lookAround(world)
  })

  it('when storage and D1 fail, days fall, and dates are asked for again', async () => {
    const world = await leakyWorld()
    const use = world.use({ at: MIDNIGHT, input: 600_000 })
    await world.polled()
    await world.catchUp()
    expect(await codeOf(world.call('POST /api/reconcile?date=2027-03-11').then(({ raw }) => raw))).toBe('bad_date')
    await world.call('POST /api/reconcile?date=2027-03-10')
    use.input = 1
    world.now += 60
    await world.polled()
    for (const fault of ['D1_ERROR: CHECK constraint failed', 'D1_ERROR: Network connection lost.']) {
      world.useDb({ prepare: () => ({ bind: () => ({}) }), batch: failing(new Error(fault)) } as unknown as D1Database)
      world.now += 120
      await world.poll()
    }
    await runInDurableObject(world.stub, async (instance, { storage }) => {
      const spy = vi.spyOn(storage, 'transactionSync').mockImplementation(() => {
        throw new Error('disk I/O error')
      })
      world.now += 120
      const outcome = await instance.poll()
      if (!outcome.ok) codes.add(outcome.code)
      spy.mockRestore()
    })
    world.useDb(null)
    await world.run(world.now + 600)
    await lookAround(world)
  })
})

describe('the above', () => {
  const SOURCES: Record<string, string> = import.meta.glob(
    '../../../src/{*.ts,{api,config,history,openai,outbox,receivers,tracker}/**/*.ts}',
    {
      query: '?raw',
      import: 'default',
      eager: true,
    },
  )
  const inSource = (pattern: RegExp) =>
    [
      ...new Set(
        Object.values(SOURCES).flatMap(text => [...text.matchAll(pattern)].map(match => match[1] ?? match[2] ?? '')),
      ),
    ].sort()

  const TESTS: Record<string, string> = import.meta.glob(
    '../{api/headroom,brake/brake,history/lastingFaults,tracker/*}.test.ts',
    {
      query: '?raw',
      import: 'default',
      eager: true,
    },
  )
  /** Each test of the suite is watched for the secrets that it set, so a code may be met in another one. */
  const isMetElsewhere = (word: string) => Object.values(TESTS).some(text => text.includes(word))
  /** Words of ours alone, which repeat nothing: a budget that is used up, and a filter that matches nothing. */
  const CONSTANT = ['filter_matches_nothing', 'postponed']

  it('has met every code that the source can answer with', () => {
    const all = inSource(/new Refusal\(\s*\d+,\s*'(\w+)'|(?<=\bcode: )'(\w+)'/g)
    expect(all.length).toBeGreaterThan(15)
    const missed = all.filter(code => !codes.has(code) && !isMetElsewhere(code))
    expect(missed).toEqual(CONSTANT)
  })

  it('has met every event that the source can log', () => {
    const all = inSource(/(?:event: |logFault\(call, )'(\w+)'/g)
    expect(all.length).toBeGreaterThan(12)
    expect(all.filter(event => !events.has(event) && !isMetElsewhere(event))).toEqual([])
  })
})
