import { describe, expect, it } from 'vitest'
import { readConfig, type Vars } from '../../../src/config/readConfig.ts'

const read = (vars: Vars) => readConfig({ AUTH_MODE: 'open', ...vars })

describe('problems of readConfig', () => {
  it.each<[Vars, string]>([
    [
      { PREMIUM_TIER_LIMIT: 'many' },
      'PREMIUM_TIER_LIMIT is "many", but must be a whole number of tokens above 0; using the default 1000000.',
    ],
    [{ OPENAI_BASE_URL: 'up' }, 'OPENAI_BASE_URL is "up", but must be an http(s) URL; using the default https://api.'],
    [
      { ALERT_THRESHOLD: '0' },
      'ALERT_THRESHOLD is "0", but must be percentages above 0 and up to 1000, like 80 or 50,80,95,100; using the default 80.',
    ],
    [{ POLL_CRON: 'often' }, 'POLL_CRON is "often", but must be a cron expression with five fields (or six, seconds'],
    [
      { POLL_COOLDOWN_SECONDS: '-1' },
      'POLL_COOLDOWN_SECONDS is "-1", but must be seconds from 0 to 3600; using the default 10.',
    ],
    [
      { MODEL_TIERS: '[]' },
      'MODEL_TIERS is "[]", but must be JSON like {"my-model":"mini"} with the values "premium" or "mini"; using the default (none).',
    ],
    [{ MINI_TIER_LIMIT: `xx${' x'.repeat(31)}` }, `MINI_TIER_LIMIT is "xx${' x'.repeat(31)}", but must be`],
    [{ MINI_TIER_LIMIT: 'x '.repeat(50) }, `MINI_TIER_LIMIT is "${'x '.repeat(32)}…", but must be`],
    [
      { AUTH_MODE: 'token' },
      'API_TOKEN is not set, so nobody can see the data; set one of at least 32 random characters: npx wrangler secret put API_TOKEN',
    ],
    [
      { AUTH_MODE: 'token', API_TOKEN: 'x' },
      'API_TOKEN has 1 characters, which can be guessed; set one of at least 32',
    ],
    [{ AUTH_MODE: 'access' }, 'AUTH_MODE is access, but ACCESS_TEAM_DOMAIN is not set (team.cloudflareaccess.com)'],
    [{ AUTH_MODE: 'access', ACCESS_TEAM_DOMAIN: 'team/x' }, 'ACCESS_TEAM_DOMAIN is "team/x", but must be a host name'],
    [
      { AUTH_MODE: 'access', ACCESS_TEAM_DOMAIN: 'team.example' },
      "AUTH_MODE is access, but ACCESS_AUD is not set (the application's AUD tag)",
    ],
    [{ AUTH_MODE: 'none1' }, 'AUTH_MODE is unknown, but must be token, access or open'],
    [{ AUTH_MODE: '1none' }, 'AUTH_MODE is unknown, but must be token, access or open'],
    [
      { AUTH_MODE: 'access', ACCESS_TEAM_DOMAIN: '!team.example' },
      'ACCESS_TEAM_DOMAIN is "!team.example", but must be a host name',
    ],
    [{ AUTH_MODE: 'none' }, 'AUTH_MODE is "none", but must be token, access or open; nobody can see the data'],
    [{ CORS_ORIGINS: 'a.example' }, 'CORS_ORIGINS lists "a.example", which is not an exact origin like https://host'],
    [{ ALERT_WEBHOOK_SECRET: 'x' }, 'ALERT_WEBHOOK_SECRET must be whsec_ and 24 to 64 bytes in base64'],
    [{ OPENAI_ADMIN_KEY: 'a b' }, 'OPENAI_ADMIN_KEY contains spaces, line breaks or non-ASCII characters'],
  ])('says of %j what is wrong, what it must be and what holds instead', (vars, said) => {
    expect(read(vars).problems.map(({ message }) => message.slice(0, said.length))).toEqual([said])
  })

  it.each([
    ['sk-admin', '[redacted]'],
    ['key sk-a-1 here', 'key [redacted] here'],
    ['whsec_abc', '[redacted]'],
    ['a task-list', 'a task-list'],
    ['name:word@host', '[redacted]host'],
    ['https://name:word@a.example', 'https://[redacted]a.example'],
    ['https://a.example/hooks/x y', 'https://a.example/[redacted] y'],
    ['https://a.example/', 'https://a.example/'],
    ['abcdefghij0123456789', '[redacted]'],
    ['ABC+EFGHIJ012345678=', '[redacted]'],
    ['abcdefghij012345678', 'abcdefghij012345678'],
    ['01234567890123456789', '01234567890123456789'],
  ])('shows %j, set under a name that is no secret, as %j', (value, shown) => {
    expect(read({ MODEL_TIERS: value }).problems[0]?.message).toContain(`MODEL_TIERS is "${shown}", but must be`)
  })

  it('lists twenty problems and counts the rest', () => {
    const origins = (count: number) => Array.from({ length: count }, (_, index) => `bad-${index}`).join(',')
    expect(read({ CORS_ORIGINS: origins(20) }).problems.length).toBe(20)
    const { problems } = read({ CORS_ORIGINS: origins(1000) })
    expect(problems.length).toBe(21)
    expect(problems.at(-1)).toEqual({ name: 'CORS_ORIGINS', message: '980 more problems are not listed.' })
  })
})
