import { afterEach, describe, expect, it } from 'vitest'
import type { SnapshotPoint } from '../../../src/wire.ts'
import { DAY, MIDNIGHT, World } from '../tracker/world.ts'

afterEach(World.end)

/** Use in every minute, in its middle, so that the tick at a full minute is the same whether polled or rebuilt. */
function everyMinute(world: World, from: number, to: number): void {
  for (let minute = from; minute < to; minute += 60) {
    const step = (minute - from) / 60
    world.use({ at: minute + 30, input: 1 + (step % 17), output: step % 5, model: 'gpt-4o' })
    world.use({ at: minute + 31, input: 2 + (step % 29), model: 'gpt-4o-mini' })
  }
}

const curve = (points: SnapshotPoint[], from: number, to: number) =>
  points
    .filter(({ timestamp }) => timestamp >= from && timestamp <= to)
    .map(point => [point.timestamp, point.date, point.premium_tokens, point.mini_tokens])

function truth(world: World, ticks: number[]) {
  return ticks.map(tick => {
    const midnight = Math.floor(tick / DAY) * DAY
    const { premium, mini } = world.truth(midnight, tick)
    return [tick, new Date(tick * 1000).toISOString().slice(0, 10), premium, mini]
  })
}

const ticksFrom = (from: number, to: number, step = 300) =>
  Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, n) => from + n * step)

describe('after downtime', () => {
  it.each([
    ['40 minutes', 10 * 3600, 40 * 60, 300, 7],
    ['40 minutes, coming back between two ticks', 10 * 3600, 40 * 60 + 137, 300, 7],
    ['5 hours', 10 * 3600, 5 * 3600, 300, 7],
    ['40 minutes across midnight', DAY - 1200, 2400, 300, 7],
    ['5 hours across midnight', DAY - 3600, 5 * 3600, 300, 7],
    ['23 hours across midnight', 10 * 3600, 23 * 3600, 300, 7],
    ['30 hours, by the hour', 10 * 3600, 30 * 3600, 3600, 7],
    ['3 days, by the hour', 10 * 3600, 3 * DAY, 3600, 7],
  ])('of %s the curve has every tick, each equal to the ledger', async (_, downAt, length, step, days) => {
    const world = await World.make({ start: downAt - 900 })
    const [down, back] = [MIDNIGHT + downAt, MIDNIGHT + downAt + length]
    everyMinute(world, Math.floor((down - 3600) / DAY) * DAY, back + 3600)
    await world.watch()
    await world.run(down)
    await world.evict()
    // Nothing runs: the alarm fires late, when the platform is back.
    world.now = back
    await world.run(back + 700)
    expect((await world.status()).missed_ticks_pending).toBe(0)
    const points = await world.history(`days=${days}`)
    const wanted = ticksFrom(Math.ceil((down - 900) / step) * step, Math.floor((back - 1) / step) * step, step)
    const there = curve(points, down - 900, back - 1).filter(([at]) => Number(at) % step === 0)
    expect(there).toEqual(truth(world, wanted))
    expect(new Set(points.map(({ timestamp }) => timestamp)).size).toBe(points.length)
  })

  it('a second outage in the middle of the rebuilding loses nothing', async () => {
    const world = await World.make({ start: 10 * 3600 })
    everyMinute(world, MIDNIGHT, MIDNIGHT + 15 * 3600)
    await world.watch()
    await world.run(world.now + 60)
    const down = MIDNIGHT + 10 * 3600
    world.now = MIDNIGHT + 12 * 3600
    world.upstream = url => (url.searchParams.get('bucket_width') === '1m' ? new Response('', { status: 500 }) : null)
    await world.alarm()
    // A stretch for each hour of the two.
    expect((await world.status()).missed_ticks_pending).toBe(2)
    await world.crash()
    world.now = MIDNIGHT + 13 * 3600
    world.upstream = () => null
    await world.watch()
    await world.run(world.now + 700)
    expect((await world.status()).missed_ticks_pending).toBe(0)
    const points = await world.history('date=2027-03-10')
    const wanted = ticksFrom(down, MIDNIGHT + 13 * 3600 - 300)
    expect(curve(points, down, MIDNIGHT + 13 * 3600 - 1).filter(([at]) => Number(at) % 300 === 0)).toEqual(
      truth(world, wanted),
    )
  })

  it('late data of the gap stands in the hours, though the curve was drawn without it', async () => {
    const world = await World.make({ start: 10 * 3600 })
    await world.watch()
    await world.run(world.now + 60)
    world.use({ at: MIDNIGHT + 37_000, input: 77, visibleAt: MIDNIGHT + 13 * 3600 })
    world.now = MIDNIGHT + 11 * 3600 + 60
    await world.run(MIDNIGHT + 15 * 3600)
    const hours = await world.history<SnapshotPoint & { premium_hour_tokens: number }>('date=2027-03-10&interval=hour')
    expect(hours.map(point => [point.timestamp - MIDNIGHT, point.premium_hour_tokens])).toContainEqual([36_000, 77])
  })

  it('a gap of polls every 20 seconds stands by the minute', async () => {
    const world = await World.make({ start: 10 * 3600, vars: { POLL_CRON: '*/20 * * * * *' } })
    everyMinute(world, MIDNIGHT, MIDNIGHT + 11 * 3600)
    await world.watch()
    await world.run(world.now + 60)
    world.now += 600
    await world.run(world.now + 40)
    const points = await world.history('date=2027-03-10')
    const wanted = ticksFrom(MIDNIGHT + 10 * 3600 + 120, MIDNIGHT + 10 * 3600 + 600, 60)
    expect(curve(points, MIDNIGHT + 10 * 3600 + 90, MIDNIGHT + 10 * 3600 + 630)).toEqual(truth(world, wanted))
  })
})
