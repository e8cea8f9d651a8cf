import { describe, expect, it } from 'vitest'
import { type Config, readConfig, type Vars } from '../../../src/config/readConfig.ts'

const read = (vars: Vars) => readConfig({ AUTH_MODE: 'open', ...vars })

const QUOTED_KEY = 'OPENAI_ADMIN_KEY stands in quotes, which are left out; set it without them.'
const QUOTED_URL = 'OPENAI_BASE_URL stands in quotes, which are left out; set it without them.'
const WRAPPED_IDS =
  'OPENAI_PROJECT_IDS has quotes or brackets, which are left out; write the ids plainly: proj_abc,proj_def.'
const NO_V1 = 'OPENAI_BASE_URL does not end in /v1; did you mean https://api.openai.com/v1?'
const BEYOND_V1 =
  'OPENAI_BASE_URL goes on after /v1, and /organization/usage/... is added to it; did you mean https://api.openai.com/v1?'
const projectKey = (prefix: string) =>
  `OPENAI_ADMIN_KEY is a project's key (${prefix}...), which cannot read usage; it must be an admin key ` +
  '(sk-admin-...) from https://platform.openai.com/settings/organization/admin-keys.'
const tooOften = (polls: number) => `POLL_CRON asks for ${polls} polls a day; the free plan carries 1440, one a minute.`
const tiny = (name: string, limit: number, like: number) =>
  `${name} is ${limit} tokens a day, which is very little; it is written in full, like ${like}.`
const key = ({ adminKey }: Config) => adminKey?.reveal() ?? null
const url = ({ baseUrl }: Config) => baseUrl
const ids = ({ projectIds }: Config) => projectIds
const thresholds = (config: Config) => config.thresholds
const limits = (config: Config) => config.limits
const cron = ({ pollCron }: Config) => pollCron

describe('hints of readConfig', () => {
  it.each<[Vars, (config: Config) => unknown, unknown, string[]]>([
    [{ OPENAI_ADMIN_KEY: '"sk-admin-x"' }, key, 'sk-admin-x', [QUOTED_KEY]],
    [{ OPENAI_ADMIN_KEY: "' sk-admin-x '" }, key, 'sk-admin-x', [QUOTED_KEY]],
    [{ OPENAI_ADMIN_KEY: '“sk-admin-x”' }, key, 'sk-admin-x', [QUOTED_KEY]],
    [{ OPENAI_ADMIN_KEY: '""' }, key, null, [QUOTED_KEY]],
    [{ OPENAI_ADMIN_KEY: 'sk-proj-x' }, key, 'sk-proj-x', [projectKey('sk-proj-')]],
    [{ OPENAI_ADMIN_KEY: '"sk-svcacct-x"' }, key, 'sk-svcacct-x', [QUOTED_KEY, projectKey('sk-svcacct-')]],
    [{ OPENAI_ADMIN_KEY: 'my-sk-proj-x' }, key, 'my-sk-proj-x', []],
    [{ OPENAI_BASE_URL: '"https://a.example/x"' }, url, 'https://a.example/x', [QUOTED_URL]],
    [{ OPENAI_BASE_URL: 'https://api.openai.com/' }, url, 'https://api.openai.com', [NO_V1]],
    [{ OPENAI_BASE_URL: 'https://api.openai.com/v1/chat' }, url, 'https://api.openai.com/v1/chat', [NO_V1]],
    [
      { OPENAI_BASE_URL: 'https://api.openai.com/v1/organization/usage/completions' },
      url,
      'https://api.openai.com/v1/organization/usage/completions',
      [BEYOND_V1],
    ],
    [
      { OPENAI_BASE_URL: 'https://api.openai.com/v1/organization' },
      url,
      'https://api.openai.com/v1/organization',
      [BEYOND_V1],
    ],
    [{ OPENAI_BASE_URL: 'https://a.example/organization' }, url, 'https://a.example/organization', []],
    [{ OPENAI_PROJECT_IDS: '["proj_a", "proj_b"]' }, ids, ['proj_a', 'proj_b'], [WRAPPED_IDS]],
    [{ OPENAI_PROJECT_IDS: "['proj_a' 'proj_b']" }, ids, ['proj_a', 'proj_b'], [WRAPPED_IDS]],
    [{ OPENAI_PROJECT_IDS: '"proj_a,proj_b"' }, ids, ['proj_a', 'proj_b'], [WRAPPED_IDS]],
    [{ ALERT_THRESHOLD: '0.8' }, thresholds, [0.8], ['ALERT_THRESHOLD: 0.8 means 0.8 percent; did you mean 80?']],
    [
      { ALERT_THRESHOLD: '1,0.07' },
      thresholds,
      [0.07, 1],
      ['ALERT_THRESHOLD: 0.07 means 0.07 percent; did you mean 7?'],
    ],
    [{ ALERT_THRESHOLD: '1' }, thresholds, [1], ['ALERT_THRESHOLD: 1 means 1 percent; did you mean 100?']],
    [
      { PREMIUM_TIER_LIMIT: '10000000', MINI_TIER_LIMIT: '1000000' },
      limits,
      { premium: 10_000_000, mini: 1_000_000 },
      ['MINI_TIER_LIMIT (1000000) is below PREMIUM_TIER_LIMIT (10000000); they look swapped.'],
    ],
    [
      { PREMIUM_TIER_LIMIT: '250', MINI_TIER_LIMIT: '9999' },
      limits,
      { premium: 250, mini: 9999 },
      [tiny('PREMIUM_TIER_LIMIT', 250, 1_000_000), tiny('MINI_TIER_LIMIT', 9999, 10_000_000)],
    ],
    [{ POLL_CRON: '*/2 * * * * *' }, cron, '*/2 * * * * *', [tooOften(43_200)]],
    [{ POLL_CRON: '0,30 * * * * MON' }, cron, '0,30 * * * * MON', [tooOften(2880)]],
    [{ POLL_CRON: '* 0-29 9 * * *' }, cron, '* 0-29 9 * * *', [tooOften(1800)]],
    [{ POLL_CRON: '* 0-23 9 * * *' }, cron, '* 0-23 9 * * *', []],
    [{ POLL_CRON: '* * * * *' }, cron, '* * * * *', []],
  ])('%j is used, and what looks like a mistake in it is said', (vars, of, used, messages) => {
    const config = read(vars)
    expect(of(config)).toEqual(used)
    expect(config.hints.map(({ message }) => message)).toEqual(messages)
    for (const { name, message } of config.hints) expect(message.slice(0, name.length)).toBe(name)
    expect(config.problems).toEqual([])
  })

  it('names the limit that was set when its neighbour is the default', () => {
    expect(read({ PREMIUM_TIER_LIMIT: '20000000' }).hints.map(({ name }) => name)).toEqual(['PREMIUM_TIER_LIMIT'])
    expect(read({ MINI_TIER_LIMIT: '500000' }).hints.map(({ name }) => name)).toEqual(['MINI_TIER_LIMIT'])
  })

  it('leaves quotes in API_TOKEN, which clients send as it is', () => {
    const { auth, hints } = readConfig({ API_TOKEN: `"${'x'.repeat(32)}"` })
    expect(auth.mode === 'token' && auth.token.reveal()).toBe(`"${'x'.repeat(32)}"`)
    expect(hints).toEqual([])
  })

  it('never repeats the key', () => {
    const { hints } = read({ OPENAI_ADMIN_KEY: '"sk-proj-canary7d1f"' })
    expect(hints.length).toBe(2)
    expect(JSON.stringify(hints)).not.toContain('canary')
  })
})
