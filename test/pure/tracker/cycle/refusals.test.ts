import { describe, expect, it } from 'vitest'
import type { UpstreamFault } from '../../../../src/openai/upstreamFault.ts'
import type { Moment } from '../../../../src/tracker/cycle/agenda.ts'
import { failureOf, refusalAt } from '../../../../src/tracker/cycle/refusals.ts'
import { configOf, memoryOf, NOON_S } from '../sampleMemory.ts'

const NOON = NOON_S * 1000
const momentOf = (notBefore = 0, vars = {}): Moment => ({
  now: NOON,
  config: configOf(vars),
  napUntil: 0,
  state: memoryOf({ state: { notBefore } }).state,
})

describe('refusalAt', () => {
  it('lets OpenAI be asked', () => {
    expect(refusalAt(momentOf())).toBe(null)
    expect(refusalAt(momentOf(NOON))).toBe(null)
  })

  it('says how long OpenAI wants to be left alone, in whole seconds that are enough', () => {
    expect(refusalAt(momentOf(NOON + 1))).toEqual({
      ok: false,
      status: 429,
      code: 'upstream_rate_limited',
      detail: 'OpenAI asked not to be asked again for another 1 s',
      retryAfterSeconds: 1,
    })
    expect(refusalAt(momentOf(NOON + 61_000))?.retryAfterSeconds).toBe(61)
  })

  it('names the key that is not set, and how to set it, whatever else holds', () => {
    expect(refusalAt(momentOf(NOON + 9000, { OPENAI_ADMIN_KEY: '' }))).toEqual({
      ok: false,
      status: 503,
      code: 'not_configured',
      detail: 'OPENAI_ADMIN_KEY is required: set an admin key with npx wrangler secret put OPENAI_ADMIN_KEY',
      retryAfterSeconds: null,
    })
  })
})

describe('failureOf', () => {
  it('is a bad gateway with what is wrong and what to do', () => {
    const fault = { kind: 'serverError', status: 500, retryAfterMs: null, requestId: null } as const
    expect(failureOf(fault, momentOf())).toEqual({
      ok: false,
      status: 502,
      code: 'upstream_error',
      detail:
        'OpenAI answers with status 500. ' +
        'Nothing to do: the tracker tries again. See https://status.openai.com/ if it stays.',
      retryAfterSeconds: null,
    })
  })

  it('passes a rate limit on, with the time to wait', () => {
    const fault = { kind: 'rateLimited', status: 429, retryAfterMs: 5000, requestId: null } as const
    expect(failureOf(fault, momentOf(NOON + 4_001))).toMatchObject({
      status: 429,
      code: 'upstream_rate_limited',
      retryAfterSeconds: 5,
    })
  })

  it.each<[number, UpstreamFault]>([
    [429, { kind: 'noCredit', status: 429, requestId: null }],
    [503, { kind: 'postponed' }],
    [502, { kind: 'unreachable' }],
    [502, { kind: 'refused', status: 401, missingScope: null, requestId: null }],
    [502, { kind: 'malformed', detail: 'x', requestId: null }],
  ])('is %i for %o', (status, fault) => expect(failureOf(fault, momentOf()).status).toBe(status))
})
