import { runInDurableObject } from 'cloudflare:test'
import { afterEach, describe, expect, it } from 'vitest'
import { World } from '../tracker/world.ts'

afterEach(() => World.end())

async function rename(world: World, from: string, to: string): Promise<void> {
  await runInDurableObject(world.stub, (_, { storage }) => void storage.sql.exec(`ALTER TABLE ${from} RENAME TO ${to}`))
  await world.evict()
}

describe('a forecast that cannot be made', () => {
  it('goes on polling and warning by thresholds, shows the usage, says so in the status, and is over when it can', async () => {
    const world = await World.make({ vars: { ALERT_THRESHOLD: '50', ALERT_WEBHOOK_URL: 'https://alerts.example/a' } })
    await world.polled()
    await world.catchUp()
    await rename(world, 'note_book', 'note_book_away')
    world.use({ at: world.now, model: 'gpt-4o', input: 600_000 })
    await world.run(world.now + 600)
    const usage = await world.usage()
    expect([usage.premium.tokens_used, usage.stale]).toEqual([600_000, false])
    expect((await world.alerts()).map(({ threshold, sent }) => [threshold, sent])).toEqual([[50, true]])
    const read = (await world.status()).reads.find(({ kind }) => kind === 'forecast')
    expect(read?.error.code).toBe('forecast_failed')
    expect(read?.attempts).toBeGreaterThan(0)
    await rename(world, 'note_book_away', 'note_book')
    await world.run(world.now + 600)
    expect((await world.status()).reads).toEqual([])
  })
})
