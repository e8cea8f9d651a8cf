import { describe, expect, it } from 'vitest'
import { faultOfStatus } from '../../../src/openai/faultOfStatus.ts'
import {
  faultWords,
  isRefusal,
  requestIdOf,
  retryAfterOf,
  type UpstreamFault,
} from '../../../src/openai/upstreamFault.ts'

const NOW = Date.parse('2026-11-18T15:30:20Z')
const KEY = 'sk-admin-canary'
const faultOf = (status: number, body = '', headers: Record<string, string> = {}) =>
  faultOfStatus({ status, headers: new Headers(headers), body, requestId: 'req_1' }, NOW)
const envelope = (error: object) =>
  JSON.stringify({ error: { message: `with ${KEY}`, type: '', param: null, ...error } })

describe('faultOfStatus', () => {
  it('has a fault with words for every status, and takes nothing of the body into them', () => {
    const bodies = [
      envelope({ message: `Incorrect API key provided: ${KEY}` }),
      envelope({ code: 'insufficient_quota' }),
      envelope({ code: 'ip_not_authorized' }),
      envelope({ code: 'unsupported_country_region_territory' }),
      `{"error":"Missing scopes: ${KEY}"}`,
      `{"error":["${KEY}"]}`,
      '{"error":null}',
      'null',
      '<html>',
      '',
    ]
    for (let status = 201; status < 600; status++) {
      for (const text of bodies) {
        const fault = faultOf(status, text)
        const words = faultWords(fault)
        expect(JSON.stringify([fault, words])).not.toContain(KEY)
        expect(words.code).toMatch(/^upstream_/)
        expect([words.message.length > 0, words.action.length > 0]).toEqual([true, true])
      }
    }
  })

  const region = envelope({ code: 'unsupported_country_region_territory' })
  const address = envelope({ code: 'ip_not_authorized' })
  const credit = envelope({ code: 'insufficient_quota' })
  it.each<[number, string, UpstreamFault['kind']]>([
    [401, '', 'refused'],
    [403, '', 'refused'],
    [401, envelope({ code: 'invalid_api_key' }), 'refused'],
    [401, envelope({ code: null }), 'refused'],
    [401, '{"error":"Missing scopes: api.usage.read"}', 'refused'],
    [403, region, 'regionBlocked'],
    [401, region, 'regionBlocked'],
    [403, envelope({ code: null, message: 'Country, region, or territory not supported' }), 'regionBlocked'],
    [403, envelope({ type: 'unsupported_country_region_territory' }), 'regionBlocked'],
    [403, '{"error":"unsupported_country_region_territory"}', 'regionBlocked'],
    [401, address, 'ipBlocked'],
    [403, address, 'ipBlocked'],
    [401, envelope({ message: 'Your IP is not authorized to access this resource.' }), 'ipBlocked'],
    [429, '', 'rateLimited'],
    [429, envelope({ code: 'rate_limit_exceeded' }), 'rateLimited'],
    [429, credit, 'noCredit'],
    [429, envelope({ type: 'insufficient_quota', code: null }), 'noCredit'],
    [429, envelope({ message: 'You exceeded your current quota, please check your plan.' }), 'noCredit'],
    // The words count in the error alone, and under their own status alone.
    [403, '{"hint":"unsupported_country_region_territory","error":{"param":"ip_not_authorized"}}', 'refused'],
    [403, '<html>unsupported_country_region_territory', 'refused'],
    [403, credit, 'refused'],
    [429, region, 'rateLimited'],
    [500, address, 'serverError'],
    [404, credit, 'unexpectedStatus'],
    [302, '', 'unexpectedStatus'],
    [400, '', 'unexpectedStatus'],
    [408, '', 'serverError'],
    [409, '', 'serverError'],
    [500, '', 'serverError'],
    [503, '', 'serverError'],
    [599, '', 'serverError'],
  ])('%i %s is %s', (status, text, kind) => expect(faultOf(status, text).kind).toBe(kind))

  it.each([401, 403])('names the missing scope of a %i, whatever its form', status => {
    for (const text of [
      '{"error":"Missing scopes: api.usage.read"}',
      '{"error":"Missing scope: api.usage.read"}',
      '{"error":"Missing scopes:   api.usage.read"}',
      '{"error":{"message":"You have insufficient permissions. Missing scopes: api.usage.read. Check..."}}',
    ]) {
      expect(faultOf(status, text)).toEqual({
        ...{ kind: 'refused', status, missingScope: 'api.usage.read', requestId: 'req_1' },
      })
    }
  })

  it.each([
    [{ 'retry-after': '20' }, 20_000],
    [{ 'retry-after': '0.5' }, 500],
    [{ 'retry-after': 'Wed, 18 Nov 2026 15:31:00 GMT' }, 40_000],
    [{ 'retry-after': 'Wed, 18 Nov 2026 15:30:00 GMT' }, null],
    [{ 'retry-after-ms': '1500' }, 1500],
    [{ 'retry-after-ms': '1500', 'retry-after': '20' }, 1500],
    [{ 'retry-after-ms': 'Infinity', 'retry-after': '20' }, 20_000],
    [{ 'retry-after-ms': '-1', 'retry-after': '20' }, 20_000],
    [{ 'retry-after': 'soon' }, null],
    [{ 'retry-after': '-5' }, null],
    [{ 'retry-after-ms': '0', 'retry-after': '20' }, 20_000],
    [{ 'retry-after': '0' }, null],
    [{}, null],
  ])('of %j is to be waited %s ms', (headers, retryAfterMs) => {
    for (const status of [429, 503]) {
      const fault = faultOf(status, '', headers as Record<string, string>)
      expect([fault, retryAfterOf(fault)]).toMatchObject([{ retryAfterMs }, retryAfterMs])
    }
  })

  it('does not wait for what a refusal for want of credit asks: it is no limit of a rate', () => {
    expect(retryAfterOf(faultOf(429, credit, { 'retry-after': '20' }))).toBeNull()
  })
})

