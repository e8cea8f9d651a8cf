import { afterEach, describe, expect, it } from 'vitest'
import { World } from './world.ts'

const URL = 'https://beats.example/ping/Tz5bQ9wLx2'
const VARS = { HEARTBEAT_URL: `${URL}?rid=1`, ALERT_WEBHOOK_URL: 'https://alerts.example/a', ALERT_THRESHOLD: '50' }

afterEach(() => World.end())

const beats = (world: World) => world.sent.map(({ url }) => url).filter(url => url.startsWith(URL))

describe('the heartbeat', () => {
  it('is asked after each successful poll, and with /fail while the tracker is blind', async () => {
    const world = await World.make({ vars: VARS })
    await world.polled()
    await world.catchUp()
    expect(beats(world)).toEqual([`${URL}?rid=1`])
    await world.run(world.now + 600)
    expect(beats(world).length).toBe(3)
    world.upstream = () => new Response('x', { status: 500 })
    world.sent = []
    await world.run(world.now + 3600)
    expect(new Set(beats(world))).toEqual(new Set([`${URL}/fail?rid=1`]))
  })

  it('comes once a minute at most on a schedule of seconds', async () => {
    const world = await World.make({ vars: { ...VARS, POLL_CRON: '*/10 * * * * *' } })
    await world.polled()
    world.sent = []
    await world.run(world.now + 300)
    expect(beats(world).length).toBeGreaterThan(3)
    expect(beats(world).length).toBeLessThanOrEqual(6)
  })

  it.each([
    ['refuses', () => new Response('no', { status: 404 }), 'it answered 404'],
    ['redirects', () => Response.redirect('https://elsewhere.example/x'), 'it answered 302'],
    ['hangs', () => new Promise<Response>(() => {}), null],
  ])('delays nothing where its receiver %s: the alert is out, and the status says so', async (_, answer, detail) => {
    const world = await World.make({ vars: VARS })
    world.receiver = sent => (sent.url.startsWith(URL) ? answer() : new Response('ok'))
    world.use({ at: world.now - 60, model: 'gpt-4o', input: 600_000 })
    await world.polled()
    await world.catchUp()
    expect(world.sent.filter(({ url }) => url.includes('alerts.example')).length).toBe(1)
    expect((await world.alerts())[0]?.sent).toBe(true)
    // Nobody goes where a redirect points, and no second try is made.
    expect(beats(world).length).toBe(1)
    expect(world.sent.some(({ url }) => url.includes('elsewhere'))).toBe(false)
    const { heartbeat } = await world.status()
    expect(heartbeat?.detail ?? null).toBe(detail)
    expect(JSON.stringify(await world.status()) + world.logs.join()).not.toContain('Tz5bQ9wLx2')
    if (detail !== null) expect(world.logs.some(line => line.includes('"heartbeat"'))).toBe(true)
  })
})
