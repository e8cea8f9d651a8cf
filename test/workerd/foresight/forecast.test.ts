import { afterEach, describe, expect, it } from 'vitest'
import type { Forecast, ForecastView, UsageView } from '../../../src/wire.ts'
import { MIDNIGHT, World } from '../tracker/world.ts'
import { FREE, HOUR, office, pastDays, started, workDay } from './office.ts'

afterEach(World.end)

const model = 'gpt-4o'

async function forecastOf(world: World): Promise<ForecastView> {
  return (await world.call<ForecastView>('GET /api/forecast')).body
}

/** The forecast as all three ways show it: they must not differ. */
async function agreed(world: World): Promise<Record<'premium' | 'mini', Forecast>> {
  const usage = await world.usage()
  const forecast = await forecastOf(world)
  const dashboard = await world.connect()
  await dashboard.until(() => dashboard.frames.length > 0)
  const [frame] = dashboard.frames as unknown as [{ usage: UsageView }]
  dashboard.socket.close()
  for (const tier of ['premium', 'mini'] as const) {
    expect(forecast[tier]).toEqual(usage[tier].forecast)
    expect(frame.usage[tier].forecast).toEqual(usage[tier].forecast)
  }
  return forecast as Record<'premium' | 'mini', Forecast>
}

describe('the forecast', () => {
  it('is null before the first success', async () => {
    const world = await office([])
    expect(await forecastOf(world)).toEqual({ premium: null, mini: null })
  })

  it.each(['*/10 * * * *', '30 * * * *'])(
    'is the same wherever it is shown, at each moment of a day polled at %s',
    async POLL_CRON => {
      const world = await office([], { start: 30 * 60, vars: { POLL_CRON } })
      pastDays(world, 10, { model, from: 0, to: 24, tokens: 10_000 })
      workDay(world, 0, { model, from: 0, to: 20, tokens: 40_000 })
      await started(world)
      const states: string[] = []
      // An hour without a poll changes it too.
      for (const hour of [0.9, 1.02, 1.6, 2.02, 3.1, 9.01, 15.3, 23.9]) {
        await world.run(MIDNIGHT + hour * HOUR)
        const { premium } = await forecastOf(world)
        expect(premium).toEqual((await world.usage()).premium.forecast)
        states.push(premium?.state ?? '')
      }
      expect(states[0]).toBe('early')
      expect(states.slice(1)).not.toContain('early')
      await world.evict()
      const before = await agreed(world)
      await world.crash()
      expect(await agreed(world)).toEqual(before)
    },
  )

  it('goes from early over what is likely to exceeded, is stale when blind, and early again on the next day', async () => {
    const world = await office([], { start: 600, vars: { POLL_CRON: '*/15 * * * *' } })
    pastDays(world, 8, { model, from: 0, to: 24, tokens: 10_000 })
    workDay(world, 0, { model, from: 0, to: 24, tokens: 100_000 })
    await started(world)
    const at = async (hours: number) => {
      await world.run(MIDNIGHT + hours * HOUR)
      return (await agreed(world)).premium
    }
    expect(await at(0.5)).toMatchObject({ state: 'early', chance: null, expected_tokens: null })
    expect(await at(5)).toMatchObject({ state: 'will_exceed', days_known: 8 - 1 })
    expect(await at(11)).toMatchObject({ state: 'exceeded', chance: 1, runs_out_at: null })
    world.upstream = () => new Response('x', { status: 500 })
    expect(await at(12)).toMatchObject({ state: 'stale', chance: null, expected_tokens: null })
    world.upstream = () => null
    expect(await at(13)).toMatchObject({ state: 'exceeded' })
    expect(await at(24.5)).toMatchObject({ state: 'early' })
    expect((await agreed(world)).mini).toMatchObject({ state: 'early' })
    expect((await at(25.5)).days_known).toBe(8)
  })

  it('knows the seven days whose hours a first start reads, at once', async () => {
    const world = await office([], { start: 12 * HOUR })
    pastDays(world, 12, { model, tokens: 10_000 })
    workDay(world, 0, { model, tokens: 10_000 })
    await started(world)
    expect((await agreed(world)).premium.days_known).toBe(7)
    await world.run(world.now + 600)
    expect((await agreed(world)).premium.days_known).toBe(7)
  })

  it('and all that is compared with the limit is of free tokens alone where LIMIT_COUNTS says so', async () => {
    const world = await office(['threshold'], {
      start: 12 * HOUR,
      vars: { LIMIT_COUNTS: 'free', ALERT_THRESHOLD: '20' },
    })
    pastDays(world, 8, { model, serviceTier: FREE, from: 0, to: 24, tokens: 10_000 })
    pastDays(world, 8, { model, from: 0, to: 24, tokens: 90_000 })
    workDay(world, 0, { model, serviceTier: FREE, from: 0, to: 24, tokens: 10_000 })
    workDay(world, 0, { model, from: 0, to: 24, tokens: 90_000 })
    await started(world)
    await world.run(MIDNIGHT + 18 * HOUR)
    const { premium } = await world.usage()
    expect(premium).toMatchObject({
      tokens_used: 1_800_000,
      used: 1_800_000,
      percentage: 180,
      free_tokens: 180_000,
      free_remaining: 820_000,
      limit_counts: 'free',
      counted_tokens: 180_000,
      counted_percentage: 18,
    })
    const forecast = (await agreed(world)).premium
    expect(forecast.state).toBe('ok')
    expect(forecast.expected_tokens).toBeGreaterThan(220_000)
    expect(forecast.expected_tokens).toBeLessThan(260_000)
    expect(await world.alerts()).toEqual([])
    const headroom = (await world.call<Record<string, number>>('GET /api/headroom?tier=premium&tokens=1')).body
    expect(headroom).toMatchObject({ used: 180_000, limit_counts: 'free', fits: true })
    await world.run(MIDNIGHT + 21 * HOUR)
    expect(await world.alerts()).toMatchObject([{ tokens_used: 200_000, percentage: 20 }])
    expect(JSON.parse(world.sent[0]?.body ?? '{}')).toMatchObject({
      limit_counts: 'free',
      text: expect.stringContaining('Counted: free tokens only'),
    })
  })

  it('and free_remaining: a number where a free token was seen in 7 days, null where none was', async () => {
    const world = await office([], { start: 12 * HOUR })
    workDay(world, -7, { model, serviceTier: FREE, from: 0, to: 1, tokens: 10 })
    workDay(world, -8, { model: 'gpt-4o-mini', serviceTier: FREE, from: 0, to: 1, tokens: 10 })
    workDay(world, 0, { model, from: 0, to: 4, tokens: 400_000 })
    await started(world)
    const before = await world.usage()
    expect([before.premium.free_remaining, before.mini.free_remaining]).toEqual([1_000_000, null])
    world.use({ at: world.now - 60, model, serviceTier: FREE, input: 1_100_000 })
    world.use({ at: world.now - 60, model: 'gpt-4o-mini', serviceTier: FREE, input: 1 })
    world.now += 30
    await world.polled()
    const after = await world.usage()
    expect([after.premium.free_remaining, after.mini.free_remaining]).toEqual([0, 9_999_999])
  })
})
