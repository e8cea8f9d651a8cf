import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { accessCerts } from '../../../src/api/auth/accessJwt.ts'
import { type Config, readConfig, VAR_NAMES } from '../../../src/config/readConfig.ts'
import { usageUrl } from '../../../src/openai/usageQuery.ts'
import { standardHeaders } from '../../../src/receivers/standardHeaders.ts'
import { blindAt, nextSlot } from '../../../src/tracker/cycle/schedule.ts'
import { anyCron, anyTomlVars, anyVars } from './anyVars.ts'
import { fuzzed, fuzzTimeout } from './fuzzed.ts'

const NOW = Date.UTC(2027, 2, 10, 12)
const YEAR_MS = 366 * 86_400_000

/** Everything that the Worker and the object do with a value of the configuration before any answer comes. */
function use(config: Config): void {
  const address = new URL(usageUrl(config.baseUrl, { width: '1d', start: 0, end: null }, config.projectIds, PAGE))
  expect(address.protocol).toMatch(/^https?:$/)
  expect([address.username, address.password, address.hash]).toEqual(['', '', ''])
  expect(address.pathname).toMatch(/\/organization\/usage\/completions$/)
  expect(address.searchParams.get('start_time')).toBe('0')
  for (const id of config.projectIds) expect(id).toMatch(/^proj_[\w-]+$/)
  new Headers({ authorization: `Bearer ${config.adminKey?.reveal()}` })
  for (const origin of config.corsOrigins) new Headers({ 'access-control-allow-origin': origin })
  for (const { url, id } of config.channels) {
    expect(new URL(url.reveal()).protocol).toMatch(/^https?:$/)
    expect(id).toMatch(/^(slack|discord|generic)-[0-9a-f]{8}$/)
  }
  standardHeaders('id', '{}', config.webhookSecret, NOW)
  if (config.auth.mode === 'access') accessCerts(config.auth.teamDomain)
  if (config.auth.mode === 'token') expect(config.auth.token.reveal().length).toBeGreaterThanOrEqual(32)
  expect(Object.values(config.limits).every(limit => Number.isSafeInteger(limit) && limit > 0)).toBe(true)
  expect(config.thresholds.length).toBeGreaterThan(0)
  expect(config.thresholds.every(percent => percent > 0 && percent <= 1000)).toBe(true)
  expect(config.pollCooldownMs >= 0 && config.pollCooldownMs <= 3_600_000).toBe(true)
  for (const tier of config.modelTiers.values()) expect(['premium', 'mini']).toContain(tier)
  const slot = nextSlot(config.pollCron, NOW)
  expect(slot).toBeGreaterThan(NOW)
  expect(blindAt(config.pollCron, NOW)).toBeGreaterThan(slot)
}
const PAGE = { cursor: null, buckets: 31 }

