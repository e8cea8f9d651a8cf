import { afterEach, describe, expect, it } from 'vitest'
import { ADMIN_KEY, DATE, MIDNIGHT, World } from './world.ts'

afterEach(World.end)

const HOOK = 'https://alerts.example/Wk3pQz8vLt'

describe('a key', () => {
  it('that was mended is tried at once, whoever pressed the button before', async () => {
    const world = await World.make({ vars: { OPENAI_ADMIN_KEY: 'sk-admin-of-somebody-else', POLL_CRON: '0 * * * *' } })
    world.use({ at: MIDNIGHT, input: 7 })
    await world.watch()
    await world.run(world.now + 2)
    const due = (await world.status()).next_poll ?? 0
    for (let press = 0; press < 5; press++) {
      world.now += 11
      expect((await world.poll()).body.code).toBe('upstream_refused')
    }
    // And the presses put off nothing.
    expect((await world.status()).next_poll).toBeLessThanOrEqual(due)
    await world.redeploy({ OPENAI_ADMIN_KEY: ADMIN_KEY })
    await world.watch()
    await world.run(world.now + 2)
    expect(await world.status()).toMatchObject({ state: 'ok', failures: 0, error: null, last_success: world.now - 2 })
    expect((await world.usage()).premium.tokens_used).toBe(7)
  })
})

describe('an installation', () => {
  it('has a name of its own in the ids of its messages, through crashes and deploys', async () => {
    const ids: (string | null)[][] = []
    for (let installation = 0; installation < 2; installation++) {
      const world = await World.make({ vars: { ALERT_WEBHOOK_URL: HOOK, ALERT_THRESHOLD: '50,80' } })
      world.use({ at: MIDNIGHT, input: 600_000 })
      await world.polled()
      await world.crash()
      await world.redeploy({ ALERT_WEBHOOK_SECRET: '' })
      world.now += 60
      world.use({ at: world.now, input: 300_000 })
      await world.polled()
      ids.push(world.sent.map(({ headers }) => headers.get('webhook-id')))
      World.end()
    }
    const names = ids.map(of => of.map(id => id?.replace(/^alert-/, '').slice(0, 8)))
    expect(ids).toEqual(names.map(of => [`alert-${of[0]}-${DATE}-premium-50`, `alert-${of[0]}-${DATE}-premium-80`]))
    expect(names[0]?.[0]).toMatch(/^[a-z0-9]{8}$/)
    expect(names[0]?.[0]).not.toBe(names[1]?.[0])
  })
})
