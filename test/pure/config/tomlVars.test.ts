import { describe, expect, it } from 'vitest'
import { type Config, readConfig, type Vars } from '../../../src/config/readConfig.ts'

const read = (vars: Vars) => readConfig({ AUTH_MODE: 'open', ...vars })

describe('readConfig of what TOML gives', () => {
  it.each<[keyof Vars, unknown, (config: Config) => unknown, unknown]>([
    ['PREMIUM_TIER_LIMIT', 250_000, of => of.limits.premium, 250_000],
    ['ALERT_THRESHOLD', [95, 50], of => of.thresholds, [50, 95]],
    ['POLL_COOLDOWN_SECONDS', 2.5, of => of.pollCooldownMs, 2500],
    ['OPENAI_PROJECT_IDS', ['proj_a', 'proj_b'], of => of.projectIds, ['proj_a', 'proj_b']],
    ['CORS_ORIGINS', ['https://a.example'], of => of.corsOrigins, ['https://a.example']],
    [
      'MODEL_TIERS',
      { 'ft:gpt-4o-mini-2024-07-18': 'mini', 'my-model': 'premium' },
      of => Object.fromEntries(of.modelTiers),
      { 'ft:gpt-4o-mini-2024-07-18': 'mini', 'my-model': 'premium' },
    ],
    // What TOML makes of gpt-4.1-mini = "mini" and gpt-4.1-nano = "mini", keys without quotes.
    [
      'MODEL_TIERS',
      { 'gpt-4': { '1-mini': 'mini', '1-nano': 'mini', a: { b: 'premium' } }, o3: 'premium' },
      of => Object.fromEntries(of.modelTiers),
      { 'gpt-4.1-mini': 'mini', 'gpt-4.1-nano': 'mini', 'gpt-4.a.b': 'premium', o3: 'premium' },
    ],
  ])('takes %s from [vars] of a TOML file, where it is no text but %j', (name, value, of, wanted) => {
    const config = read({ [name]: value } as Vars)
    expect(of(config)).toEqual(wanted)
    expect([config.problems, config.hints]).toEqual([[], []])
  })

  it.each([
    [true, 'true'],
    [-0.5, '-0.5'],
    [{ a: 1 }, '{\\"a\\":1}'],
    [{ a: 1n }, '[object]'],
  ])('says of %o, which no text gave, what it is as text', (value, shown) => {
    const { problems } = read({ MINI_TIER_LIMIT: value as unknown as string })
    expect(problems.map(({ message }) => message)).toEqual([
      `MINI_TIER_LIMIT is "${shown}", but must be a whole number of tokens above 0; using the default 10000000.`,
    ])
  })
})
