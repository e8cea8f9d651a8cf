import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import { ROUTES } from '../../../src/api/routes.ts'
import { anyBytes, anyText } from '../../pure/fuzz/anyBytes.ts'
import { fuzzed, fuzzTimeout } from '../../pure/fuzz/fuzzed.ts'
import { ACCESS, AccessTeam, assertion } from '../api/accessTeam.ts'
import { API_TOKEN, api, bearer, ORIGIN, TOKEN_MODE } from '../api/callApi.ts'
import { World } from '../tracker/world.ts'

// What strangers and broken programs send. Never a 500, never a crash, and no more work than a right request costs.

afterEach(World.end)

const KNOWN = Object.keys(ROUTES)
const path = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...KNOWN) },
  { weight: 1, arbitrary: fc.tuple(fc.constantFrom(...KNOWN), anyText).map(([known, more]) => known + more) },
  { weight: 1, arbitrary: anyText.map(text => `/${text}`) },
)
const name = fc.oneof(fc.constantFrom('days', 'date', 'interval', 'limit', 'offset', 'cb'), anyText)
const date = fc.constantFrom('0000-01-01', '0001-01-01', '9999-12-31', '2024-02-29', '2026-11-31', '2027-03-10', '-1')
const value = fc.oneof(
  anyText,
  date,
  fc.integer().map(String),
  fc.constantFrom('raw', 'hour', 'day', '7', '400', '200', '999999999'),
)
const query = fc
  .array(fc.tuple(name, value), { maxLength: 4 })
  .map(pairs => pairs.map(([key, text]) => `${key}=${text}`).join('&'))
const encoded = fc
  .array(fc.tuple(name, value), { maxLength: 4 })
  .map(pairs => new URLSearchParams(pairs.map(([key, text]) => [key.toWellFormed(), text.toWellFormed()])).toString())
const method = fc.constantFrom('GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'PROPFIND', 'SEARCH', 'get')
/** What a header can carry; the platform refuses the rest before the Worker sees it. */
const headerText = fc
  .oneof(anyText, fc.constantFrom(ORIGIN, 'null', 'websocket', 'Bearer', 'GET', '*', `Bearer ${API_TOKEN}`))
  .map(text => text.replace(/[^\x20-\x7e]/g, '').trim())
const HEADERS = [
  'authorization',
  'cookie',
  'origin',
  'sec-fetch-site',
  'upgrade',
  'cf-access-jwt-assertion',
  'cf-connecting-ip',
  'access-control-request-method',
  'access-control-request-headers',
  'content-type',
  'content-length',
  'if-none-match',
  'x-session-expires-at',
]
const cookie = anyText.map(text => `__Host-usage_session=${text.replace(/[^\x20-\x7e]/g, '')}`)
const headers = fc
  .tuple(fc.dictionary(fc.constantFrom(...HEADERS), headerText), fc.option(cookie, { nil: null }))
  .map(([all, session]) => (session === null ? all : { ...all, cookie: session }))
const body = fc.oneof(
  fc.constant(null),
  anyBytes,
  fc.json().map(text => new TextEncoder().encode(text)),
  anyText.map(token => new TextEncoder().encode(JSON.stringify({ token }))),
  fc.constant('breaks' as const),
)

/** A sender that goes away in the middle of what it sends. */
function broken(): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(to) {
      to.enqueue(new TextEncoder().encode('{"token":'))
      to.error(new TypeError('the sender is gone'))
    },
  })
}

const hasBody = (verb: string) => !['GET', 'HEAD', 'get'].includes(verb)

/** The answer keeps the promises of every answer, and cost the object no more than two questions. */
async function expectSound(of: ReturnType<typeof api>, response: Response): Promise<void> {
  const text = response.webSocket === null ? await response.text() : ''
  if (response.status !== 101) {
    expect(response.headers.get('x-content-type-options')).toBe('nosniff')
    expect(response.headers.get('cache-control')).toBe('no-store')
  }
  // What its package says in the protocol's own words, the contract holds to the document.
  const isRpc = response.status >= 400 && text !== '' && 'jsonrpc' in JSON.parse(text)
  if (response.status >= 400 && text !== '' && !isRpc) {
    expect(response.headers.get('content-type')).toBe('application/problem+json')
    const problem = JSON.parse(text) as { status: number; code: string; detail: string }
    expect([problem.status, problem.code.length > 0]).toEqual([response.status, true])
    expect(problem.detail.length).toBeLessThan(400)
  }
  expect(of.asked.filter(question => question !== 'watch').length).toBeLessThanOrEqual(2)
  expect(of.reads.length).toBeLessThanOrEqual(1)
  response.webSocket?.accept()
  response.webSocket?.close()
}

