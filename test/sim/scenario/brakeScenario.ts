import type { Blow } from '../engine/faultPoints.ts'
import { Random } from '../engine/random.ts'
import type { Use } from '../world/ledger.ts'
import { NO_POLICY_FORMS, PERMISSION_FAULTS } from '../world/modelPermissions.ts'
import type { OwnerEdit, Policy } from '../world/policyEdits.ts'
import type { BrakeSettings } from './brakeSettings.ts'
import { FEW_KINDS } from './kindSettings.ts'
import type { Op, Scenario } from './scenario.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** Of each tier the models that are used, and models that no brake may touch. */
export const BRAKED_MODELS = {
  premium: ['gpt-4o-2024-08-06', 'gpt-4-turbo', 'o1-2024-12-17'],
  mini: ['gpt-4o-mini', 'gpt-5-mini-2025-08-07'],
} as const
export const FREE_MODELS = ['whisper-1', 'ft:gpt-4o-2024-08-06:acme::x1', 'zeta-9', 'dall-e-3'] as const
export const BRAKE_PROJECTS = ['proj_a', 'proj_b', 'proj_c'] as const

/** Before this time of the day little is used, and the limit is reached between it and the evening. */
export const QUIET_UNTIL_S = 6 * 3600

/**
 * Days on which the limits are reached, with the brake on, watching or off. A third of the lives is calm, so that what is done can
 * be counted; the others have everything that can go wrong at OpenAI's policies, in the tracker and with their owners.
 */
export function brakeScenario(seed: number): Scenario {
  const random = new Random(seed * 7919 + 11)
  const start = Date.parse('2026-03-10T00:00:00Z') + random.int(0, 5 * HOUR)
  const days = 2
  // Faults end at any time of the day, also just after the reset.
  const heal = Math.floor(start / DAY) * DAY + days * DAY + random.pick([2 * MINUTE, 5 * HOUR, 11 * HOUR, 17 * HOUR])
  const isCalm = seed % 3 === 0
  const brake: BrakeSettings = {
    mode: modeOf(seed, random),
    at: random.pick([50, 97, 100]),
    tiers: random.pick([['premium', 'mini'], ['premium'], ['mini']]),
    projects: random.pick([null, ['proj_a'], ['proj_a', 'proj_b', 'proj_c']]),
  }
  return {
    seed,
    alphabet: 'brake',
    start,
    heal,
    everyMinutes: random.pick([10, 15, 15]),
    settings: {
      premiumLimit: 20_000,
      miniLimit: 40_000,
      thresholds: [80, 100],
      receivers: [2],
      ...FEW_KINDS,
      alerts: ['threshold', 'watch', 'brake'],
      brake,
    },
    odd: false,
    closesAwake: true,
    migratedAtStart: true,
    watchdogMinutes: 5,
    uses: usesOf(random, start, heal),
    ops: [
      ...beginnings(random, start),
      // A clock that jumps would end a doubt before its time.
      ...(isCalm ? [] : trouble(random, start, heal, days).filter(op => seed % 8 !== 4 || op.kind !== 'clock')),
      ...(isCalm ? [] : aimed(seed, start, brake)),
    ].sort((a, b) => a.at - b.at),
  }
}

/** Each day a little in the night, and from the morning on so much that both tiers pass their limits by the evening. */
function usesOf(random: Random, start: number, heal: number): Use[] {
  const uses: Use[] = []
  const first = Math.floor(start / DAY) - 9
  for (let day = first; day * DAY < heal + 2 * DAY; day++) {
    const isOld = day * DAY < start - DAY
    const pace = random.pick([0.4, 1.3, 1.6, 2.2])
    for (const tier of ['premium', 'mini'] as const) {
      const limit = tier === 'premium' ? 20_000 : 40_000
      const requests = isOld ? 6 : 36
      for (let n = 0; n < requests; n++) {
        const at = day * 86_400 + random.int(QUIET_UNTIL_S, 80_000)
        uses.push(useOf(random, at, tier, Math.round((limit * pace * (0.6 + 0.8 * random.next())) / requests)))
      }
      uses.push(useOf(random, day * 86_400 + random.int(60, QUIET_UNTIL_S), tier, Math.round(limit / 100)))
    }
    uses.push({ ...useOf(random, day * 86_400 + 30_000, 'premium', 10), model: random.pick(FREE_MODELS) })
  }
  return uses
}

function useOf(random: Random, at: number, tier: 'premium' | 'mini', tokens: number): Use {
  const output = Math.floor(tokens / 4)
  return {
    at,
    model: random.pick(BRAKED_MODELS[tier]),
    serviceTier: null,
    project: random.pick(BRAKE_PROJECTS),
    apiKey: 'key_a',
    user: null,
    input: tokens - output,
    output,
    cached: 0,
    requests: 1,
    visibleAt: at + random.int(0, 240),
    goneAt: null,
  }
}

/** Before anything is braked, some projects have policies of their own. */
function beginnings(random: Random, start: number): Op[] {
  const form: Op = { at: start, kind: 'noPolicyForm', form: random.pick(NO_POLICY_FORMS) }
  const set = BRAKE_PROJECTS.filter(() => random.chance(0.6)).map(
    (project): Op => ({
      at: start,
      kind: 'owner',
      project,
      edit: { kind: 'replace', policy: anyPolicy(random, true) },
    }),
  )
  return [form, ...set]
}

/** `before`: nothing is braked yet, so a deny list may hold what the brake denies. */
function anyPolicy(random: Random, before: boolean): NonNullable<Policy> {
  const all = [...BRAKED_MODELS.premium, ...BRAKED_MODELS.mini, ...FREE_MODELS]
  const some = (of: readonly string[]) => of.filter(() => random.chance(0.5))
  if (random.chance(0.5)) return { mode: 'deny_list', models: some(before ? all : FREE_MODELS) }
  const models = random.chance(0.3) ? some(BRAKED_MODELS.premium) : some(all)
  return { mode: 'allow_list', models: models.length === 0 ? ['gpt-4o-mini'] : models }
}

