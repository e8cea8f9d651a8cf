import { expect, it } from 'vitest'
import { isSamePolicy, type Policy } from '../../../src/brake/policy.ts'
import { classifier } from '../../../src/models.ts'
import { BrakeLife, LIMIT, type PolicyFault } from './brakeLife.ts'

const DAY_MS = 86_400_000
const HOUR_MS = 3_600_000
const MIDNIGHT = Date.UTC(2027, 2, 10)
const LIVES = Number(process.env.LIVES || 10)
const FIRST = Number(process.env.FIRST_LIFE || 1)
/** A backoff of five minutes and a look at what may still arrive. */
const SETTLED_MS = 40 * 60_000

const FAULTS: (PolicyFault | null)[] = [
  'unreachable',
  'answer lost',
  'write lost',
  'late',
  'serverError',
  'rateLimited',
  'scope',
  'refuses names',
  null,
]
const classify = classifier(new Map())
const isPremium = (model: string) => classify(model).tier === 'premium' && !classify(model).unclassified

/** What the owners have before anybody brakes. */
const OWNERS: [string, Policy][] = [
  ['proj_none', null],
  ['proj_deny', { mode: 'deny_list', models: ['gpt-image-1', 'o3'] }],
  ['proj_allow', { mode: 'allow_list', models: ['gpt-4o', 'gpt-4o-2024-08-06', 'gpt-5-mini', 'gpt-image-1'] }],
  ['proj_only', { mode: 'allow_list', models: ['gpt-4o', 'o3'] }],
]

/** What an owner does to his own policy while the tracker is at it. */
const CHANGES: ((policy: Policy) => Policy)[] = [
  policy => policy && { ...policy, models: [...new Set([...policy.models, 'sora-2'])] },
  policy => policy && { ...policy, models: policy.models.filter(model => model !== 'gpt-image-1') },
  () => ({ mode: 'deny_list', models: ['whisper-1'] }),
  () => ({ mode: 'allow_list', models: ['gpt-5', 'gpt-5-mini', 'whisper-1'] }),
  () => null,
]

/** `onlySeen`: OpenAI has refused names that nobody uses. */
function isBraked(policy: Policy, onlySeen: boolean): boolean {
  if (policy?.mode === 'allow_list') return !policy.models.some(isPremium)
  return ['gpt-4o-2024-08-06', ...(onlySeen ? [] : ['gpt-4o'])].every(model => policy?.models.includes(model))
}

/** An allow list of nothing but such models cannot be narrowed. */
function canBeBraked(owners: Policy): boolean {
  return owners?.mode !== 'allow_list' || owners.models.some(model => !isPremium(model))
}

async function live(seed: number): Promise<{ life: BrakeLife; isBraking: boolean; hasRefused: boolean }> {
  const random = mulberry(seed)
  const pick = <T>(of: readonly T[]): T => of[Math.floor(random() * of.length)] as T
  const life = new BrakeLife(MIDNIGHT, {
    BRAKE: 'on',
    PREMIUM_TIER_LIMIT: String(LIMIT),
    ALERT_WEBHOOK_URL: 'https://a.example/x',
  })
  life.isNoneStated = seed % 2 === 0
  for (const [project, policy] of OWNERS) {
    life.owners.set(project, policy)
    life.present.set(project, policy)
    life.users.push(project)
  }
  let reachedAt = MIDNIGHT + (1 + 20 * random()) * HOUR_MS
  life.usage = at =>
    Math.floor(
      (at % DAY_MS) / DAY_MS > (reachedAt % DAY_MS) / DAY_MS ? LIMIT * 0.98 : ((at % DAY_MS) / DAY_MS) * 100_000,
    )
  let mode = 'on'
  let isKeptOff = false
  let hasRefused = false
  let releasedOn = 0
  const steps = 10 + Math.floor(random() * 25)
  for (let step = 0; step < steps; step++) {
    const dayBefore = Math.floor(life.now / DAY_MS)
    const what = random()
    if (what < 0.25) {
      life.fault = pick(FAULTS)
      hasRefused ||= life.fault === 'refuses names'
    } else if (what < 0.45) life.killIn = Math.floor(random() * 60)
    else if (what < 0.6) life.owner(pick(OWNERS)[0], pick(CHANGES))
    else if (what < 0.68) {
      mode = pick(['on', 'on', 'watch', 'off'])
      life.deploy({ BRAKE: mode, BRAKE_AT: pick(['97', '97', '50']) })
    } else if (what < 0.74) {
      life.killIn = null
      await life.change('release')
      if (mode === 'on') [isKeptOff, releasedOn] = [true, Math.floor(life.now / DAY_MS)]
    } else if (what < 0.78) {
      life.killIn = null
      await life.change('set')
      if (mode === 'on') isKeptOff = false
    } else if (what < 0.82) life.now += Math.floor(random() * 9 * HOUR_MS)
    await life.runTo(life.now + Math.floor(random() * (what < 0.5 ? 20 : 90)) * 60_000)
    if (Math.floor(life.now / DAY_MS) !== dayBefore) reachedAt = life.now + random() * DAY_MS
  }
  if (releasedOn !== Math.floor(life.now / DAY_MS)) isKeptOff = false
  return { life, isBraking: mode === 'on' && !isKeptOff, hasRefused }
}

it('whatever fails, dies or is changed by others: once faults end, what must be braked is, and after the reset every policy is its owner’s', async () => {
  let [braked, kills, writes] = [0, 0, 0]
  for (let seed = FIRST; seed < FIRST + LIVES; seed++) {
    const { life, isBraking, hasRefused } = await live(seed)
    life.fault = null
    life.killIn = null
    // At noon of a day that is known: far from any reset, and the limit is reached.
    const noon = Math.floor(life.now / DAY_MS) * DAY_MS + DAY_MS / 2
    const isToday = life.now < noon + 8 * HOUR_MS
    life.usage = () => LIMIT * 0.98
    await life.runTo(life.now + SETTLED_MS)
    const before = Object.fromEntries(life.present)
    if (isBraking && isToday) {
      for (const [project, policy] of life.owners) {
        if (!canBeBraked(policy)) continue
        braked++
        expect(
          isBraked(life.present.get(project) ?? null, hasRefused),
          `seed ${seed}: ${project} is braked: ${JSON.stringify(before)}`,
        ).toBe(true)
      }
    }
    life.usage = () => 0
    await life.runTo((Math.floor(life.now / DAY_MS) + 1) * DAY_MS + 2 * SETTLED_MS)
    for (const [project, policy] of life.owners) {
      const present = life.present.get(project) ?? null
      expect(
        isSamePolicy(present, policy),
        `seed ${seed}: ${project} is ${JSON.stringify(present)}, its owner's ${JSON.stringify(policy)}`,
      ).toBe(true)
    }
    expect(life.rows(), `seed ${seed}: rows left`).toBe(0)
    for (const { policy, project } of life.written)
      expect(
        policy?.mode === 'allow_list' && policy.models.length === 0,
        `seed ${seed}: ${project} got an empty allow list`,
      ).toBe(false)
    kills += life.kills
    writes += life.written.length
  }
  // Lives in which nothing happens prove nothing.
  expect([braked >= LIVES / 3, kills >= LIVES, writes >= 2 * LIVES]).toEqual([true, true, true])
}, 300_000)

function mulberry(seed: number): () => number {
  let state = seed * 0x9e3779b9
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}
