import { afterEach, describe, expect, it } from 'vitest'
import { missingScope } from '../../../simulator/api/scopes.ts'
import type { Policy } from '../../../src/brake/policy.ts'
import type { Vars } from '../../../src/config/readConfig.ts'
import type { BrakeView, Problem } from '../../../src/wire.ts'
import { DATE, DAY, MIDNIGHT, World } from '../tracker/world.ts'

// The brake on real storage, through the API that people use. That it holds whatever fails and whoever dies is shown by its lives, in
// test/pure/brake and in the simulation.

afterEach(World.end)

const HOUR = 3600
const HOOK = 'https://alerts.example/canary-hook-path-51c'
const PROJECT = 'proj_Q8w'
const MODEL = 'gpt-4o-2024-08-06'
const PERMISSIONS = /^\/v1\/organization\/projects\/(proj_\w+)\/model_permissions$/

interface Braking {
  world: World
  policies: Map<string, Policy>
  /** Methods of the requests for permissions, in order. */
  asked: string[]
  /** Answers everything about permissions instead of OpenAI; null: nobody does. */
  instead: (() => Response) | null
  /** Answers a change instead of OpenAI; null: it is done. */
  refuse: (policy: Policy) => Response | null
}

async function braking(vars: Vars, policy: Policy = null): Promise<Braking> {
  const world = await World.make({
    start: 10 * HOUR,
    vars: { POLL_CRON: '*/5 * * * *', ALERTS: 'brake', ALERT_WEBHOOK_URL: HOOK, ...vars },
  })
  const of: Braking = { world, policies: new Map([[PROJECT, policy]]), asked: [], instead: null, refuse: () => null }
  world.upstream = async (url, request) => {
    const project = PERMISSIONS.exec(url.pathname)?.[1]
    if (project === undefined) return null
    of.asked.push(request.method)
    if (of.instead !== null) return of.instead()
    if (request.method === 'GET') return present(of.policies.get(project) ?? null)
    const body = request.method === 'DELETE' ? null : await request.json<{ mode: 'deny_list'; model_ids: string[] }>()
    const wanted: Policy = body === null ? null : { mode: body.mode, models: body.model_ids }
    const refused = of.refuse(wanted)
    if (refused !== null) return refused
    of.policies.set(project, wanted)
    return present(wanted)
  }
  world.use({ at: MIDNIGHT + HOUR, model: MODEL, project: PROJECT, input: 100_000 })
  await world.catchUp()
  return of
}

function present(policy: Policy): Response {
  if (policy === null) return Response.json({ error: { message: 'not found' } }, { status: 404 })
  return Response.json({ object: 'project.model_permissions', mode: policy.mode, model_ids: policy.models })
}

/** Nearly all of the limit, an hour from now. */
async function reached({ world }: Braking): Promise<void> {
  world.use({ at: world.now + 60, model: MODEL, project: PROJECT, input: 880_000 })
  await world.run(MIDNIGHT + 11 * HOUR + 60)
}

const brake = async (world: World) => (await world.call<BrakeView>('GET /api/brake')).body
const told = ({ world }: Braking) =>
  world.sent.map(({ body }) => JSON.parse(body) as { type: string; text: string }).map(({ type }) => type)

