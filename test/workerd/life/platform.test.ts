import { createScheduledController, runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { afterEach, describe, expect, it, vi } from 'vitest'
import worker from '../../../src/index.ts'
import type { Env } from '../../../src/rpc/env.ts'
import { MOST_SOCKETS } from '../../../src/tracker/liveHub.ts'
import { Dashboard, World } from '../tracker/world.ts'

// Where the platform's own behaviour is the point: alarms that it fires by itself, in real time.

afterEach(World.end)

const NEVER = { POLL_CRON: '0 0 1 1 *', POLL_COOLDOWN_SECONDS: '0' }
/** Both with room for a busy machine: an alarm fires on time, and a failed one again after 2 s. */
const FIRES_WITHIN_MS = 10_000
const RETRIED_WITHIN_MS = 15_000
const TEST_TIMEOUT_MS = 45_000

/** A world in which time passes by itself, and so alarms fire. */
async function inRealTime(vars = {}): Promise<World> {
  const world = await World.make({ vars })
  vi.useRealTimers()
  return world
}

const ticks = (world: World) =>
  world.asked.filter(url => url.searchParams.get('bucket_width') === '1d' && !url.searchParams.has('end_time')).length

async function until(holds: () => boolean, withinMs: number): Promise<boolean> {
  const end = Date.now() + withinMs
  while (!holds() && Date.now() < end) await new Promise(resolve => setTimeout(resolve, 20))
  return holds()
}

const isAhead = async (world: World) => ((await world.alarmAt()) ?? 0) > Date.now()

describe('an alarm of the platform', { timeout: TEST_TIMEOUT_MS }, () => {
  it('whose run throws, storage having refused even the alarm, is run again, and the polls go on', async () => {
    const world = await inRealTime({ POLL_CRON: '* * * * * *' })
    let runs = 0
    await runInDurableObject(world.stub, async (instance, state) => {
      const real = instance.alarm.bind(instance)
      vi.spyOn(instance, 'alarm').mockImplementation(async () => {
        runs += 1
        if (runs > 1) return real()
        const refused = vi.spyOn(state.storage, 'setAlarm').mockRejectedValue(new Error('storage refuses'))
        try {
          await real()
        } finally {
          refused.mockRestore()
        }
      })
      await state.storage.setAlarm(Date.now() + 50)
    })
    expect(await until(() => runs >= 1, RETRIED_WITHIN_MS)).toBe(true)
    const polled = ticks(world)
    expect(await until(() => runs >= 3 && ticks(world) > polled, RETRIED_WITHIN_MS)).toBe(true)
  })

  it('that is an hour late, as after downtime, fires at once and sets the next', async () => {
    const world = await inRealTime()
    await runInDurableObject(world.stub, (_, state) => state.storage.setAlarm(Date.now() - 3_600_000))
    expect(await until(() => ticks(world) === 1, FIRES_WITHIN_MS)).toBe(true)
    await world.settle()
    expect(await until(() => world.logs.some(line => line.includes('"event":"wake"')), FIRES_WITHIN_MS)).toBe(true)
    await world.settle()
    expect(await isAhead(world)).toBe(true)
  })

  it('fires in an object that was evicted meanwhile', async () => {
    const world = await inRealTime({ POLL_CRON: '* * * * * *' })
    await world.watch()
    expect(await until(() => ticks(world) >= 1, FIRES_WITHIN_MS)).toBe(true)
    await world.evict()
    const before = ticks(world)
    expect(await until(() => ticks(world) > before, FIRES_WITHIN_MS)).toBe(true)
  })

  it('in whose run the object was aborted is run again, and reads what the killed run had not committed', async () => {
    const world = await inRealTime({ POLL_CRON: '* * * * * *' })
    world.use({ at: world.now - 1, input: 7 })
    world.upstream = () => new Promise(() => {})
    await world.watch()
    expect(await until(() => ticks(world) >= 1, FIRES_WITHIN_MS)).toBe(true)
    world.upstream = () => null
    await world.crash()
    const before = ticks(world)
    expect(await until(() => ticks(world) > before, RETRIED_WITHIN_MS)).toBe(true)
    await world.settle()
    expect((await world.usage()).premium.tokens_used).toBe(7)
  })
})

describe('a run', () => {
  it.each([
    ['the first sets no alarm before it ends: the platform runs it again', false],
    ['a second one has the next alarm set before it does anything', true],
  ])('%s', async (_, isRetry) => {
    const world = await World.make({ vars: NEVER })
    const set: number[] = []
    await runInDurableObject(world.stub, async (instance, state) => {
      const setAlarm = state.storage.setAlarm.bind(state.storage)
      vi.spyOn(state.storage, 'setAlarm').mockImplementation(at => {
        set.push(ticks(world))
        return setAlarm(at)
      })
      await instance.alarm({ isRetry, retryCount: isRetry ? 1 : 0, scheduledTime: Date.now() })
    })
    const polls = ticks(world)
    expect([polls > 0, set]).toEqual([true, isRetry ? [0, polls] : [polls]])
  })
})

describe('the cron trigger', () => {
  it('sets an alarm that was lost, and leaves one that is set', async () => {
    const world = await World.make({ vars: NEVER })
    const trigger = () => worker.scheduled(createScheduledController(), env as unknown as Env)
    await trigger()
    await world.catchUp()
    const at = await world.alarmAt()
    expect(at).toBeGreaterThan(Date.now())
    await trigger()
    expect(await world.alarmAt()).toBe(at)
    await runInDurableObject(world.stub, (_, state) => state.storage.deleteAlarm())
    await world.evict()
    await trigger()
    expect(await isAhead(world)).toBe(true)
  })
})

describe('a dashboard too many', { timeout: TEST_TIMEOUT_MS }, () => {
  it('is refused by 1013; those that are there stay, hibernate, and make room when they go', async () => {
    const world = await World.make({ vars: NEVER })
    await world.polled()
    const connect = async () => {
      const response = await world.stub.fetch('https://tracker.example/api/live', { headers: { upgrade: 'websocket' } })
      if (response.webSocket === null) throw new Error('no socket')
      return new Dashboard(response.webSocket)
    }
    const all: Dashboard[] = []
    for (let at = 0; at < MOST_SOCKETS; at++) all.push(await connect())
    const tooMany = await Promise.all([connect(), connect(), connect()])
    for (const dashboard of tooMany) await dashboard.until(() => dashboard.closed !== null, 'the refused')
    expect(tooMany.map(({ closed, frames }) => [closed?.code, frames.length])).toEqual(tooMany.map(() => [1013, 0]))
    expect((await world.status()).connections).toBe(MOST_SOCKETS)
    await world.evict()
    await world.polled()
    const last = all.at(-1)
    await last?.until(() => last.of('usage').length === 1, 'the last')
    expect(all.filter(({ closed }) => closed !== null)).toEqual([])
    all[0]?.socket.close(1000)
    await all[0]?.until(() => all[0]?.closed !== null)
    const next = await connect()
    await next.until(() => next.frames.length === 1)
    expect(next.closed).toBeNull()
  })
})
