import { createScheduledController } from 'cloudflare:test'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { usage } from '../../../src/api/openapi/document/examples.ts'
import worker from '../../../src/index.ts'
import type { PollOutcome } from '../../../src/rpc/trackerStub.ts'
import type { Problem } from '../../../src/wire.ts'
import { leakWatch } from '../security/leakWatch.ts'
import { API_TOKEN, api, bearer } from './callApi.ts'

const lines: string[] = []
beforeEach(() => {
  lines.length = 0
  vi.spyOn(console, 'error').mockImplementation(line => {
    lines.push(String(line))
    leakWatch.saw('the log', String(line))
  })
})
afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

const marked = (marks: object) => Object.assign(new Error('the platform’s words'), marks)

/** Fails the first `times` times. */
function failing(times: number, error: Error) {
  let left = times
  return async () => {
    if (left-- > 0) throw error
    return JSON.stringify(usage)
  }
}

describe('an object that cannot be reached', () => {
  it('is asked once more, through a fresh stub, when that may help', async () => {
    const of = api({ tracker: { usageText: failing(1, marked({ retryable: true })) } })
    expect((await of.call('GET /api/usage')).status).toBe(200)
    expect(of.asked).toEqual(['watch', 'usageText', 'usageText'])
    expect(of.names).toEqual(Array(3).fill('organization'))
  })

  it('is asked for where LOCATION_HINT wants it to be created, whoever asks first', async () => {
    const of = api({ vars: { AUTH_MODE: 'open', LOCATION_HINT: 'weur' } })
    await of.call('GET /api/usage')
    expect(of.names).toEqual(Array(2).fill('organization in weur'))
    await worker.scheduled(createScheduledController(), of.env)
    expect(of.names).toEqual(Array(3).fill('organization in weur'))
  })

  it.each([
    ['GET /api/usage', 2, marked({ retryable: true }), 2],
    ['GET /api/usage', 1, marked({ overloaded: true, retryable: true }), 1],
  ])('%s, failing %i times: 503', async (line, times, error, asked) => {
    const of = api({ tracker: { usageText: failing(times, error) } })
    const response = await of.call(line)
    expect(await response.json<Problem>()).toMatchObject({ status: 503, code: 'tracker_unavailable' })
    expect(response.headers.get('retry-after')).toBe('5')
    expect(of.asked.filter(question => question === 'usageText').length).toBe(asked)
  })

  it('is not asked to act twice', async () => {
    const poll = () => Promise.reject(marked({ retryable: true }))
    const of = api({ tracker: { poll } })
    expect(await (await of.call('POST /api/poll')).json()).toMatchObject({
      code: 'tracker_unavailable',
      success: false,
    })
    expect(of.asked).toEqual(['watch', 'poll'])
  })

  it.each([
    ['database or disk is full: SQLITE_FULL', 'is full'],
    ['attempt to write a readonly database: SQLITE_READONLY', 'is read-only'],
    ['disk I/O error: SQLITE_IOERR (extended: SQLITE_IOERR_WRITE)', 'cannot be read or written'],
    ['unable to open database file: SQLITE_CANTOPEN', 'cannot be read or written'],
  ])('because of its storage says so: %s', async (message, words) => {
    const refuse = () => Promise.reject(Object.assign(new Error(message), { durableObjectReset: true }))
    const of = api({ tracker: { usageText: refuse, poll: refuse } })
    for (const line of ['GET /api/usage', 'POST /api/poll']) {
      const response = await of.call(line)
      const problem = await response.json<Problem>()
      expect(problem).toMatchObject({ status: 503, code: 'storage_failed' })
      expect(problem.detail).toContain(`storage ${words}`)
      expect(response.headers.get('retry-after')).toBe('30')
    }
    expect(lines.every(line => JSON.parse(line).event === 'storage_failed')).toBe(true)
  })

  it('is blind to /ready, and its watchdog call disturbs nobody', async () => {
    const down = () => Promise.reject(marked({ retryable: true }))
    const of = api({ tracker: { watch: down, ready: down } })
    const response = await of.call('GET /ready')
    expect([response.status, await response.json()]).toEqual([503, { status: 'blind' }])
    await Promise.all(of.background)
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ level: 'error', event: 'watch_failed' })
  })
})

describe('an unexpected error', () => {
  it('is logged as one line under an id, and told nobody', async () => {
    const bug = new Error(`cannot read ${API_TOKEN} of undefined`)
    const of = api({ vars: { API_TOKEN }, tracker: { usageText: () => Promise.reject(bug) } })
    const response = await of.call('GET /api/usage', bearer())
    const text = await response.text()
    const id = response.headers.get('x-request-id') ?? 'none'
    expect(JSON.parse(text)).toMatchObject({ status: 500, code: 'internal', title: 'Internal Server Error' })
    expect(text).toContain(id)
    expect(text).not.toContain('cannot read')
    expect(lines.length).toBe(1)
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ event: 'request_failed', request_id: id, path: '/api/usage' })
    expect(lines[0]).toContain('cannot read [redacted] of undefined')
  })
})

describe('POST /api/poll', () => {
  it.each<[PollOutcome & { ok: false }, string | null]>([
    [{ ok: false, status: 502, code: 'upstream_refused', detail: 'refused', retryAfterSeconds: null }, null],
    [{ ok: false, status: 429, code: 'upstream_rate_limited', detail: 'slow', retryAfterSeconds: 17.2 }, '18'],
    [
      {
        ok: false,
        status: 503,
        code: 'not_configured',
        detail: 'OPENAI_ADMIN_KEY is required',
        retryAfterSeconds: null,
      },
      null,
    ],
  ])('passes on %o', async (failure, retryAfter) => {
    const response = await api({ tracker: { poll: async () => failure } }).call('POST /api/poll')
    const { status, code, detail } = failure
    expect(response.headers.get('content-type')).toBe('application/problem+json')
    expect(response.headers.get('retry-after')).toBe(retryAfter)
    expect(await response.json()).toMatchObject({
      type: 'about:blank',
      status,
      code,
      detail,
      success: false,
      error: detail,
    })
  })

  it('reconciles today unless a date is named', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.UTC(2026, 10, 23, 0, 0, 1) })
    const of = api()
    await of.call('POST /api/reconcile')
    await of.call('POST /api/reconcile?date=2026-11-01')
    expect(of.asked).toEqual(['watch', 'reconcile 2026-11-23', 'reconcile 2026-11-01'])
  })
})

describe('the watchdog', () => {
  it('is called by any request, at most every 30 s', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: 1_000_000 })
    const of = api()
    const watched = () => of.asked.filter(question => question === 'watch').length
    await of.call('GET /health')
    await of.call('GET /nothing')
    expect(watched()).toBe(1)
    vi.setSystemTime(1_029_999)
    await of.call('GET /health')
    expect(watched()).toBe(1)
    vi.setSystemTime(1_030_000)
    await of.call('GET /health')
    expect(watched()).toBe(2)
  })

  it('does not let public probes reach the object more than every 5 s', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: 1_000_000 })
    const of = api()
    await of.call('GET /ready')
    await of.call('GET /ready')
    expect(of.asked.filter(question => question === 'ready').length).toBe(1)
    vi.setSystemTime(1_005_000)
    await of.call('GET /ready')
    expect(of.asked.filter(question => question === 'ready').length).toBe(2)
  })
})
