import { runInDurableObject } from 'cloudflare:test'
import { afterEach, describe, expect, it } from 'vitest'
import type { AlertsView } from '../../../src/wire.ts'
import { DAY, MIDNIGHT, World } from './world.ts'

afterEach(() => World.end())

const noticesOf = async (world: World, kind: string) =>
  (await world.call<AlertsView>(`GET /api/alerts?days=7&kinds=${kind}`)).body.alerts

describe('what is told beside thresholds', () => {
  it('calls no key unusual that the same reading shows to have used as much the day before', async () => {
    const world = await World.make()
    world.use({ at: world.now - 2 * DAY, model: 'gpt-4o', input: 1000, apiKey: 'key_other' })
    await world.polled()
    await world.catchUp()
    // Nobody looks until the next morning, so yesterday's evening comes with today's first reading.
    world.use({ at: MIDNIGHT + 18 * 3600, model: 'gpt-4o', input: 500_000, apiKey: 'key_steady' })
    world.use({ at: MIDNIGHT + DAY + 3600, model: 'gpt-4o', input: 600_000, apiKey: 'key_steady' })
    world.use({ at: MIDNIGHT + DAY + 3600, model: 'gpt-4o', input: 300_000, apiKey: 'key_leaps' })
    world.now = MIDNIGHT + DAY + 6 * 3600
    await world.alarm()
    await world.run(world.now + 3600)
    const spikes = await noticesOf(world, 'spike')
    expect(spikes.map(({ tokens_used }) => tokens_used)).toEqual([300_000])
  })

  it('tries a digest again that storage refused', async () => {
    const world = await World.make({ vars: { ALERTS: 'digest', DIGEST_CRON: '0 13 * * *' } })
    await world.polled()
    await world.catchUp()
    const refuses = (sql: string) => runInDurableObject(world.stub, (_, { storage }) => void storage.sql.exec(sql))
    await refuses("CREATE TRIGGER refuses BEFORE INSERT ON alert_book BEGIN SELECT RAISE(ABORT, 'refused'); END")
    await world.run(MIDNIGHT + 13 * 3600)
    expect(await noticesOf(world, 'digest')).toEqual([])
    await refuses('DROP TRIGGER refuses')
    await world.run(MIDNIGHT + 13 * 3600 + 120)
    expect((await noticesOf(world, 'digest')).length).toBe(1)
  })
})
