import { afterEach, describe, expect, it, vi } from 'vitest'
import { PAGE_TIMEOUT_MS } from '../../../src/openai/askOpenAI.ts'
import type { BreakdownView } from '../../../src/wire.ts'
import { DATE, DAY, MIDNIGHT, type Upstream, World } from '../tracker/world.ts'
import { type Organisation, organisationOf, used } from './organisation.ts'
import { smallDay } from './smallDay.ts'

// Names and costs are nice to have: nothing waits for them, and they cost few requests.

afterEach(World.end)

const HOUR = 3600
const HOOK = 'https://alerts.example/canary-hook-path-9f2'
const LINE = { model: 'gpt-4o-2024-08-06', output: 0 }
const SLOW = {
  projects: /\/projects$/,
  users: /\/users$/,
  keys: /\/api_keys$/,
  costs: /\/costs$/,
}

/** The organisation's answers, but for some paths. */
function instead(world: World, path: RegExp, answer: Upstream): void {
  const whole = world.upstream
  world.upstream = (url, request) => (path.test(url.pathname) ? answer(url, request) : whole(url, request))
}

describe.each(Object.keys(SLOW) as (keyof typeof SLOW)[])('a list that hangs: %s', name => {
  it('holds up no message, and no poll that somebody asks for', async () => {
    const world = await World.make({ vars: { ALERT_WEBHOOK_URL: HOOK, ALERT_THRESHOLD: '50,80' } })
    const organisation = organisationOf(world, smallDay)
    const hang = Promise.withResolvers<Response>()
    instead(world, SLOW[name], () => hang.promise)
    used(world, organisation, { ...LINE, input: 600_000 })
    await world.watch()
    vi.setSystemTime((await world.alarmAt()) ?? 0)
    const waking = world.alarm()
    await vi.waitFor(() => expect(world.askedBeside.some(({ pathname }) => SLOW[name].test(pathname))).toBe(true))
    await vi.waitFor(() => expect(world.sent.length).toBe(1))
    expect((await world.usage()).premium.tokens_used).toBeGreaterThan(600_000)
    world.now += 300
    used(world, organisation, { ...LINE, input: 300_000 })
    const { body } = await world.poll()
    expect([body.success, body.alerts_triggered]).toEqual([true, 1])
    await vi.waitFor(() => expect(world.sent.length).toBe(2))
    expect((await world.call('GET /api/breakdown?by=api_key&days=3')).status).toBe(200)
    hang.resolve(new Response('', { status: 500 }))
    await waking
  })
})

it('lists that never answer are asked ever more seldom, and every poll comes at its time', {
  timeout: 120_000,
}, async () => {
  const world = await World.make({ start: HOUR, vars: { POLL_CRON: '*/15 * * * *' } })
  organisationOf(world, smallDay)
  const real = globalThis.setTimeout
  vi.stubGlobal('setTimeout', (work: () => void, ms?: number) => real(work, ms === PAGE_TIMEOUT_MS ? 5 : ms))
  instead(
    world,
    /\/projects$|\/costs$/,
    (_, { signal }) => new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
  )
  await world.catchUp()
  await world.run(MIDNIGHT + 13 * HOUR)
  const { reads, state } = await world.status()
  expect([state, reads.map(({ kind, error }) => [kind, error.code]).sort()]).toEqual([
    'ok',
    [
      ['costs', 'upstream_timeout'],
      ['names', 'upstream_timeout'],
    ],
  ])
  const ticks = (await world.history(`date=${DATE}`))
    .map(({ timestamp }) => timestamp)
    .filter(at => at > MIDNIGHT + HOUR)
  const slots = Array.from({ length: 48 }, (_, n) => MIDNIGHT + HOUR + (n + 1) * 900)
  expect(slots.filter(at => !ticks.some(tick => tick >= at && tick <= at + 60))).toEqual([])
  for (const path of [/\/projects$/, /\/costs$/]) {
    const tries = world.askedBeside.filter(({ pathname }) => path.test(pathname)).length
    expect([tries > 10, tries < 24]).toEqual([true, true])
  }
})

it('an ordinary day, with a new key every hour, takes less than 700 requests', { timeout: 120_000 }, async () => {
  const world = await World.make({ start: 23 * HOUR })
  world.countD1()
  const organisation: Organisation = organisationOf(world, smallDay)
  for (const n of [1, 2]) organisation.directory.change({ kind: 'project', id: `proj_${n}`, name: `P${n}` }, world.now)
  for (const n of [0, 1]) used(world, organisation, { ...LINE, input: 100, project: `proj_${n + 1}` })
  await world.catchUp()
  await world.run(MIDNIGHT + DAY - 1)
  world.asked = []
  world.askedBeside = []
  for (let hour = 0; hour < 24; hour++) {
    const key = { id: `key_${hour}`, name: `Key ${hour}`, project: `proj_${1 + (hour % 2)}` }
    organisation.directory.change({ kind: 'key', ...key }, world.now)
    used(world, organisation, { ...LINE, input: 100, time: world.now + 60, apiKey: key.id, project: key.project })
    await world.run(MIDNIGHT + DAY + (hour + 1) * HOUR - 1)
  }
  const polls = world.asked.filter(({ searchParams }) => searchParams.get('bucket_width') === '1d').length
  expect(polls).toBe(288)
  const requests = world.asked.length + world.askedBeside.length
  // The contract says 700, without new keys; beyond 600 something is read more often than it changes.
  expect(requests).toBeLessThan(600)
  expect(Math.max(...world.spent)).toBeLessThanOrEqual(40)
  const projects = await world.call<BreakdownView>('GET /api/breakdown?by=project')
  expect(projects.body.count).toBeGreaterThanOrEqual(5)
  const { body } = await world.call<BreakdownView>('GET /api/breakdown?by=api_key')
  const unnamed = body.rows.filter(({ id, name }) => id === name).map(({ id }) => id)
  // Looked up at the hour, two hours at most after they were first seen.
  expect(unnamed.filter(id => id !== 'key_22' && id !== 'key_23')).toEqual([])
})
