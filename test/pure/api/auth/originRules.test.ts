import { describe, expect, it } from 'vitest'
import {
  allowedOrigin,
  anyoneMayRead,
  corsHeaders,
  isListedOrigin,
  preflightHeaders,
} from '../../../../src/api/auth/cors.ts'
import { isCrossSite, refuseCrossSite } from '../../../../src/api/auth/crossSite.ts'
import { isLiveOrigin, refusedCloseCode } from '../../../../src/api/auth/liveOrigin.ts'
import type { Call } from '../../../../src/api/call.ts'
import { Refusal } from '../../../../src/api/refusal.ts'
import { readConfig, type Vars } from '../../../../src/config/readConfig.ts'

const OWN = 'https://tracker.example'
const LISTED = 'https://team.example'
const TOKEN = { API_TOKEN: '0123456789abcdef0123456789abcdef' }
const config = (vars: Vars) => readConfig(vars)

describe('isCrossSite', () => {
  it.each<[string, string | null, string | null, boolean]>([
    ['curl, which sends neither', null, null, false],
    ['the own page', 'same-origin', OWN, false],
    ['the address bar', 'none', null, false],
    ['the own page behind a proxy that rewrites Host', 'same-origin', 'http://localhost:5173', false],
    ['the own page in a sandbox of its own', 'same-origin', 'null', false],
    ['a neighbour subdomain', 'same-site', 'https://other.tracker.example', true],
    ['another site', 'cross-site', 'https://evil.example', true],
    ['another site that claims to be typed in', 'none', 'https://evil.example', true],
    ['another site in an old browser', null, 'https://evil.example', true],
    ['a sandboxed frame', null, 'null', true],
    ['the own host on another port', null, 'https://tracker.example:8443', true],
    ['the own host over http', null, 'http://tracker.example', true],
    ['an origin that begins like the own', null, 'https://tracker.example.evil', true],
    ['a site value nobody knows yet', 'new-kind', OWN, true],
    ['an empty site value', '', OWN, true],
  ])('%s: %s %s -> %s', (_, fetchSite, origin, expected) => {
    expect(isCrossSite({ fetchSite, origin, ownOrigin: OWN })).toBe(expected)
  })
})

describe('refuseCrossSite', () => {
  const answer = (headers: Record<string, string>, vars: Vars = TOKEN) => {
    const url = new URL(`${OWN}/api/poll`)
    return refuseCrossSite({ request: new Request(url, { headers }), url, config: config(vars) } as Call)
  }

  it.each<[string, Record<string, string>]>([
    ['programs', {}],
    ['the own page', { 'sec-fetch-site': 'same-origin', origin: OWN }],
  ])('lets %s through', (_, headers) => expect(answer(headers)).toBeUndefined())

  it('refuses a page of another origin, and says how to let it in', () => {
    for (const headers of [{ origin: LISTED }, { 'sec-fetch-site': 'cross-site' }]) {
      expect(answer(headers)).toMatchObject({
        status: 403,
        code: 'cross_site',
        detail: expect.stringContaining('list its exact origin in CORS_ORIGINS'),
      })
    }
    expect(
      answer({ origin: LISTED, 'sec-fetch-site': 'cross-site' }, { ...TOKEN, CORS_ORIGINS: LISTED }),
    ).toBeUndefined()
  })
})

describe('preflightHeaders', () => {
  it('name what a script may send, for a day', () => {
    expect(preflightHeaders('/api/usage', 'GET, POST')).toEqual({
      'access-control-allow-methods': 'GET, POST',
      'access-control-allow-headers': 'authorization, content-type, if-none-match',
      'access-control-max-age': '86400',
    })
  })
})

