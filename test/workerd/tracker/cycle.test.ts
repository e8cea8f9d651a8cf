import { runInDurableObject } from 'cloudflare:test'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { MIDNIGHT, World } from './world.ts'

afterEach(World.end)

const NOON = MIDNIGHT + 12 * 3600
const isTick = (url: URL) => url.searchParams.get('bucket_width') === '1d' && !url.searchParams.has('end_time')
const ticks = (world: World) => world.asked.filter(isTick).length

/** A database that fails, and counts how often it was tried. */
function faulty(message = 'D1_ERROR: Network connection lost.') {
  const state = { tries: 0, db: {} as D1Database }
  const fail = () => {
    state.tries += 1
    throw new Error(message)
  }
  const statement = { bind: () => statement, all: fail, run: fail, first: fail, raw: fail }
  state.db = { prepare: () => statement, batch: async () => fail(), exec: fail } as unknown as D1Database
  return state
}

describe('one cycle', () => {
  it('joins a second POST to the read under way', async () => {
    const world = await World.make()
    world.use({ at: MIDNIGHT, input: 5 })
    const gate = Promise.withResolvers<void>()
    world.upstream = async url => {
      if (isTick(url)) await gate.promise
      return null as unknown as Response
    }
    const polls = [world.poll(), world.poll(), world.poll()]
    await world.settle()
    gate.resolve()
    const answers = await Promise.all(polls)
    expect(answers.map(({ status, body }) => [status, body.premium_tokens])).toEqual([
      [200, 5],
      [200, 5],
      [200, 5],
    ])
    expect(ticks(world)).toBe(1)
  })

  it('joins the alarm to a POST under way', async () => {
    const world = await World.make()
    const gate = Promise.withResolvers<void>()
    world.upstream = async url => {
      if (isTick(url)) await gate.promise
      return null as unknown as Response
    }
    await world.watch()
    const poll = world.poll()
    await world.settle()
    const alarm = world.alarm()
    await world.settle()
    gate.resolve()
    await Promise.all([poll, alarm])
    expect(ticks(world)).toBe(1)
    expect(await world.rows('SELECT count(*) AS n FROM usage_snapshots WHERE timestamp >= ?', NOON)).toEqual([{ n: 1 }])
  })

  it('answers a POST within the cooldown with the last result, and asks again after it', async () => {
    const world = await World.make()
    world.use({ at: MIDNIGHT, input: 5 })
    await world.polled()
    world.use({ at: MIDNIGHT + 1, input: 5 })
    world.now += 9
    const soon = await world.poll()
    expect([soon.body.cached, soon.body.premium_tokens, ticks(world)]).toEqual([true, 5, 1])
    world.now += 1
    const later = await world.poll()
    expect([later.body.cached, later.body.premium_tokens, ticks(world)]).toEqual([false, 10, 2])
  })

  it('tries again at once after a failure, but not for ever, and over midnight', async () => {
    const world = await World.make({ start: 86_400 - 2 })
    await world.polled()
    world.now += 3
    expect((await world.poll()).body).toMatchObject({ cached: false, date: '2027-03-11' })
    world.now += 20
    world.upstream = () => new Response('', { status: 500 })
    expect((await world.poll()).status).toBe(502)
    world.upstream = () => null
    expect((await world.poll()).body).toMatchObject({ success: true, cached: false })
    world.now += 20
    world.upstream = () => new Response('', { status: 500 })
    const before = world.asked.length
    const answers = []
    for (let press = 0; press < 20; press++) answers.push(await world.poll())
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([502]))
    expect(world.asked.length - before).toBe(3)
    expect(answers.at(-1)?.raw.headers.get('retry-after')).toBe('10')
    world.upstream = () => null
    world.now += 11
    expect((await world.poll()).body).toMatchObject({ success: true, cached: false })
  })

  it('tells a POST how many alerts it triggered', async () => {
    const world = await World.make()
    world.use({ at: MIDNIGHT, input: 900_000 })
    expect((await world.polled()).alerts_triggered).toBe(1)
    world.now += 60
    expect((await world.polled()).alerts_triggered).toBe(0)
  })

  it('polls at the slots of POLL_CRON, by the alarm alone', async () => {
    const world = await World.make()
    await world.watch()
    await world.run(NOON + 30)
    const asked = ticks(world)
    await world.run(NOON + 3600)
    expect(ticks(world) - asked).toBe(12)
    const at = (await world.history('date=2027-03-10')).map(point => point.timestamp).filter(t => t > NOON)
    expect(at).toEqual(Array.from({ length: 12 }, (_, n) => NOON + (n + 1) * 300))
  })

  it.each([
    ['*/15 * * * *', 3600, 4],
    ['0 * * * *', 4 * 3600, 4],
    ['0 */6 * * *', 86_400, 4],
    ['*/30 * * * * *', 300, 10],
  ])('takes POLL_CRON %s', async (cron, seconds, polls) => {
    const world = await World.make({ vars: { POLL_CRON: cron } })
    await world.watch()
    await world.run(NOON + 29)
    const asked = ticks(world)
    await world.run(NOON + seconds + 2)
    expect(ticks(world) - asked).toBe(polls)
    expect(await world.status()).toMatchObject({ poll_cron: cron, state: 'ok', config_problems: [] })
  })

  it('collapses the ticks that it slept through into one poll', async () => {
    const world = await World.make()
    await world.polled()
    await world.catchUp()
    const asked = ticks(world)
    world.now = NOON + 3 * 3600 + 7
    await world.alarm()
    expect(ticks(world) - asked).toBe(1)
  })
})

