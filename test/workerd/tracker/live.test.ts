import { afterEach, describe, expect, it } from 'vitest'
import { SESSION_EXPIRY_HEADER } from '../../../src/rpc/trackerStub.ts'
import { DATE, DAY, Dashboard, MIDNIGHT, World } from './world.ts'

afterEach(World.end)

/** As the API opens it for a session that ends. */
async function connectUntil(world: World, expiresAt: number): Promise<Dashboard> {
  const response = await world.stub.fetch('https://tracker.example/api/live', {
    headers: { upgrade: 'websocket', [SESSION_EXPIRY_HEADER]: String(expiresAt) },
  })
  if (response.webSocket === null) throw new Error('no socket')
  return new Dashboard(response.webSocket)
}

const seqs = (dashboard: Dashboard) => dashboard.frames.map(frame => frame.seq)
const isRising = (numbers: number[]) => numbers.every((n, at) => at === 0 || n > (numbers[at - 1] ?? 0))

describe('GET /api/live', () => {
  it('sends a snapshot first: what usage, alerts and status say', async () => {
    const world = await World.make({ vars: { ALERT_THRESHOLD: '50' } })
    world.use({ at: MIDNIGHT, input: 600_000 })
    await world.polled()
    await world.catchUp()
    const dashboard = await world.connect()
    await dashboard.until(() => dashboard.frames.length > 0)
    const [first] = dashboard.frames
    expect(first).toEqual({
      type: 'snapshot',
      seq: expect.any(Number),
      usage: await world.usage(),
      alerts: (await world.alerts()).filter(alert => alert.date === DATE),
      notices: [],
      status: { ...(await world.status()), connections: expect.any(Number) },
    })
    expect(first?.type === 'snapshot' && first.alerts.length).toBe(1)
  })

  it('sends the usage after every poll, with the new numbers, also when they are the old ones', async () => {
    const world = await World.make()
    await world.polled()
    await world.catchUp()
    const dashboard = await world.connect()
    for (const input of [10, 20, 0]) {
      world.use({ at: world.now, input })
      world.now += 60
      await world.polled()
    }
    await dashboard.until(() => dashboard.of('usage').length === 3)
    expect(dashboard.of('usage').map(frame => frame.usage.premium.tokens_used)).toEqual([10, 30, 30])
    expect(isRising(seqs(dashboard))).toBe(true)
  })

  it('sends each alert as its row, and the status when it changes, not when it does not', async () => {
    const world = await World.make({
      vars: { ALERT_THRESHOLD: '50,80', ALERT_WEBHOOK_URL: 'https://alerts.example/Wk3pQz8vLt' },
    })
    await world.polled()
    await world.catchUp()
    world.now += 30
    await world.polled()
    const dashboard = await world.connect()
    world.now += 60
    await world.polled()
    await dashboard.until(() => dashboard.of('usage').length === 1)
    expect(dashboard.of('status')).toEqual([])
    world.use({ at: world.now, input: 850_000 })
    world.now += 60
    await world.polled()
    await dashboard.until(() => dashboard.of('alert').length === 2)
    expect(
      dashboard
        .of('alert')
        .map(frame => frame.alert.threshold)
        .sort(),
    ).toEqual([50, 80])
    const row = (await world.alerts())[0]
    const frame = dashboard.of('alert').find(({ alert }) => alert.id === row?.id)
    expect(frame?.alert).toEqual({ ...row, sent: false, deliveries: [expect.objectContaining({ state: 'pending' })] })
    world.now += 60
    world.upstream = () => new Response('', { status: 500 })
    await world.poll()
    await dashboard.until(() => dashboard.of('status').some(({ status }) => status.error?.code === 'upstream_error'))
    world.upstream = () => null
    world.now += 60
    await world.polled()
    await dashboard.until(() => dashboard.of('status').at(-1)?.status.error === null)
  })

  it('tells one who connects of the next change, also back to what was shown to those before', async () => {
    const world = await World.make()
    const codes = (dashboard: Dashboard) => dashboard.of('status').map(({ status }) => status.error?.code ?? null)
    const turn = async (sick: boolean) => {
      world.upstream = sick ? () => new Response('', { status: 500 }) : () => null
      // Within one slot: a missed tick would be a change of its own.
      world.now += 20
      await world.poll()
      await world.catchUp()
    }
    await turn(false)
    await turn(true)
    const first = await world.connect()
    await turn(false)
    await first.until(() => codes(first).at(-1) === null)
    first.socket.close(1000)
    await first.until(() => first.closed !== null)
    await turn(true)
    const [second, third] = [await world.connect(), await world.connect()]
    await second.until(() => second.of('snapshot')[0]?.status.error?.code === 'upstream_error')
    await turn(false)
    for (const one of [second, third]) await one.until(() => codes(one).at(-1) === null)
  })

  it('tells one who connects during a change of its end, though the others saw none', async () => {
    const world = await World.make()
    await world.polled()
    await world.catchUp()
    const first = await world.connect()
    await first.until(() => first.frames.length > 0)
    const joined: Dashboard[] = []
    world.upstream = async url => {
      // The missed ticks are being read.
      if (url.searchParams.get('bucket_width') === '1m' && joined.length === 0) joined.push(await world.connect())
      return null
    }
    world.now += 1_200
    await world.alarm()
    const [second] = joined
    if (second === undefined) throw new Error('no tick was read again')
    await second.until(() => second.of('snapshot')[0]?.status.missed_ticks_pending === 1)
    await second.until(() => second.of('status').at(-1)?.status.missed_ticks_pending === 0)
  })

  it('answers ping with pong, and without waking the object', async () => {
    const world = await World.make()
    const dashboard = await world.connect()
    await dashboard.until(() => dashboard.frames.length === 1)
    await world.evict()
    dashboard.socket.send('ping')
    await dashboard.until(() => dashboard.texts.includes('pong'))
    await expect(world.evict()).resolves.toBeUndefined()
    expect(dashboard.closed).toBeNull()
  })

  it.each([
    ['text that is not ping', 'hello'],
    ['JSON', '{"type":"subscribe"}'],
    ['an empty frame', ''],
    ['2 KiB', 'x'.repeat(2048)],
    ['1 MiB', 'x'.repeat(1024 * 1024)],
    ['bytes', new Uint8Array([1, 2, 3])],
  ])('closes by 1008 on %s, and nobody else is disturbed', async (_, message) => {
    const world = await World.make()
    const [bad, good] = [await world.connect(), await world.connect()]
    bad.socket.send(message)
    await bad.until(() => bad.closed !== null)
    expect(bad.closed?.code).toBe(1008)
    await world.polled()
    await good.until(() => good.of('usage').length === 1)
    expect(good.closed).toBeNull()
  })

  it('goes on counting its frames over evictions and crashes', async () => {
    const world = await World.make()
    const all: number[] = []
    let dashboard = await world.connect()
    for (let round = 0; round < 4; round++) {
      world.now += 60
      await world.polled()
      await dashboard.until(() => dashboard.of('usage').length > 0)
      all.push(...seqs(dashboard))
      if (round % 2 === 0) await world.evict()
      else await world.crash()
      dashboard = await world.connect()
      await dashboard.until(() => dashboard.frames.length > 0)
    }
    expect(isRising(all)).toBe(true)
    expect(all.length).toBeGreaterThanOrEqual(8)
  })

  it('reaches 100 dashboards with every poll, also after the object slept', async () => {
    const world = await World.make()
    const dashboards: Dashboard[] = []
    for (let n = 0; n < 100; n++) dashboards.push(await world.connect())
    expect((await world.status()).connections).toBe(100)
    for (const tokens of [10, 30]) {
      world.use({ at: world.now, input: tokens === 10 ? 10 : 20 })
      world.now += 60
      await world.polled()
      for (const dashboard of dashboards) {
        await dashboard.until(() => dashboard.of('usage').at(-1)?.usage.premium.tokens_used === tokens)
        expect(isRising(seqs(dashboard))).toBe(true)
      }
      await world.evict()
    }
    expect((await world.status()).connections).toBe(100)
  })

  it('counts only who is still there', async () => {
    const world = await World.make()
    const [one, two] = [await world.connect(), await world.connect()]
    one.socket.close(1000, 'bye')
    await one.until(() => one.closed !== null, 'the close is answered')
    expect((await world.status()).connections).toBe(1)
    await world.polled()
    await two.until(() => two.of('usage').length === 1)
    expect(one.of('usage')).toEqual([])
  })

  it('closes a session that is over by 4401, without a frame of data, and leaves the others', async () => {
    const world = await World.make()
    await world.polled()
    await world.catchUp()
    const session = await connectUntil(world, world.now + 90)
    const program = await world.connect()
    world.now += 60
    await world.polled()
    await session.until(() => session.of('usage').length === 1)
    world.now += 60
    await world.polled()
    await session.until(() => session.closed !== null)
    expect(session.closed?.code).toBe(4401)
    expect(session.of('usage').length).toBe(1)
    await program.until(() => program.of('usage').length === 2)
  })

  it('closes it even when the object slept over the end of the session', async () => {
    const world = await World.make()
    await world.polled()
    await world.catchUp()
    const session = await connectUntil(world, world.now + 90)
    await session.until(() => session.frames.length === 1)
    await world.evict()
    await world.run(world.now + 600)
    await session.until(() => session.closed !== null)
    expect([session.closed?.code, session.of('usage').length]).toEqual([4401, 0])
  })

  it('shows zeros the moment the new day begins, though no poll is near', async () => {
    const world = await World.make({ start: DAY - 120, vars: { POLL_CRON: '30 * * * *' } })
    world.use({ at: MIDNIGHT, input: 500 })
    await world.polled()
    const dashboard = await world.connect()
    await world.run(MIDNIGHT + DAY + 1)
    await dashboard.until(() => dashboard.of('usage').at(-1)?.usage.date === '2027-03-11')
    expect(dashboard.of('usage').at(-1)?.usage.premium.tokens_used).toBe(0)
  })

  it('is refused to what is no upgrade', async () => {
    const world = await World.make()
    expect((await world.stub.fetch('https://tracker.example/api/live')).status).toBe(404)
    expect((await world.call('GET /api/live')).status).toBe(426)
  })
})
