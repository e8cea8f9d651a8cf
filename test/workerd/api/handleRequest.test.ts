import { describe, expect, it } from 'vitest'
import type { Problem } from '../../../src/wire.ts'
import { API_TOKEN, api, bearer, TOKEN_MODE } from './callApi.ts'

describe('handleRequest', () => {
  it.each([
    ['GET /health', 200],
    ['HEAD /health', 200],
    ['POST /health', 405],
    ['GET /ready', 200],
    ['GET /api/usage', 200],
    ['GET /api/usage/', 200],
    ['HEAD /api/usage', 200],
    ['POST /api/usage', 405],
    ['DELETE /api/usage', 405],
    ['GET /api/history', 200],
    ['GET /api/history?days=1', 200],
    ['GET /api/history?days=31', 200],
    ['GET /api/history?days=32', 400],
    ['GET /api/history?days=0', 400],
    ['GET /api/history?days=-1', 400],
    ['GET /api/history?days=abc', 400],
    ['GET /api/history?days=7.5', 400],
    ['GET /api/history?days=', 400],
    ['GET /api/history?days=1&days=2', 400],
    ['GET /api/history?days=92&interval=hour', 200],
    ['GET /api/history?days=93&interval=hour', 400],
    ['GET /api/history?days=400&interval=day', 200],
    ['GET /api/history?days=401&interval=day', 400],
    ['GET /api/history?interval=week', 400],
    ['GET /api/history?interval=day', 200],
    ['GET /api/history?date=2026-02-28', 200],
    ['GET /api/history?date=2026-02-30', 400],
    ['GET /api/history?date=26-02-28', 400],
    ['GET /api/history?date=2026-02-28T00:00:00Z', 400],
    ['GET /api/history?date=2026-02-28&days=3', 400],
    ['GET /api/history?limit=20&offset=0', 200],
    ['GET /api/history?limit=200', 200],
    ['GET /api/history?limit=201', 200],
    ['GET /api/history?limit=0', 400],
    ['GET /api/history?offset=-1', 400],
    ['GET /api/history?offset=5', 200],
    ['GET /api/models', 200],
    ['GET /api/models?date=2026-11-22', 200],
    ['GET /api/models?date=yesterday', 400],
    ['GET /api/alerts', 200],
    ['GET /api/alerts?days=400', 200],
    ['GET /api/alerts?days=401', 400],
    ['GET /api/status', 200],
    ['POST /api/poll', 200],
    ['GET /api/poll', 405],
    ['POST /api/reconcile', 200],
    ['POST /api/reconcile?date=2026-11-22', 200],
    ['POST /api/reconcile?date=2026-13-01', 400],
    ['GET /api/reconcile', 405],
    ['GET /api/live', 426],
    ['POST /api/live', 405],
    ['OPTIONS /api/usage', 204],
    ['GET /api/nothing', 404],
    ['POST /api', 404],
    ['GET /', 404],
    ['GET /favicon.ico', 404],
  ])('%s answers %i, the first time and when its handlers are known', async (line, status) => {
    const { call } = api()
    expect([(await call(line)).status, (await call(line)).status]).toEqual([status, status])
  })

  it('answers as ever after more addresses, and spellings of addresses, than it cares to keep', async () => {
    const { call } = api()
    const statuses = new Set<number>()
    for (let slashes = 0; slashes < 300; slashes++) {
      statuses.add((await call(`GET /api/usage${'/'.repeat(slashes)}`)).status)
      expect((await call(`GET /nothing/${slashes}`)).status).toBe(404)
    }
    statuses.add((await call('GET /api/usage?cb=1')).status)
    expect([...statuses]).toEqual([200])
    expect((await call('POST /api/usage')).status).toBe(405)
  })

  it('keeps /health to two fields', async () => {
    const before = Date.now()
    const body = await (await api().call('GET /health')).json<{ status: string; timestamp: number }>()
    expect(Object.keys(body)).toEqual(['status', 'timestamp'])
    expect(body.status).toBe('ok')
    expect(body.timestamp).toBeGreaterThanOrEqual(before)
  })

  it('asks the one object, by name', async () => {
    const { call, names } = api()
    await call('GET /api/usage')
    expect(new Set(names)).toEqual(new Set(['organization']))
  })

  it('names the parameter, the value and the bound of a bad query', async () => {
    const problem = await (await api().call('GET /api/history?days=32')).json<Problem>()
    expect(problem).toEqual({
      type: 'about:blank',
      title: 'Bad Request',
      status: 400,
      detail:
        'days is "32", but must be a whole number from 1 to 31. Longer spans: up to 92 days with interval=hour, 400 with interval=day.',
      code: 'bad_request',
    })
  })
})

describe('handleRequest in token mode', () => {
  it('takes the whole token and nothing else, whatever was presented before', async () => {
    const { call } = api({ vars: TOKEN_MODE })
    const statusOf = async (token: string) => (await call('GET /api/usage', bearer(token))).status
    const cut = API_TOKEN.slice(0, -1)
    const alike = [`${cut}x`, `x${API_TOKEN.slice(1)}`, API_TOKEN.toUpperCase()]
    const wrong = [...alike, cut, API_TOKEN.slice(1), `${API_TOKEN}0`, API_TOKEN.repeat(2), 'x', '']
    for (const token of wrong) {
      expect([await statusOf(API_TOKEN), await statusOf(token), await statusOf(token)]).toEqual([200, 401, 401])
    }
  })

  const LINES = ['GET /api/usage', 'GET /api/history', 'GET /api/models', 'GET /api/alerts', 'GET /api/status']
  const POSTS = ['POST /api/poll', 'POST /api/reconcile']

  it.each([...LINES, ...POSTS])('%s is for the bearer of the token only', async line => {
    const { call, asked } = api({ vars: TOKEN_MODE })
    const none = await call(line)
    expect([none.status, none.headers.get('www-authenticate')]).toEqual([401, 'Bearer'])
    expect((await call(line, bearer(`${API_TOKEN}x`))).status).toBe(401)
    expect((await call(line, { authorization: API_TOKEN })).status).toBe(401)
    expect(asked).toEqual(['watch'])
    expect((await call(line, bearer())).status).toBe(200)
  })
})
