import { afterEach, describe, expect, it } from 'vitest'
import { DATE, DAY, MIDNIGHT, World } from '../tracker/world.ts'
import { HOUR, heard, office, pastDays, rowsOf, started, workDay } from './office.ts'

afterEach(World.end)

const model = 'gpt-4o'
const POLL_CRON = '*/15 * * * *'
const ordinary = { model, apiKey: 'key_old', tokens: 4_000 }

describe('a key that uses far more than ever', () => {
  it('is told once a day, with what it used and its highest day', async () => {
    const world = await office(['spike'], { start: 8 * HOUR, vars: { POLL_CRON } })
    pastDays(world, 14, ordinary)
    world.use({ at: MIDNIGHT + 9 * HOUR, model, apiKey: 'key_old', input: 160_000 })
    world.use({ at: MIDNIGHT + 11 * HOUR, model, apiKey: 'key_old', input: 1 })
    world.use({ at: MIDNIGHT + 12 * HOUR, model, apiKey: 'key_new', input: 50_000 })
    await started(world)
    await world.run(MIDNIGHT + 10 * HOUR)
    expect(heard(world)).toEqual([])
    const dashboard = await world.connect()
    await world.run(MIDNIGHT + 20 * HOUR)
    expect(heard(world)).toMatchObject([
      {
        type: 'usage.spike',
        timestamp: new Date((MIDNIGHT + 11 * HOUR) * 1000).toISOString(),
        date: DATE,
        tier: 'premium',
        by: 'api_key',
        who: { id: 'key_old' },
        tokens_used: 160_001,
        limit_value: 1_000_000,
        highest_of_14_days: 40_000,
      },
      { type: 'usage.spike', who: { id: 'key_new' }, tokens_used: 50_000, highest_of_14_days: null },
    ])
    const [first, second] = heard(world)
    expect(first?.text).toContain(
      '160,001 premium tokens today, 16% of the limit; its highest day of the last 14 had 40,000',
    )
    expect(second?.text).toContain('not seen in the last 14 days')
    expect(await rowsOf(world, 'spike')).toMatchObject([
      { tier: 'premium', tokens_used: 50_000, percentage: 5, sent: true },
      { tier: 'premium', tokens_used: 160_001, percentage: 16, sent: true },
    ])
    expect(dashboard.of('notice').length).toBe(2)
  })

  it('is no news where it is new and small, where it is large and always was, or below four times its highest', async () => {
    const world = await office(['spike'], { start: 8 * HOUR, vars: { POLL_CRON } })
    pastDays(world, 14, ordinary)
    pastDays(world, 14, { model, apiKey: 'key_large', tokens: 90_000 })
    // Its highest of the fourteen days is the first of them.
    workDay(world, -14, { model, apiKey: 'key_once', from: 9, to: 10, tokens: 100_000 })
    workDay(world, 0, { model, apiKey: 'key_small', from: 9, to: 10, tokens: 49_999 })
    workDay(world, 0, { model, apiKey: 'key_large', tokens: 100_000 })
    workDay(world, 0, { model, apiKey: 'key_once', from: 9, to: 10, tokens: 400_000 })
    workDay(world, 0, { model, apiKey: 'key_old', from: 9, to: 10, tokens: 160_000 })
    await started(world)
    await world.run(MIDNIGHT + 20 * HOUR)
    expect([heard(world), await rowsOf(world, 'spike')]).toEqual([[], []])
  })

  it('is no news where a hundred others used more on its highest day', async () => {
    const world = await office(['spike'], { start: 8 * HOUR, vars: { POLL_CRON: '0 * * * *' } })
    for (let key = 0; key < 120; key++) {
      for (const back of [1, 2])
        world.use({ at: MIDNIGHT - back * DAY + 600, model, apiKey: `key_${key}`, input: 40_000 + key })
      world.use({ at: MIDNIGHT + 9 * HOUR, model, apiKey: `key_${key}`, input: 60_000 })
    }
    await started(world)
    await world.run(MIDNIGHT + 12 * HOUR)
    expect([heard(world), await rowsOf(world, 'spike')]).toEqual([[], []])
  })

  it('is no news on the first day of an organisation', async () => {
    const world = await office(['spike'], { start: 8 * HOUR, vars: { POLL_CRON } })
    workDay(world, 0, { model, apiKey: 'key_first', tokens: 60_000 })
    await started(world)
    await world.run(MIDNIGHT + 20 * HOUR)
    expect([heard(world), await rowsOf(world, 'spike')]).toEqual([[], []])
  })

  it('is told by its project where a request had no key, and once for several of one reading', async () => {
    const world = await office(['spike'], { start: 8 * HOUR, vars: { POLL_CRON } })
    pastDays(world, 14, ordinary)
    world.use({ at: MIDNIGHT + 9 * HOUR, model, apiKey: null, project: 'proj_play', input: 60_000 })
    world.use({ at: MIDNIGHT + 9 * HOUR, model: 'gpt-4o-mini', apiKey: 'key_b', input: 9_000_000 })
    await started(world)
    await world.run(MIDNIGHT + 20 * HOUR)
    const [told, ...others] = heard(world)
    expect(others).toEqual([])
    expect(told).toMatchObject({
      tier: 'mini',
      who: { id: 'key_b' },
      entries: [{ who: { id: 'key_b' } }, { by: 'project', tier: 'premium', who: { id: 'proj_play' } }],
    })
    expect((await rowsOf(world, 'spike')).length).toBe(2)
  })
})
