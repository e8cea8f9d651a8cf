import { describe, expect, it } from 'vitest'
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
    ['POST /api/poll', {}, 200],
    ['POST /api/reconcile', { origin: EVIL }, 403],
    ['DELETE /api/session', { origin: EVIL }, 403],
    ['GET /api/usage', { origin: EVIL, 'sec-fetch-site': 'cross-site' }, 200],
  ])('%s with %o answers %i, whoever is signed in', async (line, headers, status) => {
    for (const vars of [TOKEN_MODE, { AUTH_MODE: 'open' }]) {
      const of = api({ vars: { ...vars, CORS_ORIGINS: LISTED } })
      const response = await of.call(line, { ...bearer(), ...headers })
      expect(response.status).toBe(status)
      if (status === 403) expect(await response.json()).toMatchObject({ code: 'cross_site' })
      expect(of.asked.filter(question => question !== 'watch').length).toBe(status === 200 ? 1 : 0)
    }
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