describe('allowedOrigin and corsHeaders', () => {
  it.each<[string, Vars, string, string, string | undefined]>([
    ['off by default', TOKEN, LISTED, 'GET', undefined],
    ['listed', { ...TOKEN, CORS_ORIGINS: LISTED }, LISTED, 'GET', LISTED],
    ['listed, acting', { ...TOKEN, CORS_ORIGINS: LISTED }, LISTED, 'POST', LISTED],
    ['not listed', { ...TOKEN, CORS_ORIGINS: LISTED }, 'https://evil.example', 'GET', undefined],
    ['a longer name', { ...TOKEN, CORS_ORIGINS: LISTED }, `${LISTED}.evil`, 'GET', undefined],
    ['open: anyone reads', { AUTH_MODE: 'open' }, LISTED, 'GET', '*'],
    ['open: anyone asks for headers', { AUTH_MODE: 'open' }, LISTED, 'HEAD', '*'],
    ['open: nobody acts', { AUTH_MODE: 'open' }, LISTED, 'POST', undefined],
    [
      'open with a list: only the list',
      { AUTH_MODE: 'open', CORS_ORIGINS: LISTED },
      'https://x.example',
      'GET',
      undefined,
    ],
    ['a star reads', { ...TOKEN, CORS_ORIGINS: '*' }, LISTED, 'GET', '*'],
    ['a star does not act', { ...TOKEN, CORS_ORIGINS: '*' }, LISTED, 'POST', undefined],
  ])('%s', (_, vars, origin, method, allowed) => {
    const readableBy = allowedOrigin(origin, method, config(vars))
    expect(readableBy).toBe(allowed ?? null)
    const headers = corsHeaders(readableBy)
    expect(headers['access-control-allow-origin']).toBe(allowed)
    expect(headers.vary).toBe('Origin')
    expect(headers['access-control-expose-headers']).toBe(allowed === undefined ? undefined : 'etag, retry-after')
    expect(headers['access-control-allow-credentials']).toBeUndefined()
  })

  it('takes a star for a wish to be read, never for an origin', () => {
    expect(isListedOrigin('*', config({ ...TOKEN, CORS_ORIGINS: '*' }))).toBe(false)
    expect(anyoneMayRead(config({ ...TOKEN, CORS_ORIGINS: '*' }))).toBe(true)
  })
})

describe('isLiveOrigin', () => {
  it.each<[string, Vars, 'open' | 'bearer' | 'session' | 'access' | null, string | null, boolean]>([
    ['session from the own page', TOKEN, 'session', OWN, true],
    ['session without Origin', TOKEN, 'session', null, false],
    ['session from a foreign page', TOKEN, 'session', 'https://evil.example', false],
    ['session from a listed page', { ...TOKEN, CORS_ORIGINS: LISTED }, 'session', LISTED, true],
    ['session with a star', { ...TOKEN, CORS_ORIGINS: '*' }, 'session', LISTED, false],
    ['bearer without Origin', TOKEN, 'bearer', null, true],
    ['bearer with any Origin', TOKEN, 'bearer', 'https://any.example', true],
    ['access from the own page', TOKEN, 'access', OWN, true],
    ['access from a program', TOKEN, 'access', null, true],
    ['access from a foreign page', TOKEN, 'access', 'https://evil.example', false],
    ['open from a program', { AUTH_MODE: 'open' }, 'open', null, true],
    ['open from a foreign page', { AUTH_MODE: 'open' }, 'open', LISTED, false],
    ['open with a star', { AUTH_MODE: 'open', CORS_ORIGINS: '*' }, 'open', LISTED, true],
    ['nobody, foreign', TOKEN, null, LISTED, false],
  ])('%s', (_, vars, by, origin, expected) => {
    const { auth, corsOrigins } = config(vars)
    expect(isLiveOrigin({ fetchSite: null, origin, ownOrigin: OWN }, { by, auth, corsOrigins })).toBe(expected)
  })

  it.each(['session', 'access', 'open', null] as const)(
    'takes the browser’s word for the own page, with %s, where a proxy rewrites Host',
    by => {
      const { auth, corsOrigins } = config(TOKEN)
      const fits = (fetchSite: string) =>
        isLiveOrigin({ fetchSite, origin: LISTED, ownOrigin: OWN }, { by, auth, corsOrigins })
      expect(['same-origin', 'same-site', 'cross-site', 'none', ''].map(fits)).toEqual([
        true,
        false,
        false,
        false,
        false,
      ])
    },
  )
})

describe('refusedCloseCode', () => {
  it.each<[number, string, boolean, number]>([
    [401, 'unauthorized', true, 4401],
    [401, 'unauthorized', false, 4403],
    [403, 'origin_not_allowed', false, 4403],
    [503, 'auth_not_configured', true, 4503],
    [503, 'auth_not_configured', false, 4503],
    [503, 'access_certs_unavailable', true, 1013],
  ])('%i %s, origin fits: %s -> %i', (status, code, fits, expected) => {
    expect(refusedCloseCode(new Refusal(status, code, ''), fits)).toBe(expected)
  })
})
