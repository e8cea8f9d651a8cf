import { afterEach, describe, expect, it, vi } from 'vitest'
import { DATE, DAY, MIDNIGHT, World } from './world.ts'

afterEach(World.end)

const MOST_REQUESTS = 40
const RECEIVERS = Array.from({ length: 10 }, (_, n) => `https://alerts-${n}.example/Wk3pQz8vLt`)
const idsAt = (world: World, url: string) =>
  world.sent.filter(sent => sent.url === url).map(({ headers }) => headers.get('webhook-id'))
const width = (url: URL) => url.searchParams.get('bucket_width')

describe('a wake', { timeout: 60_000 }, () => {
  it('after a day away of a large organisation makes 40 requests at most, and all is made good by more of them', async () => {
    const world = await World.make({
      vars: { ALERT_THRESHOLD: '50,80,95,100', ALERT_WEBHOOK_URL: RECEIVERS.join(' ') },
      migrated: false,
    })
    for (let hour = -24; hour < 40; hour++) {
      for (let group = 0; group < 330; group++) {
        const model = group % 2 === 0 ? 'gpt-4o' : 'gpt-4o-mini'
        const input = group % 2 === 0 ? 300 : 3000
        world.use({ at: MIDNIGHT + hour * 3600 + group * 10 + 15, model, project: `proj_${group}`, input })
      }
    }
    world.countD1()
    await world.catchUp()
    const back = world.now + DAY - 1800
    world.now = back
    // D1 is owed all from the start.
    await world.migrate()
    await world.alarm()
    // Today's alerts went out first, and everything goes on though this wake is used up.
    expect(RECEIVERS.filter(url => idsAt(world, url).some(id => id?.includes('2027-03-11'))).length).toBeGreaterThan(0)
    await world.run(back + 120)
    expect(Math.max(...world.spent)).toBeLessThanOrEqual(MOST_REQUESTS)
    expect(await world.status()).toMatchObject({
      state: 'ok',
      reads: [],
      missed_ticks_pending: 0,
      outbox: { pending: 0, parked: 0 },
      deliveries: { pending: 0, parked: 0 },
    })
    const [first = ''] = RECEIVERS
    const told = idsAt(world, first)
    expect(told.length).toBeGreaterThan(2)
    for (const url of RECEIVERS) expect(idsAt(world, url)).toEqual(told)
    const points = await world.history('days=2')
    for (let slot = MIDNIGHT + 12 * 3600; slot < back - 60; slot += 300) {
      const midnight = Math.floor(slot / DAY) * DAY
      const { premium, mini } = world.truth(midnight, slot)
      const point = points.find(({ timestamp }) => timestamp === slot)
      expect([slot, point?.premium_tokens, point?.mini_tokens]).toEqual([slot, premium, mini])
    }
  })

  it('whose hourly read hangs has sent its messages before, and holds up no manual poll', async () => {
    const world = await World.make({ start: 11 * 3600 + 3300, vars: { ALERT_WEBHOOK_URL: RECEIVERS[0] ?? '' } })
    await world.catchUp()
    await world.run(MIDNIGHT + 12 * 3600 - 1)
    const hanging = Promise.withResolvers<null>()
    world.upstream = url => (width(url) === '1h' ? hanging.promise : null)
    world.use({ at: world.now, input: 900_000 })
    world.now = MIDNIGHT + 12 * 3600
    let isOver = false
    const alarm = world.alarm().then(() => {
      isOver = true
    })
    await vi.waitFor(() => expect(world.sent.length).toBe(1))
    expect((await world.alerts())[0]).toMatchObject({ date: DATE, threshold: 80 })
    world.use({ at: world.now, input: 50_000 })
    world.now += 11
    expect((await world.poll()).body).toMatchObject({ success: true, cached: false, premium_tokens: 950_000 })
    expect(isOver).toBe(false)
    hanging.resolve(null)
    await alarm
  })
})
