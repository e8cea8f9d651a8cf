import { expect, it } from 'vitest'
import { isSamePolicy, type Policy } from '../../../src/brake/policy.ts'
import { BrakeLife, LIMIT } from './brakeLife.ts'

// OpenAI's description does not say how a project without a policy looks: it may be a 404. A gateway can say that too, and believing it
// would cost an owner his policy.

const MINUTE_MS = 60_000
const HOUR_MS = 3_600_000
const MIDNIGHT = Date.UTC(2027, 2, 10)
const RESET = MIDNIGHT + 24 * HOUR_MS
const OWNERS: Policy = { mode: 'allow_list', models: ['gpt-4o', 'gpt-5-mini'] }
const BRAKED: Policy = { mode: 'allow_list', models: ['gpt-5-mini'] }

/** Braked since ten o'clock. */
async function braked(policy: Policy): Promise<BrakeLife> {
  const life = new BrakeLife(MIDNIGHT + 10 * HOUR_MS, {
    BRAKE: 'on',
    PREMIUM_TIER_LIMIT: String(LIMIT),
    ALERT_WEBHOOK_URL: 'https://a.example/x',
  })
  life.isNoneStated = false
  life.present.set('proj_a', policy)
  life.users = ['proj_a']
  life.usage = at => (at < RESET ? LIMIT * 0.98 : 0)
  await life.runTo(MIDNIGHT + 11 * HOUR_MS)
  expect(isBraked(life)).toBe(true)
  return life
}

function isBraked(life: BrakeLife): boolean {
  const policy = life.present.get('proj_a') ?? null
  return policy?.mode === 'deny_list' ? policy.models.includes('gpt-4o') : isSamePolicy(policy, BRAKED)
}

function isOwners(life: BrakeLife, policy: Policy): boolean {
  return isSamePolicy(life.present.get('proj_a') ?? null, policy)
}

const shown = (life: BrakeLife) => life.tracker.brake().projects.map(({ state, error }) => [state, error?.code])

it('writes nothing over a policy that is said to be gone, says so, and goes on when it is there again', async () => {
  const life = await braked(OWNERS)
  const { written } = life
  const before = written.length
  life.fault = 'says gone'
  await life.runTo(life.now + 12 * MINUTE_MS)
  expect(shown(life)).toEqual([['failing', 'brake_policy_gone']])
  expect(life.tracker.views.status().brake).toMatchObject({ failing: 1, error: { code: 'brake_policy_gone' } })
  life.fault = null
  await life.runTo(life.now + 2 * MINUTE_MS)
  expect([shown(life), written.length, life.sent]).toEqual([[['set', undefined]], before, ['set limit']])
  // The next time is doubted as long.
  await life.runTo(life.now + HOUR_MS)
  life.fault = 'says gone'
  await life.runTo(life.now + 12 * MINUTE_MS)
  life.fault = null
  await life.runTo(life.now + 2 * MINUTE_MS)
  expect([isBraked(life), written.length]).toEqual([true, before])
})

it.each<[Policy]>([[OWNERS], [null]])(
  'gives the owner of %j that back though it is said to be gone at the reset',
  async owners => {
    const life = await braked(owners)
    await life.runTo(RESET - 2 * MINUTE_MS)
    life.fault = 'says gone'
    await life.runTo(RESET + 5 * MINUTE_MS)
    expect([life.rows(), shown(life)]).toEqual([1, [['failing', 'brake_policy_gone']]])
    await life.runTo(RESET + 12 * MINUTE_MS)
    life.fault = null
    await life.runTo(RESET + 15 * MINUTE_MS)
    expect([isOwners(life, owners), life.rows()]).toEqual([true, 0])
  },
)

it('believes it after a quarter of an hour, however often it is started anew, and doubts the next time as long', async () => {
  const life = await braked(OWNERS)
  life.owner('proj_a', () => null)
  await life.runTo(life.now + 14 * MINUTE_MS)
  expect(life.present.get('proj_a')).toBe(null)
  life.deploy({})
  await life.runTo(life.now + 13 * MINUTE_MS)
  expect([isBraked(life), shown(life)]).toEqual([true, [['set', undefined]]])
  const before = life.written.length
  life.fault = 'says gone'
  await life.runTo(life.now + 12 * MINUTE_MS)
  expect([life.written.length, shown(life)]).toEqual([before, [['failing', 'brake_policy_gone']]])
  life.fault = null
  life.owner('proj_a', () => null)
  await life.runTo(RESET + 30 * MINUTE_MS)
  expect([isOwners(life, null), life.rows()]).toEqual([true, 0])
})

it('doubts nothing that it has done itself, and no first write that was lost', async () => {
  const life = await braked(null)
  await life.runTo(RESET + 2 * MINUTE_MS)
  expect([isOwners(life, null), life.rows()]).toEqual([true, 0])
  life.fault = 'write lost'
  life.usage = () => LIMIT * 0.98
  await life.runTo(RESET + 12 * MINUTE_MS)
  life.fault = null
  await life.runTo(RESET + 18 * MINUTE_MS)
  expect(isBraked(life)).toBe(true)
})
