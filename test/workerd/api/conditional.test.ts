import { afterEach, describe, expect, it, vi } from 'vitest'
import { DAY, MIDNIGHT, World } from '../tracker/world.ts'
import { API_TOKEN, api, bearer, TOKEN_MODE } from './callApi.ts'

// 304: said of what is the same, from memory, and of nothing else.

const PATHS = [
  '/api/usage',
  '/api/forecast',
  '/api/models',
  '/api/breakdown?by=project',
  '/api/costs',
  '/api/history?days=2',
  '/api/history?days=2&interval=hour',
  '/api/history?days=3&interval=day',
  '/api/history?limit=5',
  '/api/models?format=csv',
]

afterEach(() => {
  vi.useRealTimers()
})

describe('a conditional read', () => {
  it.each(PATHS)(
    'of %s: the second time that it is the same, the object is asked for its revision and no more',
    async path => {
      const of = api()
      const first = await of.call(`GET ${path}`)
      const tag = first.headers.get('etag') ?? ''
      expect(tag).toMatch(/^"[\w-]{20,}"$/)
      const again = () => of.call(`GET ${path}`, { 'if-none-match': tag })
      expect((await again()).status).toBe(304)
      of.asked.length = 0
      of.reads.length = 0
      const third = await again()
      expect([third.status, await third.text()]).toEqual([304, ''])
      expect(of.asked).toEqual(['revision'])
      expect(of.reads).toEqual([])
      const kept = ['etag', 'cache-control', 'vary', 'access-control-allow-origin', 'access-control-expose-headers']
      expect(kept.map(name => third.headers.get(name))).toEqual(kept.map(name => first.headers.get(name)))
      expect(third.headers.has('content-type')).toBe(false)
    },
  )

  it('understands lists, weak tags and the star, and is not fooled by what only looks like its tag', async () => {
    const of = api()
    const tag = (await of.call('GET /api/models')).headers.get('etag') ?? ''
    const asked = async (header: string) => (await of.call('GET /api/models', { 'if-none-match': header })).status
    for (const same of [tag, `W/${tag}`, '*', ' * ', `"a", W/"b,c" , ${tag}`, `"x",${tag},"y"`])
      expect(await asked(same), same).toBe(304)
    const bare = tag.slice(1, -1)
    for (const other of ['', '"other"', bare, `"${bare}x"`, `"x${bare}"`, '"*"', tag.slice(0, -1), 'W/'])
      expect(await asked(other), other).toBe(200)
    expect((await of.call('HEAD /api/models', { 'if-none-match': tag })).status).toBe(304)
  })

  it('tells one query, and one form of it, from another', async () => {
    const of = api()
    const tags = await Promise.all(PATHS.map(async path => (await of.call(`GET ${path}`)).headers.get('etag')))
    // Days and hours of nothing are the same nothing.
    expect(new Set(tags).size).toBeGreaterThan(PATHS.length - 3)
    const json = (await of.call('GET /api/models')).headers.get('etag') ?? ''
    const asCsv = () => of.call('GET /api/models?format=csv', { 'if-none-match': json })
    expect([(await asCsv()).status, (await asCsv()).status]).toEqual([200, 200])
  })

  it('is refused like any other where the asker or the question is wrong', async () => {
    const of = api({ vars: TOKEN_MODE })
    const tag = (await of.call('GET /api/usage', bearer())).headers.get('etag') ?? ''
    expect((await of.call('GET /api/usage', { 'if-none-match': tag })).status).toBe(401)
    expect((await of.call('GET /api/usage', { 'if-none-match': '*' })).status).toBe(401)
    expect((await of.call('GET /api/models?date=x', { ...bearer(API_TOKEN), 'if-none-match': '*' })).status).toBe(400)
    expect((await of.call('GET /api/usage', { ...bearer(), 'if-none-match': tag })).status).toBe(304)
  })

  it('is answered from memory while D1 is away', async () => {
    let isAway = false
    const readDays = async () => {
      if (isAway) throw new Error('away')
      return []
    }
    const of = api({ history: { readDays } })
    const tag = (await of.call('GET /api/history?days=3&interval=day')).headers.get('etag') ?? ''
    const ask = () => of.call('GET /api/history?days=3&interval=day', { 'if-none-match': tag })
    expect((await ask()).status).toBe(304)
    isAway = true
    expect((await ask()).status).toBe(304)
  })

  it('ends with the UTC day of the one who is asked', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: MIDNIGHT * 1000 - 1000 })
    const of = api()
    const tag = (await of.call('GET /api/models')).headers.get('etag') ?? ''
    const ask = () => of.call('GET /api/models', { 'if-none-match': tag })
    expect([(await ask()).status, (await ask()).status]).toEqual([304, 304])
    vi.setSystemTime(MIDNIGHT * 1000)
    expect((await ask()).status).toBe(200)
  })
})

