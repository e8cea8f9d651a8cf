import { generateKeyPair } from 'jose'
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import type { Problem } from '../../../src/wire.ts'
import { ACCESS, AccessTeam, AUD, assertion, CERTS } from './accessTeam.ts'
import { api, ORIGIN } from './callApi.ts'

let team: AccessTeam
let stranger: CryptoKey

beforeAll(async () => {
  team = await AccessTeam.make()
  stranger = (await generateKeyPair('RS256')).privateKey
})

afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

const jwt: AccessTeam['jwt'] = claims => team.jwt(claims)

describe('access mode', () => {
  it('lets in whom the team has signed, and reads the certificates once', async () => {
    const fetched = team.answers()
    const of = api({ vars: ACCESS })
    expect((await of.call('GET /api/usage', assertion(await jwt()))).status).toBe(200)
    expect((await of.call('POST /api/poll', assertion(await jwt({ audience: ['other', AUD] })))).status).toBe(200)
    expect(fetched.mock.calls.map(([url]) => String(url))).toEqual([CERTS])
  })

  it.each<[string, () => Promise<string>]>([
    ['expired', () => jwt({ expires: -10 })],
    ['not valid yet', () => jwt({ notBefore: 60 })],
    ['for another application', () => jwt({ audience: 'another' })],
    ['of another team', () => jwt({ issuer: 'https://evil.cloudflareaccess.com' })],
    ['signed by a stranger', () => jwt({ by: stranger })],
    ['signed with an unknown key', () => jwt({ kid: 'k2' })],
    ['signed by a key of the team in another way', () => jwt({ alg: 'ES256', kid: 'e1' })],
    ['no JWT', async () => 'yes'],
    ['empty', async () => ''],
    ['unsigned', async () => unsigned(await jwt(), { alg: 'none' })],
    ['signed with the public key as a secret', async () => unsigned(await jwt(), { alg: 'HS256', kid: 'k1' })],
    ['without an end', () => jwt({ expires: null })],
  ])('refuses a token that is %s', async (_, make) => {
    team.answers()
    const of = api({ vars: ACCESS })
    const response = await of.call('GET /api/usage', assertion(await make()))
    expect(await response.json<Problem>()).toMatchObject({ status: 401, code: 'unauthorized' })
    expect(of.asked).toEqual(['watch'])
  })

  it('refuses without the header, and does not take a bearer or a cookie for it', async () => {
    const fetched = team.answers()
    const of = api({ vars: { ...ACCESS, API_TOKEN: 'x'.repeat(32) } })
    const token = await jwt()
    expect((await of.call('GET /api/usage')).status).toBe(401)
    expect((await of.call('GET /api/usage', { authorization: `Bearer ${'x'.repeat(32)}` })).status).toBe(401)
    expect((await of.call('GET /api/usage', { cookie: `CF_Authorization=${token}` })).status).toBe(401)
    expect(fetched).not.toHaveBeenCalled()
  })

  it.each<[string, () => Response | Promise<Response>]>([
    ['does not answer', () => Promise.reject(new TypeError('no route'))],
    ['fails', () => new Response('down', { status: 500 })],
    ['answers a page', () => new Response('<html>', { status: 200 })],
    ['answers other JSON', () => Response.json({})],
  ])('says 503, not 401, when the team %s', async (_, answer) => {
    team.answers(answer)
    const of = api({ vars: ACCESS })
    const response = await of.call('GET /api/usage', assertion(await jwt()))
    expect(await response.json<Problem>()).toMatchObject({ status: 503, code: 'access_certs_unavailable' })
    expect(response.headers.get('retry-after')).toBe('10')
    expect(of.asked).toEqual(['watch'])
  })

  it('takes a new key of the team at once, and the old one no longer than its certificates live here', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.UTC(2026, 10, 23, 12) })
    const rotating = await AccessTeam.make()
    const fetched = rotating.answers()
    const of = api({ vars: ACCESS })
    const statusOf = async (kid: string) =>
      (await of.call('GET /api/usage', assertion(await rotating.jwt({ kid })))).status
    expect(await statusOf('k1')).toBe(200)
    await rotating.publish('k2', 'RS256')
    rotating.withdraw('k1')
    // Sooner than 30 s after the last look nobody can make it look again.
    expect(await statusOf('k2')).toBe(401)
    expect(fetched).toHaveBeenCalledTimes(1)
    vi.advanceTimersByTime(31_000)
    expect([await statusOf('k2'), await statusOf('k1')]).toEqual([200, 401])
    expect(fetched).toHaveBeenCalledTimes(2)
  })

  it('lets nobody in by an old key once the certificates are old and cannot be read again', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.UTC(2026, 10, 23, 12) })
    team.answers()
    const of = api({ vars: ACCESS })
    const call = async () => (await of.call('GET /api/usage', assertion(await jwt()))).status
    expect(await call()).toBe(200)
    team.answers(() => new Response('down', { status: 503 }))
    expect(await call()).toBe(200)
    vi.advanceTimersByTime(601_000)
    expect(await call()).toBe(503)
    team.answers()
    vi.advanceTimersByTime(31_000)
    expect(await call()).toBe(200)
  })

  it('hands the end of the token to the object with the socket', async () => {
    team.answers()
    const of = api({ vars: ACCESS })
    const headers = { upgrade: 'websocket', origin: ORIGIN, ...assertion(await jwt({ expires: 600 })) }
    expect((await of.call('GET /api/live', headers)).status).toBe(101)
    const expiry = Number(of.upgrades[0]?.headers.get('x-session-expires-at'))
    expect(expiry - Date.now() / 1000).toBeCloseTo(600, -1)
    expect(of.upgrades[0]?.headers.get('cf-access-jwt-assertion')).toBeNull()
  })
})

function unsigned(token: string, header: object): string {
  const encode = (value: object) => btoa(JSON.stringify(value)).replace(/=+$/, '')
  return `${encode(header)}.${token.split('.')[1]}.`
}