describe('faultWords', () => {
  const requestId = 'req_1'
  const retryAfterMs = 2000
  it.each<[UpstreamFault, string, RegExp, RegExp, 'lasts'?]>([
    [
      { kind: 'refused', status: 403, missingScope: 'api.usage.read', requestId },
      'upstream_missing_scope',
      /refuses the admin key: it lacks the scope api\.usage\.read/,
      /wrangler secret put OPENAI_ADMIN_KEY/,
      'lasts',
    ],
    [
      { kind: 'refused', status: 401, missingScope: null, requestId },
      'upstream_refused',
      /refuses the admin key \(401\): it is wrong/,
      /not a project key\) at https:\/\/\S+ and set it: npx wrangler secret put OPENAI_ADMIN_KEY/,
      'lasts',
    ],
    [
      { kind: 'regionBlocked', status: 403, requestId },
      'upstream_region_blocked',
      /serves nobody in the region where the tracker runs, and refuses its requests \(403\)/,
      /LOCATION_HINT .*deploy under another name/,
      'lasts',
    ],
    [
      { kind: 'ipBlocked', status: 401, requestId },
      'upstream_ip_blocked',
      /refuses the address from which the tracker asks \(401\).*IP allowlist/,
      /no fixed address: open the IP allowlist .*OPENAI_BASE_URL/,
      'lasts',
    ],
    [
      { kind: 'noCredit', status: 429, requestId },
      'upstream_quota',
      /no credit left .*\(429\)\. This is no rate limit/,
      /Add credit .*billing/,
    ],
    [
      { kind: 'rateLimited', status: 429, retryAfterMs, requestId },
      'upstream_rate_limited',
      /\(429\)/,
      /^Nothing to do.*\(POLL_CRON\)/,
    ],
    [{ kind: 'serverError', status: 503, retryAfterMs, requestId }, 'upstream_error', /503/, /status\.openai\.com/],
    [
      { kind: 'unexpectedStatus', status: 404, requestId },
      'upstream_unexpected_status',
      /404/,
      /OPENAI_BASE_URL/,
      'lasts',
    ],
    [{ kind: 'unreachable' }, 'upstream_unreachable', /cannot be reached/, /OPENAI_BASE_URL/],
    [{ kind: 'timedOut', afterMs: 20_000 }, 'upstream_timeout', /within 20 s/, /tries again/],
    [
      { kind: 'malformed', detail: 'has_more is not boolean', requestId },
      'upstream_malformed',
      /: has_more is not boolean\. The numbers stay/,
      /OPENAI_BASE_URL/,
    ],
    [{ kind: 'postponed' }, 'postponed', /waits for the next wake: this one has used its requests/, /^Nothing to do/],
  ])('tells of %j what is wrong and what to do', (fault, code, message, action, lasts) => {
    expect(faultWords(fault)).toEqual({
      code,
      message: expect.stringMatching(message),
      action: expect.stringMatching(action),
    })
    expect(requestIdOf(fault)).toBe('requestId' in fault ? requestId : null)
    expect(isRefusal(fault)).toBe(lasts === 'lasts')
    expect(retryAfterOf(fault)).toBe('retryAfterMs' in fault ? retryAfterMs : null)
  })
})