describe('the alarm', () => {
  const armed = async (world: World, within = 300) => {
    const at = await world.alarmAt()
    return at !== null && at > Date.now() && at <= Date.now() + within * 1000
  }

  it('is set by the first request, whatever it asks for', async () => {
    const world = await World.make()
    expect(await world.alarmAt()).toBeNull()
    await world.call('GET /health')
    expect(await armed(world)).toBe(true)
  })

  it('is set by the first request when it is POST /api/poll', async () => {
    const world = await World.make()
    await world.stub.poll()
    await world.settle()
    expect(await armed(world)).toBe(true)
  })

  it('is set anew after success', async () => {
    const world = await World.make()
    await world.watch()
    await world.alarm()
    expect(await armed(world)).toBe(true)
  })

  const SPOILED: Record<string, (world: World) => void> = {
    'an upstream fault': world => {
      world.upstream = () => new Response('', { status: 500 })
    },
    'a refused key': world => {
      world.upstream = () => new Response('{}', { status: 401 })
    },
    'no key': world => world.deploy({ OPENAI_ADMIN_KEY: '' }),
    'a failing D1': world => world.useDb(faulty().db),
    'a D1 binding that is something else': world => world.useDb({} as D1Database),
    'a receiver that is gone': world => {
      world.receiver = () => new Response('', { status: 404 })
    },
  }

  it.each(Object.keys(SPOILED))('is set anew after %s, time after time', async name => {
    const world = await World.make({ vars: { ALERT_WEBHOOK_URL: 'https://alerts.example/Wk3pQz8vLt' } })
    world.use({ at: MIDNIGHT, input: 2_000_000 })
    SPOILED[name]?.(world)
    await world.evict()
    await world.watch()
    for (let wake = 0; wake < 8; wake++) {
      await world.alarm()
      // A refused key is asked for at most every half hour.
      expect(await armed(world, name === 'a refused key' ? 1800 : 300)).toBe(true)
      vi.setSystemTime((await world.alarmAt()) ?? 0)
    }
    expect(world.asked.length > 0).toBe(name !== 'no key')
  })

  it('is set anew when storage fails in the middle of a commit, and storage and memory are as they were', async () => {
    const world = await World.make({ vars: { ALERT_WEBHOOK_URL: 'https://alerts.example/Wk3pQz8vLt' } })
    world.use({ at: MIDNIGHT, input: 5 })
    await world.polled()
    await world.catchUp()
    world.use({ at: MIDNIGHT + 1, input: 2_000_000 })
    world.now += 300
    await runInDurableObject(world.stub, async (instance, state) => {
      const real = state.storage.transactionSync.bind(state.storage)
      const spy = vi.spyOn(state.storage, 'transactionSync')
      spy.mockImplementation(work =>
        real(() => {
          work()
          throw new Error('disk full')
        }),
      )
      await instance.alarm()
      spy.mockRestore()
    })
    expect((await world.usage()).premium.tokens_used).toBe(5)
    expect(await world.alerts()).toEqual([])
    expect(world.sent).toEqual([])
    expect(await armed(world)).toBe(true)
    await world.run(world.now + 301)
    expect((await world.usage()).premium.tokens_used).toBe(2_000_005)
    expect((await world.alerts()).length).toBe(1)
    expect(world.sent.length).toBe(1)
  })

  it('wakes the object for what is due, and not more often', async () => {
    const world = await World.make()
    await world.watch()
    await world.run(NOON + 30)
    const wakes = await world.run(NOON + 4 * 3600)
    // 48 polls, and after some of them a second wake for the hours.
    expect(wakes).toBeGreaterThanOrEqual(48)
    expect(wakes).toBeLessThan(60)
  })

  it('that is missing is set by the watchdog, and a tracker with an alarm is left alone', async () => {
    const world = await World.make()
    await world.polled()
    await world.catchUp()
    const at = await world.alarmAt()
    await world.watch()
    expect(await world.alarmAt()).toBe(at)
    await runInDurableObject(world.stub, (_, state) => state.storage.deleteAlarm())
    await world.watch()
    expect(await armed(world)).toBe(true)
  })

  it('that is overdue is set anew by a request', async () => {
    const world = await World.make()
    await world.polled()
    await world.catchUp()
    world.now += 86_400
    expect((await world.alarmAt()) ?? 0).toBeLessThan(Date.now())
    await world.call('GET /health')
    expect(await armed(world)).toBe(true)
    expect((await world.alarmAt()) ?? 0).toBeLessThan(Date.now() + 1000)
  })

  it('in the far future, set by a clock that was wrong, does not stop the polls', async () => {
    const world = await World.make()
    await world.polled()
    await runInDurableObject(world.stub, (_, state) => state.storage.setAlarm((NOON + 400 * 86_400) * 1000))
    await world.evict()
    world.now += 31
    await world.call('GET /health')
    expect(await armed(world)).toBe(true)
  })

  it('comes at midnight too, so that dashboards show the new day at once', async () => {
    const world = await World.make({ start: 23 * 3600, vars: { POLL_CRON: '0 */6 * * *' } })
    world.use({ at: MIDNIGHT, input: 5 })
    await world.polled()
    await world.catchUp()
    const dashboard = await world.connect()
    world.upstream = () => new Response('', { status: 500 })
    await world.run(MIDNIGHT + 86_400 + 1)
    await dashboard.until(() => dashboard.of('usage').some(frame => frame.usage.date === '2027-03-11'))
    expect(dashboard.of('usage').at(-1)?.usage.premium.tokens_used).toBe(0)
  })
})

