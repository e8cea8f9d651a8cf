import { afterEach, describe, expect, it } from 'vitest'
import type { ForecastView } from '../../../src/wire.ts'
import { DAY, MIDNIGHT, World } from '../tracker/world.ts'

afterEach(() => World.end())

const daysKnown = async (world: World) => (await world.call<ForecastView>('GET /api/forecast')).body.premium?.days_known

describe('the past days of a forecast', () => {
  it('are the seven of the first curve on a fresh tracker, stay known when D1 has their hours, and grow by one a day', async () => {
    const world = await World.make()
    for (let at = MIDNIGHT - 20 * DAY; at < MIDNIGHT + 3 * DAY; at += 3600)
      world.use({ at: at + 60, model: 'gpt-4o', input: 1000 })
    await world.polled()
    await world.catchUp()
    expect(await daysKnown(world)).toBe(7)
    await world.run(world.now + 3600)
    expect(await daysKnown(world)).toBe(7)
    await world.run(MIDNIGHT + 2 * DAY + 12 * 3600)
    expect(await daysKnown(world)).toBe(9)
  }, 60_000)
})
