import { afterEach, describe, expect, it, vi } from 'vitest'
import { ENDED_FRESH_MS } from '../../../src/api/auth/endedSessions.ts'
import type { Problem, SessionView } from '../../../src/wire.ts'
import { API_TOKEN, api, bearer, ORIGIN, TOKEN_MODE } from './callApi.ts'

const SIGN_IN = JSON.stringify({ token: API_TOKEN })
const WRONG = JSON.stringify({ token: 'wrong' })
const fromPage = { origin: ORIGIN, 'sec-fetch-site': 'same-origin', 'content-type': 'application/json' }

type Api = ReturnType<typeof api>

async function signIn(of: Api, headers: Record<string, string> = fromPage): Promise<string> {
  const response = await of.call('POST /api/session', headers, SIGN_IN)
  expect(response.status).toBe(200)
  return response.headers.get('set-cookie')?.split(';')[0] ?? ''
}

afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

describe('POST /api/session', () => {
  it('trades the token for a cookie that scripts cannot read and that is not the token', async () => {
    const of = api({ vars: TOKEN_MODE })
    const response = await of.call('POST /api/session', fromPage, SIGN_IN)
    const cookie = response.headers.get('set-cookie') ?? ''
    expect(cookie).toMatch(
      /^__Host-usage_session=v1\.\d+\.[\w-]{22}\.[\w-]{43}; HttpOnly; Secure; SameSite=Strict; Path=\/; Max-Age=43200$/,
    )
    expect(cookie).not.toContain(API_TOKEN)
    const view = await response.json<SessionView>()
    expect(view).toMatchObject({ auth_mode: 'token', authenticated: true })
    expect((view.expires_at ?? 0) - Date.now() / 1000).toBeCloseTo(43_200, -1)
  })

  it('lets the cookie read and act', async () => {
    const of = api({ vars: TOKEN_MODE })
    const cookie = await signIn(of)
    expect((await of.call('GET /api/usage', { cookie })).status).toBe(200)
    expect((await of.call('POST /api/poll', { ...fromPage, cookie })).status).toBe(200)
  })

  it('works over plain http on loopback, under a name that https does not take', async () => {
    const local = api({ vars: TOKEN_MODE, origin: 'http://localhost:8787' })
    const cookie = await signIn(local, { origin: 'http://localhost:8787' })
    expect(cookie).toMatch(/^usage_session=/)
    expect((await local.call('GET /api/usage', { cookie })).status).toBe(200)
    expect((await api({ vars: TOKEN_MODE }).call('GET /api/usage', { cookie })).status).toBe(401)
  })

  it('takes the browser’s word for a page of its own behind a proxy that rewrites Host', async () => {
    const of = api({ vars: TOKEN_MODE })
    const cookie = await signIn(of, { origin: 'http://localhost:5173', 'sec-fetch-site': 'same-origin' })
    expect((await of.call('GET /api/usage', { cookie })).status).toBe(200)
  })

  it.each<[string, Record<string, string>, string, number, string]>([
    ['a wrong token', fromPage, WRONG, 401, 'unauthorized'],
    ['no JSON', fromPage, 'token=x', 400, 'bad_request'],
    ['no token', fromPage, '{}', 400, 'bad_request'],
    ['a token that is no text', fromPage, '{"token":1}', 400, 'bad_request'],
    ['a body over 1 KiB', fromPage, JSON.stringify({ token: 'x'.repeat(1100) }), 413, 'body_too_large'],
    ['another site', { origin: 'https://evil.example' }, SIGN_IN, 403, 'cross_site'],
    ['a neighbour', { 'sec-fetch-site': 'same-site' }, SIGN_IN, 403, 'cross_site'],
    ['a listed origin', { origin: 'https://team.example' }, SIGN_IN, 403, 'cross_site'],
    ['another site that knows the token', { ...bearer(), origin: 'https://evil.example' }, SIGN_IN, 403, 'cross_site'],
  ])('refuses %s', async (_, headers, body, status, code) => {
    const of = api({ vars: { ...TOKEN_MODE, CORS_ORIGINS: 'https://team.example' } })
    const response = await of.call('POST /api/session', headers, body)
    expect(await response.json<Problem>()).toMatchObject({ status, code, success: false })
    expect(response.headers.get('set-cookie')).toBeNull()
  })

  it.each([
    [{ AUTH_MODE: 'open' }, 409, 'session_not_used'],
    [{ AUTH_MODE: 'access', ACCESS_TEAM_DOMAIN: 'team.example', ACCESS_AUD: 'aud' }, 409, 'session_not_used'],
    [{}, 503, 'auth_not_configured'],
  ])('has no use in %o', async (vars, status, code) => {
    const response = await api({ vars }).call('POST /api/session', fromPage, SIGN_IN)
    expect(await response.json<Problem>()).toMatchObject({ status, code })
  })

  it('slows down who guesses, and lets the owner in at any time', async () => {
    const of = api({ vars: TOKEN_MODE })
    const statuses = []
    for (let n = 0; n < 12; n++) statuses.push((await of.call('POST /api/session', fromPage, WRONG)).status)
    expect(statuses).toEqual([...Array(10).fill(401), 429, 429])
    expect(of.waits).toEqual([200, 400, 600, 800, 1000, 1200, 1400])
    const refused = await of.call('POST /api/session', fromPage, WRONG)
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
    expect((await of.call('GET /api/usage', bearer('wrong'))).status).toBe(401)
    const waits = of.waits.length
    await signIn(of)
    expect((await of.call('GET /api/usage', bearer())).status).toBe(200)
    expect(of.waits.length).toBe(waits)
  })
})