/** Lives that aim at something have the brake on. */
function modeOf(seed: number, random: Random): BrakeSettings['mode'] {
  const mode = random.pick(['on', 'on', 'on', 'on', 'watch', 'off'] as const)
  if (seed % 6 === 0) return 'watch'
  return seed % 8 === 0 ? mode : 'on'
}

/** What chance seldom meets: a fault at the very moment, and a list that cannot be narrowed. */
function aimed(seed: number, start: number, brake: BrakeSettings): Op[] {
  const midnight = Math.floor(start / DAY) * DAY + DAY
  const noon = midnight - DAY / 2
  switch (seed % 4) {
    case 1: {
      const models = BRAKED_MODELS[brake.tiers[0] ?? 'premium'].slice(0, 2)
      return [
        {
          at: start,
          kind: 'owner',
          project: 'proj_a',
          edit: { kind: 'replace', policy: { mode: 'allow_list', models } },
        },
      ]
    }
    case 2:
      return [
        { at: midnight - 10 * MINUTE, kind: 'permissions', until: midnight + 10 * MINUTE, fault: 'loses', share: 1 },
      ]
    case 3:
      return [
        { at: noon - 5000, kind: 'permissions', until: noon + 20_000, fault: 'hangsAndActsLate', share: 1 },
        { at: noon, kind: 'brake', act: 'set' },
        { at: noon + 40_000, kind: 'brake', act: 'release' },
      ]
    default:
      return seed % 8 === 0 ? [] : saidToBeGone(midnight)
  }
}

/** At the first reset a gateway has no such route, at the second OpenAI says for some minutes that there is no policy. */
function saidToBeGone(midnight: number): Op[] {
  return [
    { at: midnight - 2 * MINUTE, kind: 'permissions', until: midnight + HOUR, fault: 'gone404', share: 1 },
    {
      at: midnight + DAY - 2 * MINUTE,
      kind: 'permissions',
      until: midnight + DAY + 10 * MINUTE,
      fault: 'saysGone',
      share: 1,
    },
  ]
}

const BLOWS: readonly Blow[] = ['crashBefore', 'crashAfter', 'throwBefore', 'throwAfter', 'hang']

function trouble(random: Random, start: number, heal: number, days: number): Op[] {
  const ops: Op[] = []
  const when = () => {
    if (!random.chance(0.5)) return random.int(start, heal - MINUTE)
    const midnight = Math.floor(start / DAY) * DAY + random.int(1, days) * DAY + random.int(-5, 2) * MINUTE
    return Math.min(heal - MINUTE, midnight)
  }
  const until = (at: number, longest: number) => Math.min(heal, at + random.int(1000, longest))
  const add = (count: number, make: (at: number) => Op) => {
    for (let n = 0; n < count; n++) ops.push(make(when()))
  }
  const longest = random.pick([5 * MINUTE, HOUR, 7 * HOUR])
  add(random.int(2, 4 * days), at => ({
    at,
    kind: 'permissions',
    until: until(at, longest),
    fault: random.pick(PERMISSION_FAULTS),
    share: random.pick([1, 1, 0.5, 0.2]),
  }))
  add(random.int(0, 2), at => ({ at, kind: 'upstream', until: until(at, longest), fault: 'error503', share: 1 }))
  add(random.int(0, 4 * days), at => ({
    at,
    kind: 'owner',
    project: random.pick(BRAKE_PROJECTS),
    edit: anyEdit(random),
  }))
  add(random.int(0, 2 * days), at => ({ at, kind: 'crash', loses: random.chance(0.5) }))
  add(random.int(0, days), at => ({ at, kind: 'evict' }))
  add(random.int(1, 8 * days), at => ({
    at,
    kind: 'strike',
    nth: random.int(0, 9),
    blow: random.pick(BLOWS),
    only: random.pick(['policy', 'policy', 'policy', 'openai', 'transaction', 'sql', null] as const),
    loses: random.chance(0.5),
  }))
  add(random.int(0, 2), at => ({ at, kind: 'brake', act: random.pick(['release', 'set'] as const) }))
  add(random.int(0, 2), at => ({ at, kind: 'configure', change: { brake: changed(random) } }))
  if (random.chance(0.3)) add(1, at => ({ at, kind: 'down', until: until(at, random.pick([HOUR, 9 * HOUR])) }))
  if (random.chance(0.3))
    add(1, at => ({
      at,
      kind: 'clock',
      until: until(at, 4 * HOUR),
      skew: random.pick([-1, 1]) * random.pick([90_000, 3 * HOUR]),
    }))
  return ops
}

function changed(random: Random): BrakeSettings {
  return {
    mode: random.pick(['on', 'on', 'watch', 'off']),
    at: random.pick([50, 97, 300]),
    tiers: random.pick([['premium', 'mini'], ['premium'], ['mini']]),
    projects: random.pick([null, ['proj_b'], ['proj_a', 'proj_c']]),
  }
}

function anyEdit(random: Random): OwnerEdit {
  const kind = random.pick(['deny', 'permit', 'permit', 'replace', 'delete'] as const)
  if (kind === 'deny') return { kind, model: random.pick(FREE_MODELS) }
  if (kind === 'permit')
    return { kind, model: random.pick([...FREE_MODELS, ...BRAKED_MODELS.premium, ...BRAKED_MODELS.mini]) }
  return kind === 'replace' ? { kind, policy: anyPolicy(random, false) } : { kind }
}
