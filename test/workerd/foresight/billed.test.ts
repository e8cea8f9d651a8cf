import { afterEach, describe, expect, it } from 'vitest'
import { DATE, DAY, MIDNIGHT, World } from '../tracker/world.ts'
import { FREE, HOUR, heard, office, pastDays, rowsOf, started, workDay } from './office.ts'

afterEach(World.end)

const model = 'gpt-4o'
const SHARED = { model, project: 'proj_shared', serviceTier: FREE }
const OWN = { model, project: 'proj_own' }
const POLL_CRON = '*/15 * * * *'

describe('billed tokens that begin', () => {
  it('where the free ones are used up are told once, with that cause', async () => {
    const world = await office(['billed'], { start: 8 * HOUR, vars: { POLL_CRON } })
    pastDays(world, 7, { ...SHARED, tokens: 50_000 })
    workDay(world, 0, { ...SHARED, from: 8, to: 12, tokens: 250_000 })
    await started(world)
    await world.run(MIDNIGHT + 12 * HOUR)
    expect(heard(world)).toEqual([])
    const dashboard = await world.connect()
    workDay(world, 0, { ...SHARED, from: 12, to: 18, tokens: 30_000, serviceTier: 'default' })
    await world.run(MIDNIGHT + 20 * HOUR)
    const [told, ...others] = heard(world)
    expect(others).toEqual([])
    expect(told).toMatchObject({
      type: 'usage.billed.started',
      date: DATE,
      tier: 'premium',
      cause: 'limit_passed',
      who: [],
      billed_tokens: 30_000,
      free_tokens: 1_000_000,
      limit_value: 1_000_000,
      resets_at: MIDNIGHT + DAY,
    })
    expect(told?.text).toContain("today's free tokens are used up")
    expect(told?.text).toContain('1,000,000 of 1,000,000 free tokens')
    const rows = await rowsOf(world, 'billed')
    expect(rows).toMatchObject([{ kind: 'billed', tier: 'premium', date: DATE, sent: true }])
    expect(dashboard.of('notice').map(({ notice }) => notice.id)).toEqual(rows.map(({ id }) => id))
  })

  it('of a project that does not share name it, once a week, and the limit all the same', async () => {
    const world = await office(['billed'], { start: 8 * HOUR, vars: { POLL_CRON: '0 */3 * * *' } })
    pastDays(world, 7, { ...SHARED, tokens: 20_000 })
    for (let day = 0; day < 9; day++) {
      workDay(world, day, { ...SHARED, tokens: 20_000 })
      workDay(world, day, { ...OWN, tokens: 10_000 })
    }
    // On the third day the pool is used up too.
    world.use({ at: MIDNIGHT + 2 * DAY + 14 * HOUR, ...SHARED, input: 900_000 })
    await started(world)
    const told: unknown[] = []
    for (let day = 0; day < 9; day++) {
      world.sent = []
      await world.run(MIDNIGHT + day * DAY + 23 * HOUR)
      told.push(...heard(world).map(({ cause, date, who }) => [cause, date, (who as { id: string }[])[0]?.id]))
    }
    expect(told).toEqual([
      ['project_not_shared', DATE, 'proj_own'],
      ['limit_passed', '2027-03-12', undefined],
      ['project_not_shared', '2027-03-17', 'proj_own'],
    ])
  }, 60_000)

  it('of one project that does not share do not say that the free tokens are gone, though few are left', async () => {
    const world = await office(['billed'], { start: 8 * HOUR, vars: { POLL_CRON } })
    pastDays(world, 7, { ...SHARED, tokens: 20_000 })
    workDay(world, 0, { ...SHARED, from: 8, to: 10, tokens: 485_000 })
    workDay(world, 0, { ...OWN, from: 10, to: 12, tokens: 10_000 })
    await started(world)
    await world.run(MIDNIGHT + 14 * HOUR)
    expect(heard(world)).toMatchObject([{ cause: 'project_not_shared', who: [{ id: 'proj_own' }] }])
  })

  it('of a request that would have crossed the pool say that it is used up', async () => {
    const world = await office(['billed'], { start: 8 * HOUR, vars: { POLL_CRON } })
    pastDays(world, 7, { ...SHARED, tokens: 20_000 })
    workDay(world, 0, { ...SHARED, from: 8, to: 10, tokens: 490_000 })
    workDay(world, 0, { ...SHARED, from: 10, to: 11, tokens: 40_000, serviceTier: 'default' })
    await started(world)
    await world.run(MIDNIGHT + 14 * HOUR)
    expect(heard(world)).toMatchObject([{ cause: 'limit_passed' }])
  })

  it('of a model outside the pools name it', async () => {
    const world = await office(['billed'], { start: 8 * HOUR, vars: { POLL_CRON } })
    pastDays(world, 7, { ...SHARED, tokens: 20_000 })
    workDay(world, 0, { ...SHARED, tokens: 20_000 })
    workDay(world, 0, { ...SHARED, model: 'gpt-4-turbo', from: 10, tokens: 10_000, serviceTier: 'default' })
    await started(world)
    await world.run(MIDNIGHT + 14 * HOUR)
    expect(heard(world)).toMatchObject([{ cause: 'model_outside_pools', who: [{ id: 'gpt-4-turbo' }] }])
  })

  it('on the first poll name no project that had free tokens yesterday', async () => {
    const world = await office(['billed'], { start: 12 * HOUR, vars: { POLL_CRON } })
    pastDays(world, 7, { ...SHARED, tokens: 20_000 })
    pastDays(world, 7, { ...OWN, serviceTier: FREE, tokens: 20_000 })
    world.use({ at: MIDNIGHT + 9 * HOUR, ...SHARED, input: 960_000 })
    world.use({ at: MIDNIGHT + 10 * HOUR, ...OWN, input: 50_000 })
    await started(world)
    await world.run(MIDNIGHT + 14 * HOUR)
    expect(heard(world).map(({ cause }) => cause)).toEqual(['limit_passed'])
  })

  it('are no news where free tokens never came', async () => {
    const world = await office('all', { start: 8 * HOUR, vars: { POLL_CRON, LEFTOVER_HOURS: '5' } })
    pastDays(world, 20, { ...OWN, tokens: 20_000 })
    workDay(world, 0, { ...OWN, tokens: 20_000 })
    await started(world)
    await world.run(MIDNIGHT + DAY - 60)
    expect([heard(world), await rowsOf(world)]).toEqual([[], []])
  })

  it('are no news where free tokens came last more than a week ago, nor of a model that the catalogue does not know', async () => {
    const world = await office(['billed'], { start: 8 * HOUR, vars: { POLL_CRON } })
    for (let back = 8; back < 14; back++) workDay(world, -back, { ...SHARED, tokens: 20_000 })
    pastDays(world, 7, { ...SHARED, model: 'gpt-4o-mini', tokens: 20_000 })
    workDay(world, 0, { ...OWN, tokens: 20_000 })
    workDay(world, 0, { ...OWN, model: 'frontier-9', tokens: 20_000 })
    await started(world)
    await world.run(MIDNIGHT + DAY - 60)
    expect([heard(world), await rowsOf(world, 'billed')]).toEqual([[], []])
  })
})
