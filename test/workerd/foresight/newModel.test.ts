import { afterEach, describe, expect, it } from 'vitest'
import { DATE, DAY, MIDNIGHT, World } from '../tracker/world.ts'
import { HOUR, heard, office, rowsOf, started, workDay } from './office.ts'

afterEach(World.end)

const POLL_CRON = '*/15 * * * *'
const start = 8 * HOUR

describe('a model that the catalogue does not know', () => {
  it('is told once, and neither on the next day nor after a restart', async () => {
    const world = await office(['new_model'], { start, vars: { POLL_CRON } })
    for (const day of [0, 1]) workDay(world, day, { model: 'frontier-9-2027-01-01', from: 9, to: 12, tokens: 30_000 })
    await started(world)
    const dashboard = await world.connect()
    await world.run(MIDNIGHT + 10 * HOUR)
    expect(heard(world)).toMatchObject([
      {
        type: 'usage.model.unclassified',
        date: DATE,
        tier: 'premium',
        model: 'frontier-9-2027-01-01',
        tokens_used: 30_000,
        models: [{ model: 'frontier-9-2027-01-01', tokens: 30_000 }],
      },
    ])
    expect(heard(world)[0]?.text).toContain('unknown model frontier-9-2027-01-01 counted as PREMIUM')
    expect(dashboard.of('notice').length).toBe(1)
    await world.evict()
    await world.run(MIDNIGHT + DAY + 14 * HOUR)
    expect(heard(world).length).toBe(1)
    expect(await rowsOf(world, 'new_model')).toMatchObject([{ tier: 'premium', percentage: 3, sent: true }])
  })

  it('is no news where the catalogue or MODEL_TIERS covers it', async () => {
    const MODEL_TIERS = '{"frontier":"mini"}'
    const world = await office(['new_model'], { start, vars: { POLL_CRON, MODEL_TIERS } })
    for (const model of ['gpt-4o-2031-01-01', 'gpt-5-nano', 'frontier-9', null])
      workDay(world, 0, { model, from: 9, to: 12, tokens: 30_000 })
    await started(world)
    await world.run(MIDNIGHT + 14 * HOUR)
    expect([heard(world), await rowsOf(world, 'new_model')]).toEqual([[], []])
  })

  it('shares its message with others of the same reading, each with a row', async () => {
    const world = await office(['new_model'], { start, vars: { POLL_CRON } })
    for (const [model, tokens] of [
      ['a-small', 1_000],
      ['b-large', 90_000],
    ] as const)
      world.use({ at: MIDNIGHT + 9 * HOUR, model, input: tokens })
    await started(world)
    await world.run(MIDNIGHT + 10 * HOUR)
    expect(heard(world)).toMatchObject([{ model: 'b-large', models: [{ model: 'b-large' }, { model: 'a-small' }] }])
    expect((await rowsOf(world, 'new_model')).length).toBe(2)
  })

  it('that was used only in the last minutes of a day is told after midnight', async () => {
    const world = await office(['new_model'], { start: 23 * HOUR, vars: { POLL_CRON } })
    await started(world)
    world.use({ at: MIDNIGHT + DAY - 120, model: 'frontier-9', input: 5_000 })
    await world.run(MIDNIGHT + DAY + HOUR)
    expect(heard(world)).toMatchObject([{ model: 'frontier-9', date: DATE }])
  })

  it('is told after a POST /api/reconcile that showed it first', async () => {
    const world = await office(['new_model'], { start, vars: { POLL_CRON } })
    await started(world)
    world.use({ at: world.now - 60, model: 'frontier-9', input: 5_000 })
    expect((await world.call(`POST /api/reconcile?date=${DATE}`)).status).toBe(200)
    await world.run(world.now + HOUR)
    expect(heard(world).length).toBe(1)
  })
})
