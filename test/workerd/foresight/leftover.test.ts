import { afterEach, describe, expect, it } from 'vitest'
import { DATE, DAY, MIDNIGHT, World } from '../tracker/world.ts'
import { FREE, HOUR, heard, office, pastDays, rowsOf, started, workDay } from './office.ts'

afterEach(World.end)

const model = 'gpt-4o'
const vars = { POLL_CRON: '*/15 * * * *', LEFTOVER_HOURS: '3' }
const start = 12 * HOUR

describe('free tokens that would go unused', () => {
  it('are told once, LEFTOVER_HOURS before the reset', async () => {
    const world = await office(['leftover'], { start, vars })
    pastDays(world, 10, { model, serviceTier: FREE, tokens: 40_000 })
    workDay(world, 0, { model, serviceTier: FREE, tokens: 40_000 })
    await started(world)
    await world.run(MIDNIGHT + 21 * HOUR - 1)
    expect(heard(world)).toEqual([])
    const dashboard = await world.connect()
    await world.run(MIDNIGHT + DAY - 60)
    const [told, ...others] = heard(world)
    expect(others).toEqual([])
    expect(told).toMatchObject({
      type: 'usage.leftover',
      timestamp: new Date((MIDNIGHT + 21 * HOUR) * 1000).toISOString(),
      date: DATE,
      tiers: [
        { tier: 'premium', free_tokens: 400_000, limit_value: 1_000_000, unused_tokens: expect.closeTo(600_000, -4) },
      ],
      resets_at: MIDNIGHT + DAY,
    })
    expect(told?.text).toContain('400,000 of 1,000,000 free tokens used')
    expect(await rowsOf(world, 'leftover')).toMatchObject([{ date: DATE, tier: null, sent: true }])
    expect(dashboard.of('notice').length).toBe(1)
  })

  it.each([
    ['LEFTOVER_HOURS is off', { LEFTOVER_HOURS: '0' }, FREE, 10],
    ['no token of the last week was free', {}, 'default', 10],
    ['the pool will be used up', {}, FREE, 100],
  ])('are no news where %s', async (_, more, serviceTier, times) => {
    const world = await office(['leftover'], { start, vars: { ...vars, ...more } })
    pastDays(world, 10, { model, serviceTier, tokens: times * 1000 })
    workDay(world, 0, { model, serviceTier, tokens: times * 1000 })
    await started(world)
    await world.run(MIDNIGHT + DAY - 60)
    expect([heard(world), await rowsOf(world, 'leftover')]).toEqual([[], []])
  })
})