describe('memory', () => {
  it('is rebuilt after an eviction at any time: all answers are the same', async () => {
    const world = await World.make({
      vars: { ALERT_WEBHOOK_URL: 'https://alerts.example/Wk3pQz8vLt', ALERT_THRESHOLD: '50,80' },
    })
    world.receiver = () => new Response('', { status: 503 })
    world.use({ at: MIDNIGHT + 60, input: 900_000, cached: 3, serviceTier: 'incentivized-tier' })
    world.use({ at: MIDNIGHT - 60, model: 'gpt-4o-mini', input: 5 })
    await world.polled()
    await world.catchUp()
    // Taken back by OpenAI after it was stored: no trace of it may come back with the storage.
    const taken = world.use({ at: MIDNIGHT + 70, input: 1000, model: 'o1-mini' })
    world.now += 60
    await world.polled()
    taken.visibleAt = Number.POSITIVE_INFINITY
    world.now += 60
    await world.polled()
    const lines = [
      'GET /api/usage',
      'GET /api/models',
      'GET /api/models?date=2027-03-09',
      'GET /api/alerts',
      'GET /api/status',
      'GET /api/history?days=2&interval=hour',
      'GET /api/history?days=7&interval=day',
      'GET /api/history?limit=20',
    ]
    const all = async () => Promise.all(lines.map(async line => (await world.call(line)).body))
    const before = await all()
    await world.evict()
    expect(await all()).toEqual(before)
    await world.crash()
    expect(await all()).toEqual(before)
  })

  it('of a poll that was killed before its commit is the state before it; the next one is whole', async () => {
    const world = await World.make()
    world.use({ at: MIDNIGHT, input: 5 })
    await world.polled()
    await world.catchUp()
    world.now += 300
    world.use({ at: MIDNIGHT, input: 6 })
    world.upstream = () => new Promise(() => {})
    const killed = world.stub.poll().catch(() => 'killed')
    await new Promise(resolve => setTimeout(resolve, 20))
    await world.crash()
    expect(await killed).toBe('killed')
    world.upstream = () => null
    expect((await world.usage()).premium.tokens_used).toBe(5)
    await world.watch()
    await world.run(world.now + 60)
    expect((await world.usage()).premium.tokens_used).toBe(11)
  })
})
