import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import type { Problem } from '../../../src/wire.ts'
import { api, ORIGIN } from './callApi.ts'

const TEAM = 'team.cloudflareaccess.com'
const AUD = 'aud-of-this-application'
const ACCESS = { AUTH_MODE: 'access', ACCESS_TEAM_DOMAIN: TEAM, ACCESS_AUD: AUD }
const CERTS = `https://${TEAM}/cdn-cgi/access/certs`

let key: CryptoKey
let stranger: CryptoKey
let elliptic: CryptoKey
let certs: object

beforeAll(async () => {
  const pair = await generateKeyPair('RS256', { extractable: true })
  key = pair.privateKey
  stranger = (await generateKeyPair('RS256')).privateKey
  const other = await generateKeyPair('ES256', { extractable: true })
  elliptic = other.privateKey
  const keys = [
    { ...(await exportJWK(pair.publicKey)), kid: 'k1', alg: 'RS256', use: 'sig' },
    { ...(await exportJWK(other.publicKey)), kid: 'e1', use: 'sig' },
  ]
  certs = { keys }
})

afterEach(() => vi.restoreAllMocks())

function teamAnswers(answer: () => Response | Promise<Response> = () => Response.json(certs)) {
  return vi.spyOn(globalThis, 'fetch').mockImplementation(async () => answer())
}

interface Claims {
  issuer?: string
  audience?: string | string[]
  expires?: number
  notBefore?: number
  alg?: string
  kid?: string
  by?: CryptoKey
}

function jwt(claims: Claims = {}): Promise<string> {
  const now = Math.floor(Date.now() / 1000)
  return new SignJWT({ email: 'owner@example.com' })
    .setProtectedHeader({ alg: claims.alg ?? 'RS256', kid: claims.kid ?? 'k1' })
    .setIssuer(claims.issuer ?? `https://${TEAM}`)
    .setAudience(claims.audience ?? AUD)
    .setIssuedAt(now)
    .setExpirationTime(now + (claims.expires ?? 600))
    .setNotBefore(now + (claims.notBefore ?? 0))
    .sign(claims.by ?? key)
}

const assertion = (token: string) => ({ 'cf-access-jwt-assertion': token })

describe('access mode', () => {
  it('lets in whom the team has signed, and reads the certificates once', async () => {
    const fetched = teamAnswers()
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
    ['signed by a key of the team in another way', () => jwt({ alg: 'ES256', kid: 'e1', by: elliptic })],
    ['no JWT', async () => 'yes'],
    ['empty', async () => ''],
    ['unsigned', async () => unsigned(await jwt(), { alg: 'none' })],
    ['signed with the public key as a secret', async () => unsigned(await jwt(), { alg: 'HS256', kid: 'k1' })],
    ['without an end', withoutEnd],
  ])('refuses a token that is %s', async (_, make) => {
    teamAnswers()
    const of = api({ vars: ACCESS })
    const response = await of.call('GET /api/usage', assertion(await make()))
    expect(await response.json<Problem>()).toMatchObject({ status: 401, code: 'unauthorized' })
    expect(of.asked).toEqual(['watch'])
  })

  it('refuses without the header, and does not take a bearer or a cookie for it', async () => {
    const fetched = teamAnswers()
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
    teamAnswers(answer)
    const of = api({ vars: ACCESS })
    const response = await of.call('GET /api/usage', assertion(await jwt()))
    expect(await response.json<Problem>()).toMatchObject({ status: 503, code: 'access_certs_unavailable' })
    expect(response.headers.get('retry-after')).toBe('10')
    expect(of.asked).toEqual(['watch'])
  })

  it('hands the end of the token to the object with the socket', async () => {
    teamAnswers()
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

function withoutEnd(): Promise<string> {
  return new SignJWT({})
    .setProtectedHeader({ alg: 'RS256', kid: 'k1' })
    .setIssuer(`https://${TEAM}`)
    .setAudience(AUD)
    .sign(key)
}
