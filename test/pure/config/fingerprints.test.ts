import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readConfig, type Vars } from '../../../src/config/readConfig.ts'

const upstream = (vars: Vars) => readConfig(vars).upstreamFingerprint
const receivers = (urls: readonly string[]) => readConfig({ ALERT_WEBHOOK_URL: urls.join(',') }).receiversFingerprint

describe('upstreamFingerprint', () => {
  const settings = fc.record({
    OPENAI_ADMIN_KEY: fc.constantFrom('', 'sk-a', 'sk-b', 'sk-ab'),
    OPENAI_BASE_URL: fc.constantFrom('', 'https://a.example', 'https://a.example/b'),
    OPENAI_PROJECT_IDS: fc.constantFrom('', 'proj_a', 'proj_b', 'proj_a,proj_b', 'proj_ab'),
  })

  it('is equal for equal settings, and for no others', () => {
    fc.assert(
      fc.property(settings, settings, (one, other) => {
        const equal = JSON.stringify(one) === JSON.stringify(other)
        expect(upstream(one) === upstream(other)).toBe(equal)
        expect(upstream(one)).toMatch(/^[0-9a-f]{12}$/)
      }),
    )
  })

  it.each<[string, Vars, Vars]>([
    ['the order of projects', { OPENAI_PROJECT_IDS: 'proj_b,proj_a' }, { OPENAI_PROJECT_IDS: '["proj_a","proj_b"]' }],
    ['quotes', { OPENAI_ADMIN_KEY: '"sk-a"' }, { OPENAI_ADMIN_KEY: 'sk-a' }],
    ['a default that is written out', { OPENAI_BASE_URL: 'https://api.openai.com/v1/' }, {}],
    ['what has nothing to do with OpenAI', { ALERT_THRESHOLD: '50', ALERT_WEBHOOK_URL: 'https://a.example/x' }, {}],
  ])('does not depend on %s', (_what, one, other) => {
    expect(upstream(one)).toBe(upstream(other))
  })

  it('is what installations have stored: another one would end the backoff of all at an upgrade', () => {
    expect(upstream({ OPENAI_ADMIN_KEY: 'sk-a', OPENAI_PROJECT_IDS: 'proj_b,proj_a' })).toBe('71aeb47578b3')
  })
})

describe('receiversFingerprint', () => {
  const urls = fc.shuffledSubarray(['https://a.example/x', 'https://a.example/y', 'slack+https://a.example/x'])

  it('is equal for the same receivers in any order, and for no others', () => {
    fc.assert(
      fc.property(urls, urls, (one, other) => {
        const equal = [...one].sort().join() === [...other].sort().join()
        expect(receivers(one) === receivers(other)).toBe(equal)
        expect(receivers(one)).toMatch(/^[0-9a-f]{12}$/)
        expect(receivers([...one].reverse())).toBe(receivers(one))
      }),
    )
  })
})