describe('the brake', () => {
  it('is set where the limit is near, shown, survives an eviction, and is gone after the reset', async () => {
    const of = await braking({ BRAKE: 'on' })
    const { world, policies } = of
    expect(await brake(world)).toMatchObject({ mode: 'on', state: 'armed', projects: [] })
    expect(of.asked).toEqual([])
    await reached(of)
    expect(policies.get(PROJECT)).toMatchObject({ mode: 'deny_list' })
    expect(policies.get(PROJECT)?.models).toEqual(expect.arrayContaining(['gpt-4o', MODEL, 'gpt-5']))
    expect(policies.get(PROJECT)?.models).not.toContain('gpt-4o-mini')
    expect(world.logs.some(line => line.includes('"event":"brake_write"'))).toBe(true)
    await world.evict()
    const view = await brake(world)
    expect(view).toMatchObject({
      state: 'set',
      tiers: { premium: { state: 'set', cause: 'limit', until: MIDNIGHT + DAY }, mini: { state: 'armed' } },
      projects: [{ id: PROJECT, state: 'set', error: null }],
    })
    expect(view.projects[0]?.added).toContain(MODEL)
    expect((await world.status()).brake).toEqual({ mode: 'on', state: 'set', failing: 0, error: null })
    await world.run(MIDNIGHT + DAY + 120)
    expect([policies.get(PROJECT), (await brake(world)).state]).toEqual([null, 'armed'])
    expect(told(of)).toEqual(['brake.set', 'brake.released'])
    const rows = await world.call<{ alerts: { date: string; tier: string }[] }>('GET /api/alerts?days=7&kinds=brake')
    expect(rows.body.alerts.map(({ date, tier }) => [date, tier])).toEqual(Array(2).fill([DATE, 'premium']))
  })

  it('is set by a poll that somebody asks for too', async () => {
    const of = await braking({ BRAKE: 'on' })
    of.world.use({ at: of.world.now, model: MODEL, project: PROJECT, input: 880_000 })
    of.world.now += 60
    await of.world.polled()
    expect(await brake(of.world)).toMatchObject({ state: 'set', projects: [{ id: PROJECT, state: 'set' }] })
  })

  it('is released by hand, and stays off until the reset', async () => {
    const of = await braking({ BRAKE: 'on' }, { mode: 'deny_list', models: ['sora-2'] })
    await reached(of)
    expect(of.policies.get(PROJECT)?.models).toContain('sora-2')
    const { status, body } = await of.world.call<BrakeView>('POST /api/brake/release')
    expect([status, body]).toMatchObject([200, { success: true, tiers: { premium: { state: 'kept_off' } } }])
    await of.world.run(of.world.now + 2 * HOUR)
    expect(of.policies.get(PROJECT)).toEqual({ mode: 'deny_list', models: ['sora-2'] })
    expect(told(of)).toEqual(['brake.set', 'brake.released'])
  })

  it.each([
    ['a gateway’s', 'upstream_unexpected_status', () => new Response('<html>404 Not Found</html>', { status: 404 })],
    ['OpenAI’s', 'brake_policy_gone', () => present(null)],
  ])(
    'forgets nothing for %s 404 at the reset: says so, and gives the owner his policy back',
    async (_, code, answer) => {
      const owners: Policy = { mode: 'allow_list', models: ['gpt-4o', 'sora-2'] }
      const of = await braking({ BRAKE: 'on' }, owners)
      await reached(of)
      expect(of.policies.get(PROJECT)?.models).toEqual(['sora-2'])
      await of.world.run(MIDNIGHT + DAY - 60)
      of.instead = answer
      await of.world.run(MIDNIGHT + DAY + 600)
      expect((await of.world.status()).brake).toMatchObject({ state: 'releasing', failing: 1, error: { code } })
      of.instead = null
      await of.world.run(MIDNIGHT + DAY + 1200)
      expect(of.policies.get(PROJECT)).toEqual({ mode: 'allow_list', models: ['sora-2', 'gpt-4o'] })
      expect([(await brake(of.world)).projects, told(of).at(-1)]).toEqual([[], 'brake.released'])
    },
  )

  it('changes nothing with watch, and says once what it would have done', async () => {
    const of = await braking({ BRAKE: 'watch' })
    await reached(of)
    expect(await brake(of.world)).toMatchObject({ state: 'watching', tiers: { premium: { state: 'would_be_set' } } })
    expect([of.asked, told(of)]).toEqual([[], ['brake.would_set']])
  })

  it('asks and stores nothing where it is off, and has nothing to set', async () => {
    const of = await braking({})
    await reached(of)
    const { status, body } = await of.world.call<Problem>('POST /api/brake/set?tier=mini')
    expect([status, body.code]).toEqual([409, 'brake_off'])
    expect([of.asked, (await brake(of.world)).state]).toEqual([[], 'off'])
    const bad = await of.world.call<Problem>('POST /api/brake/set?tier=large')
    expect([bad.status, bad.body.detail]).toMatchObject([400, expect.stringContaining('"large"')])
  })

  it.each<[string, string, Policy, (of: Braking) => void]>([
    ['a key that may not write', 'upstream_missing_scope', null, of => (of.refuse = () => refusal())],
    ['an allow list of nothing else', 'brake_allow_list_empty', { mode: 'allow_list', models: ['gpt-4o'] }, () => {}],
    ['a policy that is not kept', 'brake_not_kept', null, of => (of.refuse = present)],
  ])('says what is wrong, tells it once, and lets the poll go on: %s', async (_, code, policy, spoil) => {
    const of = await braking({ BRAKE: 'on' }, policy)
    spoil(of)
    await reached(of)
    await of.world.run(of.world.now + HOUR)
    expect((await brake(of.world)).projects).toMatchObject([{ id: PROJECT, state: 'failing', error: { code } }])
    const status = await of.world.status()
    expect([status.state, status.brake.failing, status.brake.error?.code]).toEqual(['ok', 1, code])
    expect(told(of)).toEqual(['brake.failed'])
    expect(of.policies.get(PROJECT)).toEqual(policy)
  })
})

function refusal(): Response {
  const { status, body } = missingScope('api.management.write')
  return new Response(body, { status })
}