describe('a session', () => {
  it('ends after 12 hours', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.UTC(2026, 10, 23) })
    const of = api({ vars: TOKEN_MODE })
    const cookie = await signIn(of)
    vi.setSystemTime(Date.UTC(2026, 10, 23, 11, 59, 59))
    expect((await of.call('GET /api/usage', { cookie })).status).toBe(200)
    vi.setSystemTime(Date.UTC(2026, 10, 23, 12))
    expect((await of.call('GET /api/usage', { cookie })).status).toBe(401)
  })

  it('ends when API_TOKEN is rotated', async () => {
    const cookie = await signIn(api({ vars: TOKEN_MODE }))
    const rotated = api({ vars: { ...TOKEN_MODE, API_TOKEN: 'another-token-0123456789abcdef0123' } })
    expect((await rotated.call('GET /api/usage', { cookie })).status).toBe(401)
  })

  it('ends with DELETE, the copy of its cookie too', async () => {
    const of = api({ vars: TOKEN_MODE })
    const cookie = await signIn(of)
    expect((await of.call('DELETE /api/session', { cookie, origin: 'https://evil.example' })).status).toBe(403)
    expect((await of.call('GET /api/usage', { cookie })).status).toBe(200)
    const response = await of.call('DELETE /api/session', { ...fromPage, cookie })
    expect(await response.json()).toEqual({ auth_mode: 'token', authenticated: false, expires_at: null })
    expect(response.headers.get('set-cookie')).toMatch(/^__Host-usage_session=; .*Max-Age=0$/)
    expect((await of.call('GET /api/usage', { cookie })).status).toBe(401)
  })

  it('is asked about once in 30 s, not at every request, and not for programs with the token', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.UTC(2026, 10, 23) })
    const of = api({ vars: TOKEN_MODE })
    const cookie = await signIn(of)
    const questions = () => of.asked.filter(line => line === 'endedSessions').length
    for (let n = 0; n < 5; n++) await of.call('GET /api/usage', bearer())
    expect(questions()).toBe(0)
    for (let n = 0; n < 5; n++) await of.call('GET /api/usage', { cookie })
    expect(questions()).toBe(1)
    vi.setSystemTime(Date.now() + ENDED_FRESH_MS)
    await of.call('GET /api/usage', { cookie })
    expect(questions()).toBe(2)
  })

  it('opens nothing while nobody can say whether it has ended, and is not said to be over', async () => {
    vi.spyOn(console, 'error').mockImplementation(() => {})
    const unreachable = Object.assign(new Error('Network connection lost.'), { retryable: true })
    const of = api({ vars: TOKEN_MODE, tracker: { endedSessions: () => Promise.reject(unreachable) } })
    const cookie = await signIn(of)
    for (const line of ['GET /api/usage', 'GET /api/session', 'GET /api/live']) {
      const response = await of.call(line, { cookie })
      expect(await response.json<Problem>()).toMatchObject({ status: 503, code: 'tracker_unavailable' })
    }
  })

  it('is not said to be ended when its end could not be kept', async () => {
    vi.spyOn(console, 'error').mockImplementation(() => {})
    const overloaded = Object.assign(new Error('overloaded'), { overloaded: true })
    const of = api({ vars: TOKEN_MODE, tracker: { endSession: () => Promise.reject(overloaded) } })
    const response = await of.call('DELETE /api/session', { ...fromPage, cookie: await signIn(of) })
    expect([response.status, response.headers.get('set-cookie')]).toEqual([503, null])
  })

  it.each<[string, (value: string) => string]>([
    ['a later expiry', value => value.replace(/^v1\.\d+/, 'v1.9999999999')],
    ['another id', value => value.replace(/(v1\.\d+\.)[\w-]{22}/, `$1${'A'.repeat(22)}`)],
    ['no signature', value => value.split('.').slice(0, 3).join('.')],
    ['an empty signature', value => `${value.split('.').slice(0, 3).join('.')}.`],
    ['the token itself', () => API_TOKEN],
    ['nothing', () => ''],
  ])('with %s opens nothing', async (_, forge) => {
    const of = api({ vars: TOKEN_MODE })
    const [name, value = ''] = (await signIn(of)).split('=')
    expect((await of.call('GET /api/usage', { cookie: `${name}=${forge(value)}` })).status).toBe(401)
  })
})

describe('GET /api/session', () => {
  it.each([
    [{ AUTH_MODE: 'open' }, { auth_mode: 'open', authenticated: true, expires_at: null }],
    [TOKEN_MODE, { auth_mode: 'token', authenticated: false, expires_at: null }],
    [{}, { auth_mode: 'locked', authenticated: false, expires_at: null, detail: expect.stringContaining('API_TOKEN') }],
  ])('tells anyone the mode, in %o', async (vars, view) => {
    const of = api({ vars })
    const response = await of.call('GET /api/session')
    expect([response.status, await response.json()]).toEqual([200, view])
    expect(of.asked).toEqual(['watch'])
  })

  it('tells the owner until when', async () => {
    const of = api({ vars: TOKEN_MODE })
    const view = await (await of.call('GET /api/session', { cookie: await signIn(of) })).json<SessionView>()
    expect(view).toMatchObject({ authenticated: true, expires_at: expect.any(Number) })
  })
})