describe('readConfig', () => {
  it(
    'gives from any variables values that can be used, and names each that it did not take',
    () => {
      fc.assert(
        fc.property(fc.oneof(anyVars, anyTomlVars), given => {
          const config = readConfig(given)
          use(config)
          for (const { name, message } of [...config.problems.slice(0, 20), ...config.hints.slice(0, 20)]) {
            expect(VAR_NAMES as readonly string[]).toContain(name)
            expect(message).toContain(name)
            expect(message.length).toBeLessThan(320)
          }
          expect(Math.max(config.problems.length, config.hints.length)).toBeLessThanOrEqual(21)
        }),
        fuzzed(300),
      )
    },
    fuzzTimeout(),
  )

  it(
    'takes no time to speak of over a cron expression, whatever it asks for',
    () => {
      fc.assert(
        fc.property(anyCron, value => {
          const before = performance.now()
          const { pollCron } = readConfig({ AUTH_MODE: 'open', POLL_CRON: value })
          expect(nextSlot(pollCron, NOW) - NOW).toBeLessThan(100 * YEAR_MS)
          expect(performance.now() - before).toBeLessThan(2000)
        }),
        fuzzed(200),
      )
    },
    fuzzTimeout(),
  )

  it.each(['localhost', '1.2.3.4.5', '999.999.999.999', 'team.example:99999', 'a b', 'team/x', '[::1]'])(
    'locks for the team domain %j, which is no host, and does not fail at every request',
    domain => {
      const config = readConfig({ AUTH_MODE: 'access', ACCESS_TEAM_DOMAIN: domain, ACCESS_AUD: 'aud' })
      expect(config.auth.mode).toBe('locked')
      expect(config.problems.map(({ name }) => name)).toEqual(['ACCESS_TEAM_DOMAIN'])
    },
  )

  it('takes a team domain in capitals, which tokens never have in their issuer', () => {
    const config = readConfig({ AUTH_MODE: 'access', ACCESS_TEAM_DOMAIN: 'HTTPS://Team.Example/', ACCESS_AUD: 'aud' })
    expect(config.auth).toEqual({ mode: 'access', teamDomain: 'team.example', audience: 'aud' })
  })

  it.each(['https://a.example/?', 'https://a.example/v1#', 'https://:pw@a.example', 'https://@a.example/v1?'])(
    'does not take %j for a base URL: a path behind it would not be one, or the password would be sent',
    value => {
      const config = readConfig({ AUTH_MODE: 'open', OPENAI_BASE_URL: value })
      expect(config.baseUrl).toBe('https://api.openai.com/v1')
      expect(config.problems.map(({ name }) => name)).toEqual(['OPENAI_BASE_URL'])
    },
  )

  it.each([
    'sk-admin-q7Zp3xVt9LmK2wRd',
    'sk-proj-q7',
    'whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3',
    'https://q7Zp3xVt:q7Zp3xVt@hooks.example',
    'https://q7Zp3xVt,q7Zp3xVt@hooks.example',
    '0123456789abcdef0123q7Zp3xVt89abcdef0123456789abcdef',
    'ftp://hooks.slack.com/services/T0/B0/q7Zp3xVtq7Zp3xVtq7Zp3xVt',
  ])('does not repeat %s, a secret that was set under the wrong name', secret => {
    const secretless = VAR_NAMES.filter(name => name !== 'ACCESS_AUD')
    for (const name of secretless) {
      for (const mode of ['token', 'access', 'open']) {
        for (const value of [secret, `"${secret}"`]) {
          const { problems, hints } = readConfig({ AUTH_MODE: mode, [name]: value })
          expect(JSON.stringify([problems, hints]), name).not.toMatch(/q7|MDEyMzQ1/i)
        }
      }
    }
  })

  it('is quick with a value of any length', () => {
    const before = performance.now()
    const longs = ['a', 'a%20', 'a:', 'https://a/', '"', 'a ', '{"a":'].map(part => part.repeat(100_000 / part.length))
    for (const long of longs) {
      readConfig({ AUTH_MODE: long, POLL_CRON: long, OPENAI_BASE_URL: `ftp${long}`, MODEL_TIERS: long })
      readConfig({ OPENAI_PROJECT_IDS: `${long}a`, OPENAI_ADMIN_KEY: `a${long}a` })
    }
    expect(performance.now() - before).toBeLessThan(1000)
  })

  it.each([
    ['AUTH_MODE', 'OPEN', '"OPEN"'],
    ['PREMIUM_TIER_LIMIT', '9'.repeat(30), '9'.repeat(30)],
    ['MODEL_TIERS', '{"gpt-4o-mini-2024-07-18":"large"}', 'gpt-4o-mini-2024-07-18'],
    ['CORS_ORIGINS', 'https://dashboard.team.example/', 'https://dashboard.team.example/'],
  ])('repeats %s = %s, an honest mistake', (name, value, shown) => {
    expect(JSON.stringify(readConfig({ [name]: value }).problems)).toContain(JSON.stringify(shown).slice(1, -1))
  })
})
