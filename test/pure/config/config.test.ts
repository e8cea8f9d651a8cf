import { describe, expect, it } from 'vitest'
import { type Config, DEFAULTS, readConfig, VAR_NAMES, type Vars } from '../../../src/config/readConfig.ts'

const open: Vars = { AUTH_MODE: 'open' }
const read = (vars: Vars) => readConfig({ ...open, ...vars })
const namesOf = (config: Config) => config.problems.map(problem => problem.name)

describe('readConfig', () => {
  it('of nothing is the documented defaults, locked because nobody set a token', () => {
    const config = readConfig({})
    expect(config).toMatchObject({
      adminKey: null,
      baseUrl: 'https://api.openai.com/v1',
      projectIds: [],
      limits: { premium: 1_000_000, mini: 10_000_000 },
      thresholds: [80],
      channels: [],
      webhookSecret: null,
      pollCron: '*/5 * * * *',
      pollCooldownMs: 10_000,
      corsOrigins: [],
      auth: { mode: 'locked' },
    })
    expect(config.modelTiers.size).toBe(0)
    expect(namesOf(config)).toEqual(['API_TOKEN'])
  })

  it.each<[keyof Vars, string, (config: Config) => unknown, unknown]>([
    ['OPENAI_ADMIN_KEY', ' sk-admin-x ', of => of.adminKey?.reveal(), 'sk-admin-x'],
    ['OPENAI_BASE_URL', 'http://127.0.0.1:9000/v1/', of => of.baseUrl, 'http://127.0.0.1:9000/v1'],
    ['OPENAI_PROJECT_IDS', 'proj_a, proj_b,,', of => of.projectIds, ['proj_a', 'proj_b']],
    ['OPENAI_PROJECT_IDS', 'proj_a proj_B-2\nproj_a', of => of.projectIds, ['proj_a', 'proj_B-2']],
    ['OPENAI_BASE_URL', 'https://api.openai.com/v1/', of => of.baseUrl, 'https://api.openai.com/v1'],
    ['OPENAI_BASE_URL', 'https://proxy.example/openai//', of => of.baseUrl, 'https://proxy.example/openai'],
    ['PREMIUM_TIER_LIMIT', '250000', of => of.limits.premium, 250_000],
    ['PREMIUM_TIER_LIMIT', '10000000', of => of.limits.premium, 10_000_000],
    ['PREMIUM_TIER_LIMIT', '10000', of => of.limits.premium, 10_000],
    ['MINI_TIER_LIMIT', '2500000', of => of.limits.mini, 2_500_000],
    ['ALERT_THRESHOLD', '50,80, 95,100', of => of.thresholds, [50, 80, 95, 100]],
    ['ALERT_THRESHOLD', '95,50,95.0,80%', of => of.thresholds, [50, 80, 95]],
    ['ALERT_THRESHOLD', '0.5,80', of => of.thresholds, [0.5, 80]],
    ['ALERT_THRESHOLD', '1.001', of => of.thresholds, [1.001]],
    ['ALERT_THRESHOLD', '99.5', of => of.thresholds, [99.5]],
    ['ALERT_THRESHOLD', '1000', of => of.thresholds, [1000]],
    ['ALERT_THRESHOLD', '12.345', of => of.thresholds, [12.345]],
    ['POLL_CRON', '0   */2  * * *', of => of.pollCron, '0   */2  * * *'],
    ['POLL_CRON', '0 9 * * MON-FRI', of => of.pollCron, '0 9 * * MON-FRI'],
    ['POLL_CRON', '*/15 * * * *', of => of.pollCron, '*/15 * * * *'],
    ['POLL_CRON', '0 * * * *', of => of.pollCron, '0 * * * *'],
    ['POLL_CRON', '0 */6 * * *', of => of.pollCron, '0 */6 * * *'],
    ['POLL_CRON', '0,30 */2 * * * *', of => of.pollCron, '0,30 */2 * * * *'],
    ['POLL_CRON', '0 * * * * *', of => of.pollCron, '0 * * * * *'],
    ['POLL_COOLDOWN_SECONDS', '0', of => of.pollCooldownMs, 0],
    ['POLL_COOLDOWN_SECONDS', '2.5', of => of.pollCooldownMs, 2500],
    ['POLL_COOLDOWN_SECONDS', '10.25', of => of.pollCooldownMs, 10_250],
    ['POLL_COOLDOWN_SECONDS', '3600', of => of.pollCooldownMs, 3_600_000],
    [
      'MODEL_TIERS',
      '{"a":"mini","b-c":"premium"}',
      of => [...of.modelTiers],
      [
        ['a', 'mini'],
        ['b-c', 'premium'],
      ],
    ],
    [
      'MODEL_TIERS',
      '{"ft:gpt-4o-mini-2024-07-18":"mini"}',
      of => [...of.modelTiers],
      [['ft:gpt-4o-mini-2024-07-18', 'mini']],
    ],
    [
      'ALERT_WEBHOOK_URL',
      'https://a.example/x https://b.example/y',
      of => of.channels.map(({ kind }) => kind),
      ['generic', 'generic'],
    ],
    ['ALERT_WEBHOOK_URL', 'https://hooks.slack.com/services/T/B/x', of => of.channels[0]?.kind, 'slack'],
    ['ALERT_WEBHOOK_URL', 'https://discord.com/api/webhooks/1/x', of => of.channels[0]?.kind, 'discord'],
    ['LOCATION_HINT', 'WEUR', of => of.locationHint, 'weur'],
    ['ALERT_WEBHOOK_SECRET', `${'A'.repeat(86)}==`, of => of.webhookSecret?.reveal(), `whsec_${'A'.repeat(86)}==`],
    ['ALERT_WEBHOOK_SECRET', `whsec_${'A'.repeat(32)}`, of => of.webhookSecret?.reveal(), `whsec_${'A'.repeat(32)}`],
    [
      'CORS_ORIGINS',
      'https://a.example, https://b.example:8443',
      of => of.corsOrigins,
      ['https://a.example', 'https://b.example:8443'],
    ],
  ])('%s = %j is taken', (name, value, of, wanted) => {
    const config = read({ [name]: value })
    expect(of(config)).toEqual(wanted)
    expect([config.problems, config.hints]).toEqual([[], []])
  })

  it.each<[keyof Vars, string[], (config: Config) => unknown, unknown]>([
    [
      'PREMIUM_TIER_LIMIT',
      ['0', '-5', 'many', '1.5', '1e6', '1,000,000', '1_000', 'NaN', 'Infinity', '9'.repeat(20)],
      of => of.limits.premium,
      1_000_000,
    ],
    ['LOCATION_HINT', ['europe', 'weur,enam', 'eu'], of => of.locationHint, null],
    ['MINI_TIER_LIMIT', ['0', '-5', 'many', '0x10'], of => of.limits.mini, 10_000_000],
    [
      'ALERT_THRESHOLD',
      [
        '0',
        '-1',
        '1001',
        'high',
        '50,oops',
        '50,,80',
        '80;90',
        '12.3456',
        '1e2',
        '8%0',
        '50,0',
        '50,1001',
        '1000.001',
        '50,12.3456',
      ],
      of => of.thresholds,
      [80],
    ],
    [
      'POLL_CRON',
      [
        'often',
        '* * * *',
        '61 * * * *',
        '* * * * * * *',
        '0 0 30 2 *',
        '2027-01-01T00:00:00',
        '@daily',
        '-1 * * * *',
        '* * * * !',
        '! * * * *',
      ],
      of => of.pollCron,
      DEFAULTS.pollCron,
    ],
    [
      'POLL_COOLDOWN_SECONDS',
      ['-1', 'soon', '3601', 'NaN', 'x1', '1x', '1.', '3600.5'],
      of => of.pollCooldownMs,
      10_000,
    ],
    [
      'MODEL_TIERS',
      ['mini', '{}x', '[]', '"mini"', '{"a":"large"}', '{"a":1}', '{"":"mini"}', 'null', '{"a":{}}', '{"a":["mini"]}'],
      of => of.modelTiers.size,
      0,
    ],
    [
      'OPENAI_BASE_URL',
      [
        'api.openai.com',
        'ftp://x.example',
        'https://user@x.example',
        'https://:pw@x.example',
        'xhttps://x.example',
        'https+x://x.example',
        'https://x.example/#a',
        'https://user:pw@x.example',
        'https://x.example?a=b',
        'javascript:1',
      ],
      of => of.baseUrl,
      DEFAULTS.baseUrl,
    ],
    [
      'CORS_ORIGINS',
      ['a.example', 'https://a.example/', 'https://a.example/path', 'https://*.example', 'null'],
      of => of.corsOrigins,
      [],
    ],
    [
      'ALERT_WEBHOOK_URL',
      ['http://a.example/x', 'hook', 'https://u:p@a.example/', 'https://hooks.slack.com/workflows/x'],
      of => of.channels,
      [],
    ],
    [
      'ALERT_WEBHOOK_SECRET',
      [
        'short',
        'whsec_AAAA',
        `whsec_${'A'.repeat(31)}=`,
        `whsec_${'A'.repeat(87)}=`,
        `whsec_whsec_${'A'.repeat(32)}`,
        `AAAAwhsec_${'A'.repeat(32)}`,
        `!${'A'.repeat(32)}`,
        `${'A'.repeat(32)}!`,
        `whsec_${'A'.repeat(200)}`,
        'whsec_ not base64 at all !!!!!!!!',
      ],
      of => of.webhookSecret,
      null,
    ],
    ['OPENAI_ADMIN_KEY', ['sk admin', 'sk-\u00e9', 'sk-a\nb', '"sk admin"'], of => of.adminKey, null],
    [
      'OPENAI_PROJECT_IDS',
      ['proj_', 'Proj_a', 'My project', '["My project"]', 'proj_a;proj_b', 'proj_a.b', '{"a":1}'],
      of => of.projectIds,
      [],
    ],
  ])('%s that is bad is a problem by its name, and the default holds', (name, values, of, wanted) => {
    for (const value of values) {
      const config = read({ [name]: value })
      expect(of(config), value).toEqual(wanted)
      expect(namesOf(config), value).toEqual([name])
      expect(config.problems[0]?.message, value).toContain(name)
    }
  })

  it('keeps the good receivers beside a bad one', () => {
    const config = read({ ALERT_WEBHOOK_URL: 'https://a.example/x, oops, https://b.example/y, https://a.example/x' })
    expect(config.channels.length).toBe(2)
    expect(config.problems).toMatchObject([{ name: 'ALERT_WEBHOOK_URL', message: expect.stringContaining('entry 2') }])
  })

  it('takes empty and blank values as not set', () => {
    const blank = Object.fromEntries(VAR_NAMES.map(name => [name, '  ']))
    expect(readConfig(blank)).toEqual(readConfig({}))
  })

  it('never repeats a secret, in problems or in print', () => {
    const canary = 'canary7d1f'
    const secrets: Vars = {
      OPENAI_ADMIN_KEY: `sk-${canary} with a space`,
      ALERT_WEBHOOK_URL: `http://a.example/${canary}, ${canary}, https://${canary}:x@a.example, ${canary}:https://x, https://hooks.slack.com/${canary}`,
      ALERT_WEBHOOK_SECRET: canary,
      API_TOKEN: canary,
      AUTH_MODE: 'token',
    }
    const bad = readConfig(secrets)
    expect(bad.problems.length).toBeGreaterThanOrEqual(7)
    expect(JSON.stringify(bad)).not.toContain(canary)
    const good = readConfig({
      OPENAI_ADMIN_KEY: `sk-${canary}`,
      ALERT_WEBHOOK_URL: `https://a.example/${canary}`,
      ALERT_WEBHOOK_SECRET: `whsec_${canary.padEnd(40, 'A')}`,
      API_TOKEN: canary.repeat(4),
    })
    expect(good.problems).toEqual([])
    expect(`${JSON.stringify(good)}${good.adminKey}${good.channels[0]?.url}`).not.toContain(canary)
  })
})
