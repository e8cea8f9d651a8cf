import { afterEach, describe, expect, it } from 'vitest'
import { DATE, DAY, MIDNIGHT, World } from '../tracker/world.ts'
import { FREE, HOUR, heard, office, pastDays, rowsOf, started, workDay } from './office.ts'

afterEach(World.end)

const GIFT = { model: 'gpt-4o', serviceTier: FREE, tokens: 20_000 }
const PAID = { model: 'gpt-4o', tokens: 20_000 }
const POLL_CRON = '0 */2 * * *'

describe('free tokens that stop', () => {
  it('are told once an incident, from 20 requests and 06:00 on, and anew after they have come back', async () => {
    const world = await office(['free_stopped'], { start: 30 * 60, vars: { POLL_CRON } })
    pastDays(world, 7, GIFT)
    for (const day of [0, 1]) workDay(world, day, { ...PAID, from: 1, to: 10, requests: 4 })
    await started(world)
    await world.run(MIDNIGHT + 6 * HOUR - 1)
    expect(heard(world)).toEqual([])
    const dashboard = await world.connect()
    await world.run(MIDNIGHT + 7 * HOUR)
    const [told] = heard(world)
    expect(told).toMatchObject({
      type: 'usage.free.stopped',
      timestamp: new Date((MIDNIGHT + 6 * HOUR) * 1000).toISOString(),
      date: DATE,
      tier: 'premium',
      requests: 20,
      billed_tokens: 100_000,
      free_tokens: 0,
      free_days: 7,
    })
    expect(told?.text).toContain('no free PREMIUM tokens today, all are billed')
    expect(await rowsOf(world, 'free_stopped')).toMatchObject([{ tier: 'premium', date: DATE, sent: true }])
    expect(dashboard.of('notice').length).toBe(1)
    await world.run(MIDNIGHT + 2 * DAY)
    expect(heard(world).length).toBe(1)
    for (let day = 2; day < 7; day++) workDay(world, day, GIFT)
    workDay(world, 7, { ...PAID, from: 1, to: 10 })
    await world.run(MIDNIGHT + 8 * DAY)
    expect(heard(world).map(({ date }) => date)).toEqual([DATE, '2027-03-17'])
  }, 60_000)

  it.each([
    ['came on 4 of the last 7 days', 4, { ...PAID, from: 1 }],
    ['are followed by 19 requests', 7, { ...PAID, from: 1, to: 20, requests: 1 }],
    ['go on, be it with one request', 7, { ...GIFT, from: 3, to: 4 }],
  ])('are no news where they %s', async (_, days, today) => {
    const world = await office(['free_stopped'], { start: 30 * 60, vars: { POLL_CRON } })
    pastDays(world, days, GIFT)
    pastDays(world, 20, { ...PAID, tokens: 1_000 })
    workDay(world, 0, today)
    if ('serviceTier' in today) workDay(world, 0, { ...PAID, from: 1, to: 20 })
    await started(world)
    await world.run(MIDNIGHT + DAY - 60)
    expect([heard(world), await rowsOf(world, 'free_stopped')]).toEqual([[], []])
  })
})