describe('a stretch of hours that ends now', () => {
  it.each(['raw', 'hour'])(
    'loses its oldest point (%s) to the second, without anything being written',
    async interval => {
      const now = MIDNIGHT + 43_200 - 30
      vi.useFakeTimers({ toFake: ['Date'], now: now * 1000 })
      const timestamp = now - DAY + 30
      const date = '2027-03-09'
      const point = { date, premium_tokens: 5, mini_tokens: 0 }
      const of = api({
        tracker: {
          ownTicks: async () => ({ dates: [date], shared: [], points: [{ timestamp, ...point }] }),
          ownHours: async () => ({ dates: [date], shared: [], points: [{ hour: timestamp, ...point }] }),
        },
      })
      const path = `GET /api/history?days=1&interval=${interval}`
      const tag = (await of.call(path)).headers.get('etag') ?? ''
      const status = async () => (await of.call(path, { 'if-none-match': tag })).status
      expect([await status(), await status()]).toEqual([304, 304])
      vi.setSystemTime((now + 30) * 1000)
      expect(await status()).toBe(304)
      vi.setSystemTime((now + 31) * 1000)
      expect(await status()).toBe(200)
      const { count } = await (await of.call(path)).json<{ count: number }>()
      expect(count).toBe(0)
    },
  )
})

describe('of a tracker', () => {
  afterEach(() => World.end())

  /** Everything that can be asked, each with the tag that its last answer had. */
  async function tagsOf(world: World): Promise<Map<string, string>> {
    const tags = new Map<string, string>()
    for (const path of PATHS) tags.set(path, (await asked(world, path)).headers.get('etag') ?? '')
    return tags
  }

  const asked = (world: World, path: string, headers: Record<string, string> = {}) =>
    world.fetchApi(new Request(`https://tracker.example${path}`, { headers }))

  /** What 304 said, twice (the first may remember what the second then believes), held against the plain answer. */
  async function lies(world: World, tags: Map<string, string>): Promise<string[]> {
    const found: string[] = []
    for (const [path, tag] of tags) {
      const said = [
        await asked(world, path, { 'if-none-match': tag }),
        await asked(world, path, { 'if-none-match': tag }),
      ]
      const now = (await asked(world, path)).headers.get('etag') ?? ''
      const wanted = now === tag ? 304 : 200
      for (const { status } of said) if (status !== wanted) found.push(`${path}: ${status}, not ${wanted}`)
      tags.set(path, now)
    }
    return found
  }

  it('304 is never said of what has changed, and always of what has not: over polls, hours, midnight, age and starts', async () => {
    const world = await World.make({ start: 21 * 3600 })
    world.use({ at: MIDNIGHT + 3600, input: 1000 })
    await world.catchUp()
    const tags = await tagsOf(world)
    const steps: (() => Promise<unknown>)[] = [
      async () => (world.now += 7),
      // Nothing wakes it: the numbers grow old, and the hour is another one.
      async () => (world.now += 3600),
      async () => world.run(world.now + 60),
      async () => {
        world.use({ at: world.now, input: 500, model: 'gpt-4o-mini' })
        await world.polled()
      },
      // A poll that finds nothing new.
      async () => {
        world.now += 60
        await world.polled()
      },
      async () => world.run(world.now + 3700),
      async () => world.evict(),
      async () => {
        world.upstream = () => new Response('', { status: 500 })
        await world.run(world.now + 2000)
      },
      async () => {
        world.upstream = () => null
        await world.run(MIDNIGHT + DAY - 1)
      },
      async () => (world.now = MIDNIGHT + DAY),
      async () => world.run(MIDNIGHT + DAY + 900),
      // Nobody writes, and the oldest point of two days is left behind.
      async () => (world.now += 11),
      async () => world.redeploy({ PREMIUM_TIER_LIMIT: '5000', MODEL_TIERS: '{"gpt-4o":"mini"}' }),
    ]
    for (const [number, step] of steps.entries()) {
      await step()
      expect(await lies(world, tags), `after step ${number}`).toEqual([])
    }
  }, 60_000)
})
