import { afterEach, describe, expect, it, vi } from 'vitest'
import { MIDNIGHT, World } from './world.ts'

afterEach(World.end)

const HOOK = 'https://alerts.example/canary-hook-path-9f2'
const VARS = { ALERT_WEBHOOK_URL: HOOK, POLL_COOLDOWN_SECONDS: '0' }
const MINUTE = 60
const REFUSED = () => Response.json({ error: { message: 'Incorrect API key provided' } }, { status: 401 })
const DOWN = () => new Response(null, { status: 503 })

interface Body {
  type: string
  text: string
  id: string
  last_success: number | null
  failing_since: number
  error: { code: string }
}
const bodies = (world: World) => world.sent.map(({ body }) => JSON.parse(body) as Body)
const types = (world: World) => bodies(world).map(({ type }) => type)
/** What they were about: a body that is plain, for a receiver that failed at the rich one, says no type. */
const told = (world: World) => world.sent.map(({ headers }) => headers.get('webhook-id')?.split('-')[0])

async function seeing(vars = {}): Promise<World> {
  const world = await World.make({ vars: { ...VARS, ...vars } })
  world.use({ at: MIDNIGHT, input: 100_000 })
  await world.catchUp()
  return world
}

describe('receivers are told that the tracker is blind', () => {
  it.each([
    ['refused', REFUSED, 'upstream_refused'],
    ['down', DOWN, 'upstream_error'],
  ])('once, a quarter of an hour after the first failure, when OpenAI is %s', async (_, upstream, code) => {
    const world = await seeing()
    world.upstream = upstream
    const [lastSuccess, failed] = [(await world.status()).last_success, world.now + 4 * MINUTE]
    await world.run(failed + 14 * MINUTE)
    expect(types(world)).toEqual([])
    await world.run(failed + 17 * MINUTE)
    expect(bodies(world)).toMatchObject([
      {
        type: 'tracker.blind',
        text: expect.stringContaining('⚠️ OpenAI usage tracker is blind: no numbers since 2027-03-10 12:0'),
        last_success: lastSuccess,
        error: { code },
      },
    ])
    const { blind_told_at, state } = await world.status()
    expect([state, Math.abs((blind_told_at ?? 0) - world.now) < 3 * MINUTE]).toEqual(['blind', true])
    await world.run(world.now + 8 * 3600)
    expect(types(world)).toEqual(['tracker.blind'])
  })

  it('once more when it sees again, and then of the next time', async () => {
    const world = await seeing()
    for (const round of [1, 2]) {
      world.upstream = DOWN
      await world.run(world.now + 40 * MINUTE)
      world.upstream = () => null
      await world.run(world.now + 10 * MINUTE)
      expect(types(world).length).toBe(2 * round)
    }
    expect(types(world)).toEqual(['tracker.blind', 'tracker.seeing', 'tracker.blind', 'tracker.seeing'])
    expect(new Set(bodies(world).map(({ id }) => id)).size).toBe(4)
    expect(await world.status()).toMatchObject({ state: 'ok', blind_told_at: null })
    expect(bodies(world)[1]?.text).toContain('All that was used in between is counted')
  })

  it('with the alert of what was used in between', async () => {
    const world = await seeing({ ALERT_THRESHOLD: '50' })
    world.upstream = DOWN
    await world.run(world.now + 40 * MINUTE)
    world.use({ at: world.now, input: 500_000 })
    world.upstream = () => null
    await world.run(world.now + 10 * MINUTE)
    expect(types(world).sort()).toEqual(['tracker.blind', 'tracker.seeing', 'usage.threshold.crossed'])
    expect((await world.alerts()).map(({ sent }) => sent)).toEqual([true])
  })

  it('not of trouble that passes', async () => {
    const world = await seeing()
    for (let n = 0; n < 6; n++) {
      world.upstream = DOWN
      await world.run(world.now + 14 * MINUTE)
      world.upstream = () => null
      await world.run(world.now + 6 * MINUTE)
    }
    expect(types(world)).toEqual([])
  })

  it('not before three slots on a slow schedule', async () => {
    const world = await seeing({ POLL_CRON: '0 * * * *' })
    world.upstream = DOWN
    await world.run(MIDNIGHT + 15 * 3600 - MINUTE)
    expect(types(world)).toEqual([])
    await world.run(MIDNIGHT + 15 * 3600 + MINUTE)
    expect(types(world)).toEqual(['tracker.blind'])
  })

  it('when it was killed and evicted in between, and while a first delivery fails', async () => {
    const world = await seeing()
    world.upstream = DOWN
    await world.run(world.now + 10 * MINUTE)
    await world.crash()
    await world.watch()
    world.receiver = () => new Response(null, { status: 500 })
    await world.run(world.now + 12 * MINUTE)
    await world.crash()
    await world.watch()
    world.receiver = () => new Response('ok')
    await world.run(world.now + 60 * MINUTE)
    expect(new Set(world.sent.map(({ headers }) => headers.get('webhook-id'))).size).toBe(1)
    await world.evict()
    world.upstream = () => null
    await world.run(world.now + 40 * MINUTE)
    expect([...new Set(told(world))]).toEqual(['blind', 'seeing'])
  })

  // By chance the end is sent first, or what it makes superfluous is dropped first.
  it.each([0, 0.5])('only of the end, when they could not be reached until then, with chance %f', async chance => {
    const world = await seeing()
    vi.spyOn(Math, 'random').mockReturnValue(chance)
    world.upstream = DOWN
    world.receiver = () => new Response(null, { status: 503 })
    await world.run(world.now + 100 * MINUTE)
    expect(types(world).length).toBeGreaterThan(5)
    world.upstream = () => null
    await world.run(world.now + 10 * MINUTE)
    world.sent.length = 0
    world.receiver = () => new Response('ok')
    await world.run(world.now + 120 * MINUTE)
    expect(told(world)).toEqual(['seeing'])
    expect((await world.status()).deliveries).toMatchObject({ pending: 0, parked: 0 })
  })

  it('not of an end that a new incident has overtaken', async () => {
    const world = await seeing()
    world.upstream = DOWN
    await world.run(world.now + 40 * MINUTE)
    world.receiver = () => new Response(null, { status: 503 })
    world.upstream = () => null
    await world.run(world.now + 20 * MINUTE)
    world.upstream = DOWN
    await world.run(world.now + 40 * MINUTE)
    world.sent.length = 0
    world.receiver = () => new Response('ok')
    await world.run(world.now + 120 * MINUTE)
    expect(told(world)).toEqual(['blind'])
  })

  it('once its URL is mended, even days later, and not again and again while it is not', async () => {
    const world = await seeing()
    world.upstream = REFUSED
    world.receiver = () => new Response(null, { status: 404 })
    for (let hour = 0; hour < 30; hour++) {
      await world.run(world.now + 60 * MINUTE)
      await world.evict()
    }
    // The rich body and the plain one.
    expect(told(world)).toEqual(['blind', 'blind'])
    world.receiver = () => new Response('ok')
    await world.redeploy({ ALERT_WEBHOOK_URL: 'https://alerts.example/another-hook-path-8c1' })
    await world.watch()
    await world.run(world.now + 60 * MINUTE)
    await world.evict()
    await world.run(world.now + 60 * MINUTE)
    expect(types(world).slice(2)).toEqual(['tracker.blind'])
  })

  it('not for the hours in which it was away itself', async () => {
    const world = await seeing()
    world.upstream = DOWN
    await world.run(world.now + 5 * MINUTE)
    world.now += 10 * 3600
    await world.alarm()
    expect(types(world)).toEqual([])
    world.upstream = () => null
    await world.run(world.now + 10 * MINUTE)
    expect(types(world)).toEqual([])
  })

  it('when a deploy took its key, but not when it never had one', async () => {
    const world = await seeing()
    await world.redeploy({ OPENAI_ADMIN_KEY: '' })
    await world.run(world.now + 20 * MINUTE)
    expect(bodies(world)).toMatchObject([{ type: 'tracker.blind', error: { code: 'not_configured' } }])
    const fresh = await World.make({ vars: { ...VARS, OPENAI_ADMIN_KEY: '' } })
    await fresh.watch()
    await fresh.run(fresh.now + 6 * 3600)
    expect(types(fresh)).toEqual([])
  })

  it('as soon as there is one, where none was set at first', async () => {
    const world = await seeing({ ALERT_WEBHOOK_URL: '' })
    world.upstream = REFUSED
    await world.run(world.now + 60 * MINUTE)
    expect((await world.status()).blind_told_at).toBe(null)
    await world.redeploy({ ALERT_WEBHOOK_URL: HOOK })
    await world.watch()
    await world.run(world.now + MINUTE)
    expect(types(world)).toEqual(['tracker.blind'])
  })

  it('and nothing of it is an alert of usage', async () => {
    const world = await seeing()
    world.upstream = DOWN
    await world.run(world.now + 40 * MINUTE)
    expect(await world.alerts()).toEqual([])
    expect(await world.rows('SELECT * FROM alerts')).toEqual([])
    expect((await world.status()).deliveries).toMatchObject({ pending: 0, parked: 0, channels: [{ state: 'ok' }] })
  })
})
