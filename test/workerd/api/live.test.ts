import { describe, expect, it } from 'vitest'
import type { Vars } from '../../../src/config/readConfig.ts'
import { API_TOKEN, api, bearer, ORIGIN, TOKEN_MODE } from './callApi.ts'

const LISTED = 'https://team.example'
const EVIL = 'https://evil.example'
const upgrade = { upgrade: 'websocket' }
const OPEN = { AUTH_MODE: 'open' }
type Credential = 'none' | 'wrong' | 'expired' | 'cookie' | 'bearer'

/** What a client sees: the close code, the HTTP status of a refusal, or `open` when the object's socket came through. */
async function outcome(vars: Vars, credential: Credential, origin: string | null, more: Record<string, string> = {}) {
  const of = api({ vars })
  const headers: Record<string, string> = { ...upgrade, ...more, ...(await credentials(of, credential)) }
  if (origin !== null) headers.origin = origin
  of.asked.length = 0
  const response = await of.call('GET /api/live', headers)
  const result = response.webSocket === null ? response.status : await firstOf(response.webSocket)
  expect(of.asked.includes('fetch')).toBe(result === 'open')
  return result
}

async function credentials(of: ReturnType<typeof api>, credential: Credential): Promise<Record<string, string>> {
  if (credential === 'none') return {}
  if (credential === 'bearer') return bearer()
  if (credential === 'wrong') return bearer('wrong')
  if (credential === 'expired') return { cookie: `__Host-usage_session=v1.1.${'A'.repeat(22)}.${'A'.repeat(43)}` }
  const signedIn = await of.call('POST /api/session', {}, JSON.stringify({ token: API_TOKEN }))
  return { cookie: signedIn.headers.get('set-cookie')?.split(';')[0] ?? '' }
}

function firstOf(socket: WebSocket): Promise<number | 'open'> {
  return new Promise((resolve, reject) => {
    setTimeout(() => reject(new Error('the socket neither spoke nor closed within 2 s')), 2000)
    socket.addEventListener('message', () => resolve('open'))
    socket.addEventListener('close', ({ code }) => resolve(code))
    socket.accept()
  })
}

describe('GET /api/live', () => {
  it.each<[string, Vars, Credential, string | null, number | 'open']>([
    ['token', TOKEN_MODE, 'none', ORIGIN, 4401],
    ['token', TOKEN_MODE, 'none', EVIL, 4403],
    ['token', TOKEN_MODE, 'none', null, 401],
    ['token', TOKEN_MODE, 'wrong', ORIGIN, 4401],
    ['token', TOKEN_MODE, 'wrong', null, 401],
    ['token', TOKEN_MODE, 'expired', ORIGIN, 4401],
    ['token', TOKEN_MODE, 'expired', EVIL, 4403],
    ['token', TOKEN_MODE, 'expired', null, 401],
    ['token', TOKEN_MODE, 'cookie', ORIGIN, 'open'],
    ['token', TOKEN_MODE, 'cookie', EVIL, 4403],
    ['token', TOKEN_MODE, 'cookie', 'null', 4403],
    ['token', TOKEN_MODE, 'cookie', 'http://tracker.example', 4403],
    ['token', TOKEN_MODE, 'cookie', `${ORIGIN}.evil`, 4403],
    ['token', TOKEN_MODE, 'cookie', null, 403],
    ['token', { ...TOKEN_MODE, CORS_ORIGINS: LISTED }, 'cookie', LISTED, 'open'],
    ['token', { ...TOKEN_MODE, CORS_ORIGINS: '*' }, 'cookie', LISTED, 4403],
    ['token', TOKEN_MODE, 'bearer', null, 'open'],
    ['token', TOKEN_MODE, 'bearer', EVIL, 'open'],
    ['open', OPEN, 'none', ORIGIN, 'open'],
    ['open', OPEN, 'none', null, 'open'],
    ['open', OPEN, 'none', EVIL, 4403],
    ['open', { ...OPEN, CORS_ORIGINS: LISTED }, 'none', LISTED, 'open'],
    ['open', { ...OPEN, CORS_ORIGINS: '*' }, 'none', LISTED, 'open'],
    ['locked', {}, 'none', ORIGIN, 4503],
    ['locked', {}, 'none', EVIL, 4503],
    ['locked', {}, 'none', null, 503],
    ['locked', { API_TOKEN: 'short' }, 'bearer', null, 503],
  ])('in %s mode %o, credential %s, origin %s: %s', async (_, vars, credential, origin, expected) => {
    expect(await outcome(vars, credential, origin)).toBe(expected)
  })

  it.each<[Credential, string, number | 'open']>([
    ['cookie', 'same-origin', 'open'],
    ['cookie', 'same-site', 4403],
    ['cookie', 'cross-site', 4403],
    ['none', 'same-origin', 4401],
    ['none', 'cross-site', 4403],
  ])('behind a proxy that rewrites Host, credential %s, Sec-Fetch-Site %s: %s', async (credential, site, expected) => {
    expect(await outcome(TOKEN_MODE, credential, 'http://localhost:5173', { 'sec-fetch-site': site })).toBe(expected)
  })

  it('tells the object when the session ends, whatever the client claims, and nothing of its secrets', async () => {
    const of = api({ vars: TOKEN_MODE })
    const cookie = await credentials(of, 'cookie')
    const forged = { ...upgrade, origin: ORIGIN, 'x-session-expires-at': '9999999999', 'x-session-id': 'another' }
    await of.call('GET /api/live', { ...forged, ...cookie })
    await of.call('GET /api/live', { ...forged, ...bearer() })
    const [session, program] = of.upgrades.map(request => Object.fromEntries(request.headers))
    expect(Number(session?.['x-session-expires-at']) - Date.now() / 1000).toBeCloseTo(43_200, -1)
    expect(Object.keys(session ?? {}).sort()).toEqual(['upgrade', 'x-session-expires-at', 'x-session-id'])
    expect(session?.['x-session-id']).toBe(cookie.cookie?.split('.')[2])
    expect(program).toEqual({ upgrade: 'websocket' })
  })

  it('explains itself to a plain GET', async () => {
    const response = await api().call('GET /api/live')
    expect([response.status, response.headers.get('upgrade')]).toEqual([426, 'websocket'])
    expect((await api({ vars: TOKEN_MODE }).call('GET /api/live')).status).toBe(401)
    expect((await api().call('HEAD /api/live', upgrade)).status).toBe(426)
  })
})
