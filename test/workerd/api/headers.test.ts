import { describe, expect, it } from 'vitest'
import type { Problem } from '../../../src/wire.ts'
import { API_TOKEN, api, bearer, ORIGIN, TOKEN_MODE } from './callApi.ts'

const LISTED = 'https://team.example'
const EVIL = 'https://evil.example'

describe('every answer', () => {
  it.each(['GET /health', 'GET /api/usage', 'POST /api/poll', 'GET /nothing', 'PUT /api/usage', 'OPTIONS /api/usage'])(
    'to %s is guarded against browsers and caches',
    async line => {
      for (const vars of [{}, TOKEN_MODE, { AUTH_MODE: 'open' }]) {
        const headers = Object.fromEntries((await api({ vars }).call(line)).headers)
        expect(headers).toMatchObject({
          'cache-control': 'no-store',
          'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
          'cross-origin-opener-policy': 'same-origin',
          'cross-origin-resource-policy': 'same-origin',
          'referrer-policy': 'no-referrer',
          'strict-transport-security': 'max-age=31536000',
          'x-content-type-options': 'nosniff',
          'x-frame-options': 'DENY',
          vary: 'Origin',
        })
        expect(headers['permissions-policy']).toBeTruthy()
      }
    },
  )

  it('to HEAD is that to GET without the body', async () => {
    const of = api()
    const [get, head] = [await of.call('GET /api/alerts'), await of.call('HEAD /api/alerts')]
    expect(head.status).toBe(200)
    expect(Object.fromEntries(head.headers)).toEqual(Object.fromEntries(get.headers))
    expect(await head.text()).toBe('')
  })

  it.each([
    ['POST /health', 'GET, HEAD, OPTIONS'],
    ['GET /api/poll', 'POST, OPTIONS'],
    ['PUT /api/session', 'GET, HEAD, POST, DELETE, OPTIONS'],
    ['PROPFIND /api/usage', 'GET, HEAD, OPTIONS'],
  ])('to the wrong method %s allows %s', async (line, allow) => {
    const response = await api().call(line)
    expect([response.status, response.headers.get('allow')]).toEqual([405, allow])
    expect(await response.json()).toMatchObject({ code: 'method_not_allowed' })
  })

  it.each<[string, Record<string, string>, string | null]>([
    ['POST /api/poll', {}, null],
    ['POST /api/reconcile?date=x', bearer(), null],
    ['POST /api/session', {}, '{}'],
    ['POST /api/usage', bearer(), null],
    ['POST /nothing', bearer(), null],
  ])('that refuses %s says why once more, as the existing React dashboard reads it', async (line, headers, body) => {
    const problem = await (await api({ vars: TOKEN_MODE }).call(line, headers, body)).json<Problem>()
    expect(problem).toEqual({
      type: 'about:blank',
      title: expect.any(String),
      status: problem.status,
      code: expect.any(String),
      detail: expect.stringMatching(/\w/),
      success: false,
      error: problem.detail,
    })
  })

  it('leaves a socket’s response alone', async () => {
    const response = await api().call('GET /api/live', { upgrade: 'websocket', origin: ORIGIN })
    expect(response.status).toBe(101)
    expect(response.headers.get('vary')).toBeNull()
    response.webSocket?.accept()
    response.webSocket?.close()
  })
})

