import { afterEach, describe, expect, it } from 'vitest'
import { DATE, DAY, MIDNIGHT, World } from '../tracker/world.ts'
import { costsOf, HOUR, heard, office, rowsOf, started } from './office.ts'

afterEach(World.end)

const POLL_CRON = '0 * * * *'
const start = 12 * HOUR + 60
const vars = { POLL_CRON, MONTHLY_BUDGET_USD: '100' }
/** The first of April, counted from DATE. */
const APRIL = 22

const spend = (usd: number, project: string | null = 'proj_a') => [{ project, usd }]
const told = (world: World) => heard(world).map(({ month, thresholds }) => [month, thresholds])

describe('the budget of a month', () => {
  it('is told at its thresholds and not a cent before, once each', async () => {
    const world = await office(['budget'], { start, vars })
    const costs = costsOf(world)
    costs.set(-3, spend(40)).set(0, spend(9.99, 'proj_b'))
    await started(world)
    await world.run(world.now + 3 * HOUR)
    expect([heard(world), await rowsOf(world, 'budget')]).toEqual([[], []])
    const dashboard = await world.connect()
    costs.set(0, spend(10, 'proj_b'))
    await world.run(world.now + 3 * HOUR)
    const [first, ...others] = heard(world)
    expect(others).toEqual([])
    expect(first).toMatchObject({
      type: 'costs.budget.crossed',
      date: DATE,
      month: '2027-03',
      threshold: 50,
      thresholds: [50],
      percentage: 50,
      usd: 50,
      budget_usd: 100,
      projected_usd: { expected: expect.any(Number) },
    })
    expect(first?.text).toContain('$50.00 of $100.00 are spent in 2027-03 (UTC)')
    expect(first?.text).toContain('proj_a $40.00, proj_b $10.00')
    const rows = await rowsOf(world, 'budget')
    expect(rows).toMatchObject([{ kind: 'budget', tier: null, threshold: 50, percentage: 50, sent: true }])
    await dashboard.until(() => dashboard.of('notice').length > 0, 'the frame')
    expect(dashboard.of('notice').map(({ notice }) => notice.id)).toEqual(rows.map(({ id }) => id))
    expect(await world.alerts()).toEqual([])
  })

  it('that is passed at several thresholds at once makes one message, and a row each', async () => {
    const world = await office(['budget'], { start, vars })
    costsOf(world).set(0, spend(85))
    await started(world)
    expect(told(world)).toEqual([['2027-03', [50, 80]]])
    expect((await rowsOf(world, 'budget')).map(({ threshold, sent }) => [threshold, sent])).toEqual([
      [80, true],
      [50, true],
    ])
  })

  it('begins anew each month, and late costs of the month before are its own', async () => {
    const world = await office(['budget'], { start, vars: { ...vars, POLL_CRON: '0 */6 * * *' } })
    const costs = costsOf(world)
    costs.set(0, spend(60))
    await started(world)
    world.now = MIDNIGHT + APRIL * DAY + 7 * HOUR
    costs.set(APRIL, spend(1))
    await world.catchUp()
    expect(told(world)).toEqual([['2027-03', [50]]])
    costs.set(APRIL - 1, spend(25)).set(APRIL, spend(55))
    await world.run(MIDNIGHT + APRIL * DAY + 20 * HOUR)
    expect(told(world)).toEqual([
      ['2027-03', [50]],
      ['2027-03', [80]],
      ['2027-04', [50]],
    ])
    expect((await rowsOf(world, 'budget'))[1]?.threshold ?? null).toBe(80)
  })

  it('that was passed in an absence is told after it, also where the month is over by then', async () => {
    const world = await office(['budget'], { start, vars })
    const costs = costsOf(world)
    await started(world)
    costs.set(APRIL - 2, spend(90))
    world.now = MIDNIGHT + (APRIL + 8) * DAY + 7 * HOUR
    await world.evict()
    await world.catchUp()
    expect(told(world)).toEqual([['2027-03', [50, 80]]])
  })

  it('is no news for a month that was over before the tracker began, nor for one that was over before it had a budget', async () => {
    const world = await office(['budget'], { start: start + (APRIL + 1) * DAY, vars: { POLL_CRON } })
    const costs = costsOf(world)
    costs.set(APRIL - 1, spend(90))
    await started(world)
    await world.redeploy({ MONTHLY_BUDGET_USD: '100' })
    await world.run(world.now + 3 * HOUR)
    expect(heard(world)).toEqual([])
    world.now = MIDNIGHT + 52 * DAY + 12 * HOUR
    costs.set(51, spend(90))
    await world.redeploy({ MONTHLY_BUDGET_USD: '' })
    await world.catchUp()
    await world.run(world.now + 3 * HOUR)
    await world.redeploy({ MONTHLY_BUDGET_USD: '100' })
    await world.run(world.now + 3 * HOUR)
    expect([heard(world), await rowsOf(world, 'budget')]).toEqual([[], []])
  })

  it('that is set, or lowered, while its month runs is told of what is spent already', async () => {
    const world = await office(['budget'], { start, vars: { POLL_CRON } })
    costsOf(world).set(0, spend(45))
    await started(world)
    await world.redeploy({ MONTHLY_BUDGET_USD: '100' })
    await world.run(world.now + 2 * HOUR)
    expect(told(world)).toEqual([])
    await world.redeploy({ MONTHLY_BUDGET_USD: '50' })
    await world.run(world.now + 2 * HOUR)
    expect(told(world)).toEqual([['2027-03', [50, 80]]])
  })

  it('is noted and never sent where ALERTS leaves it out', async () => {
    const world = await office(['watch'], { start, vars })
    costsOf(world).set(0, spend(85))
    await started(world)
    await world.redeploy({ ALERTS: 'all' })
    await world.run(world.now + 3 * HOUR)
    expect(heard(world)).toEqual([])
    expect((await rowsOf(world, 'budget')).map(({ sent }) => sent)).toEqual([false, false])
  })
})
