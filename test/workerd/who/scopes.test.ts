import { afterEach, describe, expect, it } from 'vitest'
import { missingScope } from '../../../simulator/api/scopes.ts'
import type { BreakdownView, CostsView, HourPoint } from '../../../src/wire.ts'
import { DATE, DAY, MIDNIGHT, World } from '../tracker/world.ts'
import { breakdownTruth, linesOf, type Organisation, organisationOf, used } from './organisation.ts'
import { smallDay } from './smallDay.ts'

// A key may lack any scope alone: what is missing is named, and all else works.

afterEach(World.end)

const HOUR = 3600
const HOOK = 'https://alerts.example/canary-hook-path-9f2'
const COSTS = '/v1/organization/costs'

async function day(prepare: (world: World, organisation: Organisation) => void) {
  const world = await World.make({ start: 6 * HOUR, vars: { POLL_CRON: '0 * * * *', ALERT_WEBHOOK_URL: HOOK } })
  const organisation = organisationOf(world, smallDay)
  prepare(world, organisation)
  await world.catchUp()
  world.now += 60
  used(world, organisation, { model: 'gpt-4o-2024-08-06', input: 900_000, output: 0, apiKey: 'key_4xTqMzBn8WcJr5Le' })
  await world.run(MIDNIGHT + 20 * HOUR + 600)
  return { world, organisation }
}

/** Everything that needs neither names nor costs. */
async function allElseWorks(world: World, organisation: Organisation) {
  const status = await world.status()
  expect([status.state, status.last_success, status.history.state]).toEqual(['ok', MIDNIGHT + 20 * HOUR, 'ok'])
  const lines = linesOf(organisation, DATE, status.last_success ?? 0)
  const truth = breakdownTruth(lines, 'tier', organisation.directory)
  const tiers = await world.call<BreakdownView>('GET /api/breakdown?by=tier')
  expect(tiers.body).toMatchObject({ rows: truth.rows, total: truth.total })
  const hours = await world.history<HourPoint>(`date=${DATE}&interval=hour`)
  expect(hours.at(-1)).toMatchObject({
    premium_tokens: truth.total.premium_tokens,
    mini_tokens: truth.total.mini_tokens,
  })
  expect(hours.length).toBe(new Set(lines.map(({ time }) => Math.floor(time / HOUR))).size)
  expect((await world.alerts()).map(({ tier, threshold, sent }) => [tier, threshold, sent])).toEqual([
    ['premium', 80, true],
  ])
  expect(world.sent.length).toBe(1)
}

async function failing(world: World) {
  return (await world.status()).reads.map(({ kind, error }) => [kind, error.code, error.message])
}
const idsAndNames = async (world: World, by: string) =>
  (await world.call<BreakdownView>(`GET /api/breakdown?by=${by}`)).body.rows.map(({ id, name }) => [id, name])

describe('a key without api.management.read', () => {
  it('shows ids for names, says which scope would bring them, and brings them once it has it', async () => {
    const { world, organisation } = await day((_, { scopes }) => scopes.delete('api.management.read'))
    await allElseWorks(world, organisation)
    expect(await failing(world)).toEqual([
      ['names', 'upstream_missing_scope', expect.stringContaining('api.management.read')],
    ])
    for (const by of ['project', 'user'])
      expect(await idsAndNames(world, by)).toEqual((await idsAndNames(world, by)).map(([id]) => [id, id]))
    expect(await idsAndNames(world, 'api_key')).toContainEqual(['key_tR3oVyKu1HsXf6Pg', 'key_tR3oVyKu1HsXf6Pg'])
    expect((await world.call<CostsView>('GET /api/costs')).body).toMatchObject({ state: 'ok', message: null })
    // Ever more slowly: 14 hours of failures cost few requests.
    expect(world.askedBeside.filter(({ pathname }) => pathname !== COSTS).length).toBeLessThan(25)

    organisation.scopes.add('api.management.read')
    await world.run(world.now + 3 * HOUR)
    expect(await failing(world)).toEqual([])
    for (const by of ['project', 'api_key', 'user'] as const) {
      const at = (await world.status()).last_success ?? 0
      const { rows } = breakdownTruth(linesOf(organisation, DATE, at), by, organisation.directory)
      expect(await idsAndNames(world, by)).toEqual(rows.map(({ id, name }) => [id, name]))
    }
  })
})

describe('costs', () => {
  it.each([
    ['without their scope', () => missingScope('api.usage.read'), 'upstream_missing_scope', 'api.usage.read'],
    [
      'that an upstream does not have',
      () => ({ status: 404, headers: {}, body: '{}' }),
      'upstream_unexpected_status',
      '404',
    ],
  ] as const)('%s are unavailable, with the reason, and all else works', async (_, answer, code, reason) => {
    let isMissing = true
    const { world, organisation } = await day(world => {
      const whole = world.upstream
      world.upstream = (url, request) => {
        if (!isMissing || url.pathname !== COSTS) return whole(url, request)
        const { status, headers, body } = answer()
        return new Response(body, { status, headers })
      }
    })
    await allElseWorks(world, organisation)
    // Names are read in the same wake: a refusal of costs says nothing about them.
    expect(world.askedBeside.slice(0, 2).map(({ pathname }) => pathname)).toEqual([COSTS, '/v1/organization/projects'])
    expect(await failing(world)).toEqual([['costs', code, expect.stringContaining(reason)]])
    const { status, body } = await world.call<CostsView>('GET /api/costs?by=project')
    expect([status, body.message]).toEqual([200, expect.stringContaining(reason)])
    expect(body).toMatchObject({ state: 'unavailable', as_of: null, rows: [], total_usd: 0, total_usd_text: '0.00' })
    expect(body.month).toEqual({ month: '2027-03', usd: 0, usd_text: '0.00', projected_usd: null, budget_usd: null })
    expect(await idsAndNames(world, 'project')).toContainEqual([
      'proj_V6kLdAs0FoYi8CmTw3QnGxHr',
      'Customer data (not shared)',
    ])
    expect(world.askedBeside.filter(({ pathname }) => pathname === COSTS).length).toBeLessThan(25)

    isMissing = false
    await world.run(world.now + 2 * HOUR)
    expect(await failing(world)).toEqual([])
    expect((await world.call<CostsView>('GET /api/costs')).body).toMatchObject({ state: 'ok', message: null })
    expect((await world.call<CostsView>('GET /api/costs')).body.rows.length).toBe(30)
  })

  it('that were read once stay true when the scope is taken away, and say why they are old', async () => {
    const { world, organisation } = await day(() => {})
    const before = (await world.call<CostsView>('GET /api/costs')).body
    const whole = world.upstream
    world.upstream = (url, request) =>
      url.pathname === COSTS ? new Response(missingScope('api.usage.read').body, { status: 403 }) : whole(url, request)
    await world.run(world.now + 2 * HOUR)
    const after = (await world.call<CostsView>('GET /api/costs')).body
    expect(after).toEqual({ ...before, message: expect.stringContaining('api.usage.read') })
    expect((await world.status()).last_success).toBeGreaterThan(after.as_of ?? 0)
    expect(linesOf(organisation, DATE, world.now - DAY)).toEqual([])
  })
})
