import { runInDurableObject } from 'cloudflare:test'
import { afterEach, describe, expect, it } from 'vitest'
import { ENDED_FRESH_MS } from '../../../src/api/auth/endedSessions.ts'
import { SESSION_SECONDS } from '../../../src/api/auth/sessionToken.ts'
import { MOST_ENDED_SESSIONS } from '../../../src/tracker/store/sessionStore.ts'
import { World } from './world.ts'

const API_TOKEN = 'canary-api-token-0123456789abcdef0123456789abcdef'
const ORIGIN = 'https://tracker.example'
const URL_OF_SESSION = `${ORIGIN}/api/session`

afterEach(World.end)

const tokenWorld = () => World.make({ vars: { AUTH_MODE: 'token', API_TOKEN } })

async function signIn(world: World): Promise<string> {
  const body = JSON.stringify({ token: API_TOKEN })
  const response = await world.fetchApi(
    new Request(URL_OF_SESSION, { method: 'POST', headers: { origin: ORIGIN }, body }),
  )
  return response.headers.get('set-cookie')?.split(';')[0] ?? ''
}

const signOut = (world: World, cookie: string) => world.call('DELETE /api/session', { cookie, origin: ORIGIN })
const statusWith = async (world: World, cookie: string) => (await world.call('GET /api/usage', { cookie })).status
const connect = (world: World, cookie: string) => world.connect({ cookie, origin: ORIGIN })
/** The next request comes to an isolate that remembers nothing. */
const freshIsolate = (world: World) => world.deploy({})
const poll = (world: World) => runInDurableObject(world.stub, tracker => tracker.poll())
const storedEnds = (world: World) =>
  runInDurableObject(world.stub, (_, { storage }) => storage.sql.exec('SELECT * FROM ended_session').toArray().length)

describe('DELETE /api/session', () => {
  it('ends the session in every isolate, also after the object was evicted and crashed', async () => {
    const world = await tokenWorld()
    const [cookie, other] = [await signIn(world), await signIn(world)]
    expect(await statusWith(world, cookie)).toBe(200)
    await signOut(world, cookie)
    expect(await statusWith(world, cookie)).toBe(401)
    for (const after of [freshIsolate, () => world.evict(), () => world.crash()]) {
      await after(world)
      freshIsolate(world)
      expect([await statusWith(world, cookie), await statusWith(world, other)]).toEqual([401, 200])
      expect((await world.call('GET /api/session', { cookie })).body).toMatchObject({ authenticated: false })
    }
  })

  it('closes its sockets by 4401 at once, also when the object slept, and leaves all others', async () => {
    const world = await tokenWorld()
    const [cookie, other] = [await signIn(world), await signIn(world)]
    const mine = [await connect(world, cookie), await connect(world, cookie)]
    const others = [await connect(world, other), await world.connect({ authorization: `Bearer ${API_TOKEN}` })]
    await world.evict()
    await signOut(world, cookie)
    for (const dashboard of mine) {
      await dashboard.until(() => dashboard.closed !== null)
      expect(dashboard.closed?.code).toBe(4401)
    }
    world.now += 60
    await poll(world)
    for (const dashboard of others) await dashboard.until(() => dashboard.of('usage').length === 1)
  })

  it('is heard of by another isolate within 30 s, and its copy opens no socket even before', async () => {
    const world = await tokenWorld()
    const cookie = await signIn(world)
    expect(await statusWith(world, cookie)).toBe(200)
    const id = cookie.split('.')[2] ?? ''
    // As another isolate does it.
    await world.stub.endSession(id, world.now + SESSION_SECONDS)
    const dashboard = await connect(world, cookie)
    await dashboard.until(() => dashboard.closed !== null)
    expect([dashboard.closed?.code, dashboard.frames]).toEqual([4401, []])
    world.now += ENDED_FRESH_MS / 1000
    expect(await statusWith(world, cookie)).toBe(401)
  })

  it('keeps an end until the session would have expired, no longer, and never more than 1,000', async () => {
    const world = await tokenWorld()
    await world.stub.endSession('first', world.now + 60)
    await world.stub.endSession('first', world.now + 60)
    expect([await storedEnds(world), await world.stub.endedSessions()]).toEqual([1, ['first']])
    world.now += 60
    expect(await world.stub.endedSessions()).toEqual([])
    const { now } = world
    await runInDurableObject(world.stub, async tracker => {
      for (let n = 0; n <= MOST_ENDED_SESSIONS; n++) await tracker.endSession(`id-${n}`, now + 1_000 + n)
    })
    expect(await storedEnds(world)).toBe(MOST_ENDED_SESSIONS)
    expect(await world.stub.endedSessions()).not.toContain('id-0')
  })
})