describe('handleRequest', () => {
  it.each([
    ['a stranger to a locked one', {}],
    ['a stranger', TOKEN_MODE],
    ['everyone', { AUTH_MODE: 'open', CORS_ORIGINS: '*' }],
  ])(
    'answers %s without a fault of its own, whatever is sent',
    async (_, vars) => {
      await fc.assert(
        fc.asyncProperty(
          method,
          path,
          fc.oneof(query, encoded),
          headers,
          body,
          async (verb, at, search, fields, sent) => {
            const of = api({ vars })
            const payload = sent === 'breaks' ? broken() : sent
            const response = await of.call(`${verb} ${at}?${search}`, fields, hasBody(verb) ? payload : null)
            const isLocked = response.status === 503 && Object.keys(vars).length === 0
            expect(response.status < 500 || isLocked, `${response.status}`).toBe(true)
            await expectSound(of, response)
          },
        ),
        fuzzed(300),
      )
    },
    fuzzTimeout(),
  )

  it(
    'names the parameter and the beginning of the value that it refuses',
    async () => {
      const bad = value.filter(text => !/^\d+$/.test(text))
      await fc.assert(
        fc.asyncProperty(fc.constantFrom('days', 'limit'), bad, async (parameter, text) => {
          const search = new URLSearchParams({ [parameter]: text.toWellFormed() })
          const response = await api().call(`GET /api/history?${search}`)
          expect(response.status).toBe(400)
          const { detail } = await response.json<{ detail: string }>()
          expect(detail).toMatch(new RegExp(`^${parameter} is ".*", but must be a whole number from 1 to \\d+\\.`, 's'))
          expect(detail.length).toBeLessThan(300)
        }),
        fuzzed(100),
      )
    },
    fuzzTimeout(),
  )

  it('takes a body that breaks off for a bad one, and not for a fault of its own', async () => {
    const response = await api({ vars: TOKEN_MODE }).call('POST /api/session', {}, broken())
    expect(await response.json()).toMatchObject({ status: 400, code: 'bad_request' })
  })

  it('reads no more of a body than it may, however much is sent', async () => {
    for (const line of ['POST /api/session', 'POST /api/poll', 'POST /api/reconcile', 'PUT /api/usage']) {
      let pulled = 0
      const endless = new ReadableStream({
        pull(to) {
          pulled += 1024
          to.enqueue(new Uint8Array(1024).fill(97))
        },
      })
      const response = await api({ vars: TOKEN_MODE }).call(line, bearer(), endless)
      expect(response.status, line).toBeLessThan(500)
      expect(pulled, line).toBeLessThanOrEqual(8 * 1024)
    }
  })

  it(
    'takes any Access token that the team has not signed for what it is: 401, not a fault of the certificates',
    async () => {
      const team = await AccessTeam.make()
      team.answers()
      const good = await team.jwt()
      const of = api({ vars: ACCESS })
      const part = fc.oneof(
        anyText,
        fc.json().map(text => btoa(text.replace(/[^\x20-\x7e]/g, '')).replace(/=/g, '')),
        fc
          .record(
            {
              alg: fc.oneof(fc.constantFrom('RS256', 'HS256', 'none', 'ES256', 'PS512'), fc.jsonValue()),
              kid: fc.oneof(fc.constantFrom('k1', 'e1', 'k9'), fc.jsonValue()),
              crit: fc.jsonValue(),
              b64: fc.jsonValue(),
              jwk: fc.jsonValue(),
            },
            { requiredKeys: [] },
          )
          .map(header => btoa(JSON.stringify(header).replace(/[^\x20-\x7e]/g, '?')).replace(/=/g, '')),
      )
      const [header = '', claims = '', signature = ''] = good.split('.')
      const forged = fc
        .tuple(
          fc.oneof(part, fc.constant(header)),
          fc.oneof(part, fc.constant(claims)),
          fc.oneof(part, fc.constant(signature)),
        )
        .map(parts => parts.join('.').replace(/[^\x21-\x7e]/g, ''))
        .filter(token => token !== good)
      await fc.assert(
        fc.asyncProperty(forged, async token => {
          const response = await of.call('GET /api/usage', assertion(token))
          expect(await response.json()).toMatchObject({ status: 401, code: 'unauthorized' })
        }),
        fuzzed(100),
      )
      expect((await of.call('GET /api/usage', assertion(good))).status).toBe(200)
    },
    fuzzTimeout(),
  )
})

describe('the tracker behind it', () => {
  it(
    'answers any query about any time, and keeps its alarm',
    async () => {
      const world = await World.make()
      await world.polled()
      await world.catchUp()
      const line = fc
        .tuple(fc.constantFrom('usage', 'history', 'models', 'alerts', 'status', 'session'), fc.oneof(query, encoded))
        .map(([route, search]) => `GET /api/${route}?${search}`)
      await fc.assert(
        fc.asyncProperty(
          fc.oneof(
            line,
            date.map(day => `POST /api/reconcile?date=${day}`),
          ),
          async request => {
            const { status } = await world.call(request)
            expect([200, 400]).toContain(status)
            const alarmAt = await world.alarmAt()
            expect((alarmAt ?? 0) > world.now * 1000 && (alarmAt ?? 0) <= (world.now + 300) * 1000).toBe(true)
          },
        ),
        fuzzed(120),
      )
      world.now += 60
      await world.polled()
    },
    fuzzTimeout(),
  )
})
