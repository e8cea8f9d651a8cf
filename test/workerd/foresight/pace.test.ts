import { afterEach, describe, expect, it } from 'vitest'
import { DATE, DAY, MIDNIGHT, type World, World as Worlds } from '../tracker/world.ts'
import { FREE, HOUR, heard, office, pastDays, rowsOf, started, workDay } from './office.ts'

afterEach(Worlds.end)

const SLOT = 300
/** Tokens in each slot of five minutes. */
function steady(world: World, from: number, to: number, tokens: number, use: { serviceTier?: string } = {}): void {
  for (let at = MIDNIGHT + from * HOUR; at < MIDNIGHT + to * HOUR; at += SLOT)
    world.use({ at, input: tokens, model: 'gpt-4o', ...use })
}

describe('a day on pace to run out', () => {
  it('is told once, at the third reading in a row, with the time, the earliest time and the pace', async () => {
    const world = await office(['pace'], { start: 8 * HOUR })
    pastDays(world, 10, { tokens: 80_000 })
    steady(world, 8, 20, 12_000)
    await started(world)
    const dashboard = await world.connect()
    await world.run(MIDNIGHT + 16 * HOUR)
    const [told, ...others] = heard(world)
    expect(others).toEqual([])
    expect(told).toMatchObject({
      type: 'usage.pace.exceeds',
      date: DATE,
      tier: 'premium',
      limit_value: 1_000_000,
      limit_counts: 'all',
      tokens_per_hour: expect.closeTo(144_000, -4),
      resets_at: MIDNIGHT + DAY,
      causes: { projects: [{ id: 'proj_a' }] },
    })
    const { chance, tokens_used, runs_out_at, runs_out_earliest, expected_tokens } = told as unknown as Record<
      string,
      number
    >
    expect(chance).toBeGreaterThanOrEqual(0.75)
    expect(tokens_used).toBeGreaterThanOrEqual(250_000)
    expect(tokens_used).toBeLessThan(500_000)
    expect(expected_tokens).toBeGreaterThan(1_000_000)
    // The day really runs out at 14:55.
    expect(Math.abs((runs_out_at ?? 0) - (MIDNIGHT + 15 * HOUR))).toBeLessThan(2 * HOUR)
    expect(runs_out_earliest).toBeLessThanOrEqual(runs_out_at ?? 0)
    const clock = new Date((runs_out_at ?? 0) * 1000).toISOString().slice(11, 16)
    expect(told?.text).toContain(`PREMIUM tier runs out about ${clock} UTC`)
    expect(told?.text).toContain('in the last hour')
    expect(told?.text).toMatch(/maybe from \d\d:\d\d UTC/)
    const [row, ...rows] = await rowsOf(world, 'pace')
    expect(rows).toEqual([])
    expect(row).toMatchObject({ kind: 'pace', tier: 'premium', threshold: null, sent: true, tokens_used })
    expect(dashboard.of('notice').map(({ notice }) => [notice.id, notice.kind])).toEqual([[row?.id, 'pace']])
    expect(await world.alerts()).toEqual([])
  })

  it('is not told of a busy morning that ends early, as all days before', async () => {
    const world = await office(['pace'], { start: 6 * HOUR, vars: { POLL_CRON: '*/10 * * * *' } })
    pastDays(world, 10, { from: 6, to: 10, tokens: 150_000 })
    workDay(world, 0, { from: 6, to: 10, tokens: 160_000 })
    await started(world)
    await world.run(MIDNIGHT + 20 * HOUR)
    expect([heard(world), await rowsOf(world, 'pace')]).toEqual([[], []])
  })

  it('is not told once the limit is reached: the threshold has said so', async () => {
    const world = await office(['pace', 'threshold'], { start: 8 * HOUR, vars: { ALERT_THRESHOLD: '100' } })
    pastDays(world, 10, { tokens: 10_000 })
    world.use({ at: MIDNIGHT + 9 * HOUR, input: 1_000_000, model: 'gpt-4o' })
    await started(world)
    await world.run(MIDNIGHT + 14 * HOUR)
    expect(heard(world).map(({ type }) => type)).toEqual(['usage.threshold.crossed'])
  })

  it('is told once where the object dies between its cause and its delivery, and the clock goes back an hour', async () => {
    const world = await office(['pace'], { start: 8 * HOUR })
    pastDays(world, 10, { tokens: 80_000 })
    steady(world, 8, 20, 12_000)
    world.receiver = () => new Response('x', { status: 500 })
    await started(world)
    for (let slot = 0; (await rowsOf(world, 'pace')).length === 0; slot++) {
      expect(slot).toBeLessThan(60)
      await world.run(world.now + SLOT)
    }
    await world.crash()
    world.receiver = () => new Response('ok')
    world.sent = []
    world.now -= HOUR
    await world.catchUp()
    await world.run(world.now + 4 * HOUR)
    expect(heard(world).length).toBe(1)
    expect((await rowsOf(world, 'pace')).map(({ sent }) => sent)).toEqual([true])
  })

  it('is noted and never sent where ALERTS leaves it out, also when it is turned on again', async () => {
    const world = await office(['watch'], { start: 8 * HOUR })
    pastDays(world, 10, { tokens: 80_000 })
    steady(world, 8, 20, 12_000)
    await started(world)
    await world.run(MIDNIGHT + 12 * HOUR)
    expect(await rowsOf(world, 'pace')).toMatchObject([{ sent: false, message_id: null, deliveries: [] }])
    await world.redeploy({
      ALERTS: 'all',
      ALERT_WEBHOOK_URL: 'https://alerts.example/canary-hook-path-9f2 https://b.example/canary-other-path-77a',
    })
    await world.run(MIDNIGHT + 16 * HOUR)
    expect(heard(world).filter(({ type }) => type === 'usage.pace.exceeds')).toEqual([])
    expect((await rowsOf(world, 'pace')).length).toBe(1)
  })

  it('of LIMIT_COUNTS=free counts free tokens alone, and says so', async () => {
    const world = await office(['pace'], { start: 8 * HOUR, vars: { LIMIT_COUNTS: 'free' } })
    pastDays(world, 10, { tokens: 80_000, serviceTier: FREE })
    pastDays(world, 10, { tokens: 500_000 })
    steady(world, 8, 20, 12_000, { serviceTier: FREE })
    steady(world, 8, 20, 50_000)
    await started(world)
    await world.run(MIDNIGHT + 16 * HOUR)
    const [told, ...others] = heard(world)
    expect(others).toEqual([])
    expect(told).toMatchObject({ limit_counts: 'free' })
    expect(told?.tokens_used).toBeLessThan(500_000)
    expect(told?.text).toContain('free tokens are used')
    const [row] = await rowsOf(world, 'pace')
    expect(row?.tokens_used).toBe(told?.tokens_used)
    expect(row?.percentage).toBe(told?.percentage)
  })

  it('of LIMIT_COUNTS=free is not told for billed tokens', async () => {
    const world = await office(['pace'], { start: 8 * HOUR, vars: { LIMIT_COUNTS: 'free' } })
    pastDays(world, 10, { tokens: 8_000, serviceTier: FREE })
    steady(world, 8, 20, 12_000)
    await started(world)
    await world.run(MIDNIGHT + 16 * HOUR)
    expect([heard(world), await rowsOf(world, 'pace')]).toEqual([[], []])
  })
})