describe('other origins', () => {
  it.each([
    ['GET /api/usage', LISTED, LISTED],
    ['GET /api/nothing', LISTED, LISTED],
    ['POST /api/poll', LISTED, LISTED],
    ['GET /api/usage', EVIL, null],
    ['GET /api/usage', `${LISTED}:8443`, null],
  ])('%s from %s may be read by %s', async (line, origin, allowed) => {
    const of = api({ vars: { ...TOKEN_MODE, CORS_ORIGINS: LISTED } })
    for (const headers of [{}, bearer()]) {
      const response = await of.call(line, { ...headers, origin })
      expect(response.headers.get('access-control-allow-origin')).toBe(allowed)
      expect(response.headers.get('access-control-allow-credentials')).toBeNull()
    }
  })

  it('get answers of their own, whoever was answered before', async () => {
    const of = api({ vars: { ...TOKEN_MODE, CORS_ORIGINS: `${LISTED},https://other.example` } })
    const readableBy: (string | null)[] = []
    for (const origin of [LISTED, EVIL, 'https://other.example', LISTED, EVIL]) {
      const response = await of.call('GET /api/usage', { ...bearer(), origin })
      readableBy.push(response.headers.get('access-control-allow-origin'))
    }
    expect(readableBy).toEqual([LISTED, null, 'https://other.example', LISTED, null])
  })

  it('ask first, and are told what they may do', async () => {
    const of = api({ vars: { ...TOKEN_MODE, CORS_ORIGINS: LISTED } })
    const asks = { origin: LISTED, 'access-control-request-method': 'GET' }
    const response = await of.call('OPTIONS /api/usage', asks)
    expect(response.status).toBe(204)
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'access-control-allow-origin': LISTED,
      'access-control-allow-methods': 'GET, HEAD, OPTIONS',
      'access-control-allow-headers': 'authorization, content-type, if-none-match',
      'access-control-max-age': '86400',
      'access-control-expose-headers': 'etag, retry-after',
    })
    expect(response.headers.get('content-type')).toBeNull()
    const toMcp = await of.call('OPTIONS /mcp', { origin: LISTED, 'access-control-request-method': 'POST' })
    expect(toMcp.headers.get('access-control-allow-headers')).toContain(', mcp-protocol-version, mcp-method, mcp-name')
  })

  it.each([
    ['GET', '*'],
    ['POST', null],
    ['DELETE', null],
  ])('are told in open mode that %s is for %s', async (method, allowed) => {
    const asks = { origin: EVIL, 'access-control-request-method': method }
    const response = await api().call('OPTIONS /api/session', asks)
    expect(response.headers.get('access-control-allow-origin')).toBe(allowed)
  })

  it.each<[string, Record<string, string>, number]>([
    ['POST /api/poll', { origin: EVIL }, 403],
    ['POST /api/poll', { 'sec-fetch-site': 'cross-site' }, 403],
    ['POST /api/poll', { 'sec-fetch-site': 'same-site', origin: 'https://x.tracker.example' }, 403],
    ['POST /api/poll', { origin: 'null' }, 403],
    ['POST /api/poll', { origin: LISTED, 'sec-fetch-site': 'cross-site' }, 200],
    ['POST /api/poll', { origin: ORIGIN, 'sec-fetch-site': 'same-origin' }, 200],
    // What a proxy that rewrites Host sends on of its own page.
    ['POST /api/poll', { origin: 'http://localhost:5173', 'sec-fetch-site': 'same-origin' }, 200],
    ['POST /api/poll', {}, 200],
    ['POST /api/reconcile', { origin: EVIL }, 403],
    ['DELETE /api/session', { origin: EVIL }, 403],
    ['GET /api/usage', { origin: EVIL, 'sec-fetch-site': 'cross-site' }, 200],
  ])(
    '%s with %o answers %i to a browser that is signed in, and to anybody in open mode',
    async (line, headers, status) => {
      for (const vars of [TOKEN_MODE, { AUTH_MODE: 'open' }]) {
        const of = api({ vars: { ...vars, CORS_ORIGINS: LISTED } })
        const signIn = await of.call('POST /api/session', {}, JSON.stringify({ token: API_TOKEN }))
        const cookie = signIn.headers.get('set-cookie')?.split(';')[0] ?? ''
        const response = await of.call(line, { ...headers, cookie })
        expect(response.status).toBe(status)
        if (status === 403) expect(await response.json()).toMatchObject({ code: 'cross_site' })
        const questions = of.asked.filter(question => !['watch', 'endedSessions'].includes(question))
        expect(questions.length).toBe(status === 200 ? 1 : 0)
      }
    },
  )

  it.each<Record<string, string>>([
    { origin: EVIL },
    { origin: 'null' },
    { origin: EVIL, 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
  ])('are nothing to the bearer of the token: %o', async headers => {
    const of = api({ vars: TOKEN_MODE })
    for (const line of ['POST /api/poll', 'POST /api/reconcile', 'DELETE /api/session']) {
      expect((await of.call(line, { ...bearer(), ...headers })).status, line).toBe(200)
    }
    for (const line of ['POST /api/poll', 'POST /api/reconcile']) {
      expect((await of.call(line, { ...bearer('wrong'), ...headers })).status, line).toBe(401)
    }
    expect((await of.call('DELETE /api/session', { ...bearer('wrong'), ...headers })).status).toBe(403)
    // No mode but `token` knows a token.
    expect((await api().call('POST /api/reconcile', { ...bearer(), ...headers })).status).toBe(403)
  })

  it('learn nothing of their visitor’s cookie, right or wrong: it is not looked at', async () => {
    const of = api({ vars: TOKEN_MODE })
    const signIn = await of.call('POST /api/session', {}, JSON.stringify({ token: API_TOKEN }))
    const cookies = [signIn.headers.get('set-cookie')?.split(';')[0] ?? '', '__Host-usage_session=v1.1.x.x', '']
    const answers = await Promise.all(
      cookies.map(async cookie => (await of.call('POST /api/poll', { origin: EVIL, cookie })).json()),
    )
    expect(answers).toEqual(cookies.map(() => expect.objectContaining({ status: 403, code: 'cross_site' })))
    expect(new Set(answers.map(answer => JSON.stringify(answer))).size).toBe(1)
    expect(of.asked).toEqual(['watch'])
  })
})

describe('secrets', () => {
  const CANARIES = {
    OPENAI_ADMIN_KEY: 'sk-admin-canary-0123456789',
    API_TOKEN,
    ALERT_WEBHOOK_URL: 'https://hooks.slack.com/services/T0CANARY/B0CANARY/canary0123456789',
    ALERT_WEBHOOK_SECRET: `whsec_${btoa('canary-secret-of-24-bytes-or-more')}`,
  }
  const LINES = ['/health', '/ready', '/api/usage', '/api/history', '/api/models', '/api/alerts', '/api/status'].map(
    path => `GET ${path}`,
  )
  const MORE = ['POST /api/poll', 'POST /api/reconcile', 'GET /api/session', 'POST /api/session', 'DELETE /api/session']

  it('are in no answer, body or header, right or wrong', async () => {
    const modes = [{}, { AUTH_MODE: 'open' }, { AUTH_MODE: 'nonsense' }, { AUTH_MODE: 'access', ACCESS_AUD: 'a' }]
    for (const mode of modes) {
      const of = api({ vars: { ...CANARIES, ...mode } })
      for (const line of [...LINES, ...MORE, 'GET /api/live', 'GET /nothing', 'GET /api/history?days=x']) {
        for (const headers of [{}, bearer(), bearer('wrong')]) {
          const body = line === 'POST /api/session' ? JSON.stringify({ token: API_TOKEN }) : null
          const response = await of.call(line, headers, body)
          const seen = JSON.stringify([...response.headers]) + (await response.text())
          for (const canary of [...Object.values(CANARIES), 'T0CANARY', 'canary-secret'])
            expect(seen).not.toContain(canary)
        }
      }
    }
  })
})
