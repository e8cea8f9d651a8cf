import { afterEach, describe, expect, it } from 'vitest'
import type { ModelUsage } from '../../../src/wire.ts'
import { DATE, MIDNIGHT, World } from './world.ts'

afterEach(World.end)

/** Three projects, four models of both tiers, free and billed, on each of three days. */
function traffic(world: World): void {
  const models = ['gpt-4o-2024-11-20', 'gpt-4o-mini-2024-07-18', 'o1-mini', 'gpt-3.5-turbo-0125']
  let salt = 7
  for (let hour = -48; hour < 12; hour++) {
    for (const [m, model] of models.entries()) {
      for (const [p, project] of ['proj_a', 'proj_b', null].entries()) {
        salt = (salt * 48_271) % 2_147_483_647
        world.use({
          at: MIDNIGHT + hour * 3600 + m * 60 + p,
          model,
          project,
          // Two keys and a user or none: who it was adds up to what it was.
          apiKey: salt % 2 === 0 ? 'key_a' : 'key_b',
          user: salt % 3 === 0 ? 'user-a' : null,
          serviceTier: (hour + p) % 2 === 0 ? 'incentivized-tier' : 'default',
          input: salt % 997,
          output: salt % 89,
          cached: salt % 97,
          requests: 1 + (salt % 3),
        })
      }
    }
  }
}

/** Recomputed from the ledger, sharing no code with the tracker: o1-mini is premium by the brief's table. */
function expected(world: World, from: number, to: number) {
  const tier = () => ({ tokens: 0, input: 0, output: 0, cached: 0, requests: 0, free: 0, billed: 0 })
  const tiers = { premium: tier(), mini: tier() }
  const groups = new Map<string, number>()
  for (const use of world.ledger.visible(from, to, world.now)) {
    const isMini = use.model?.startsWith('gpt-4o-mini') || use.model?.startsWith('gpt-3.5')
    const of = tiers[isMini ? 'mini' : 'premium']
    of.tokens += use.input + use.output
    of.input += use.input
    of.output += use.output
    of.cached += use.cached
    of.requests += use.requests
    of[use.serviceTier === 'incentivized-tier' ? 'free' : 'billed'] += use.input + use.output
    const key = `${use.model} ${use.serviceTier} ${use.project}`
    groups.set(key, (groups.get(key) ?? 0) + use.input + use.output)
  }
  return { tiers, groups }
}

const asGroups = (models: ModelUsage[]) =>
  new Map(models.map(model => [`${model.model} ${model.service_tier} ${model.project_id}`, model.total_tokens]))

describe('the numbers', () => {
  it.each([
    ['1 bucket a page', 1, Number.POSITIVE_INFINITY],
    ['2 buckets a page', 2, Number.POSITIVE_INFINITY],
    ['31 buckets a page', 31, Number.POSITIVE_INFINITY],
    ['a bucket in parts of 20 groups over pages', 1, 20],
    ['three parts of a bucket a page', 3, 5],
  ])('are OpenAI’s to the token, with %s', async (_, pageBuckets, groupsPerPage) => {
    const world = await World.make()
    traffic(world)
    Object.assign(world.ledger, { pageBuckets, groupsPerPage })
    await world.polled()
    const usage = await world.usage()
    const { tiers, groups } = expected(world, MIDNIGHT, world.now)
    for (const tier of ['premium', 'mini'] as const) {
      const want = tiers[tier]
      expect(usage[tier]).toMatchObject({
        tokens_used: want.tokens,
        used: want.tokens,
        input_tokens: want.input,
        output_tokens: want.output,
        cached_tokens: want.cached,
        requests: want.requests,
        free_tokens: want.free,
        billed_tokens: want.billed,
      })
      expect(want.free).toBeGreaterThan(0)
      expect(want.billed).toBeGreaterThan(0)
    }
    expect(asGroups(usage.models)).toEqual(groups)
    const yesterday = await world.models('2027-03-09')
    expect(asGroups(yesterday.models)).toEqual(expected(world, MIDNIGHT - 86_400, MIDNIGHT).groups)
    expect(yesterday.final).toBe(false)
  })

  it('count cached tokens as the part of the input that they are', async () => {
    const world = await World.make()
    world.use({ at: MIDNIGHT, input: 1000, output: 500, cached: 400 })
    await world.polled()
    expect((await world.usage()).premium).toMatchObject({
      tokens_used: 1500,
      input_tokens: 1000,
      output_tokens: 500,
      cached_tokens: 400,
      percentage: 0,
      remaining: 998_500,
    })
  })

  it('round the percentage for people and go past 100', async () => {
    const world = await World.make({ vars: { PREMIUM_TIER_LIMIT: '1000', MINI_TIER_LIMIT: '200' } })
    world.use({ at: MIDNIGHT, input: 1234 })
    world.use({ at: MIDNIGHT, model: 'gpt-4o-mini', input: 99 })
    await world.polled()
    const { premium, mini } = await world.usage()
    expect([premium.percentage, premium.remaining, mini.percentage, mini.remaining]).toEqual([123, 0, 50, 101])
  })

  it('are taken for the account’s own kind of null: no model, no project, no service tier', async () => {
    const world = await World.make()
    world.use({ at: MIDNIGHT, model: null, project: null, serviceTier: null, input: 10, output: 1 })
    await world.polled()
    expect((await world.usage()).models).toMatchObject([
      { model: 'unknown', tier: 'premium', unclassified: true, service_tier: null, project_id: null, free: false },
    ])
  })

  it('flag a model that nobody knows, and count it as premium', async () => {
    const world = await World.make()
    world.use({ at: MIDNIGHT, model: 'zephyr-9-mini', input: 70 })
    await world.polled()
    const usage = await world.usage()
    expect([usage.premium.tokens_used, usage.mini.tokens_used]).toEqual([70, 0])
    expect(usage.models).toMatchObject([{ model: 'zephyr-9-mini', unclassified: true, tier: 'premium' }])
    expect((await world.status()).unclassified_models).toEqual(['zephyr-9-mini'])
  })

  it('follow MODEL_TIERS, also for what was counted before the change', async () => {
    const world = await World.make()
    world.use({ at: MIDNIGHT, model: 'zephyr-9-2026-01-01', input: 70 })
    await world.polled()
    await world.redeploy({ MODEL_TIERS: '{"zephyr-9":"mini"}' })
    const usage = await world.usage()
    expect([usage.premium.tokens_used, usage.mini.tokens_used]).toEqual([0, 70])
    expect((await world.status()).unclassified_models).toEqual([])
  })

  it('ask for the projects of OPENAI_PROJECT_IDS only', async () => {
    const world = await World.make({ vars: { OPENAI_PROJECT_IDS: 'proj_a, proj_c' } })
    world.use({ at: MIDNIGHT, project: 'proj_a', input: 1 })
    world.use({ at: MIDNIGHT, project: 'proj_b', input: 10 })
    world.use({ at: MIDNIGHT, project: 'proj_c', input: 100 })
    await world.polled()
    expect((await world.usage()).premium.tokens_used).toBe(101)
  })

  it('belong to the UTC date of their bucket, not to the clock of the poll', async () => {
    const world = await World.make({ start: 30 })
    world.use({ at: MIDNIGHT - 1, input: 100 })
    world.use({ at: MIDNIGHT, input: 7 })
    await world.polled()
    const usage = await world.usage()
    expect([usage.date, usage.premium.tokens_used]).toEqual([DATE, 7])
    expect((await world.models('2027-03-09')).models[0]?.total_tokens).toBe(100)
  })

  it('are zeros for the new day the second after midnight, before any poll', async () => {
    const world = await World.make({ start: -600 })
    world.use({ at: MIDNIGHT - 3600, input: 500_000 })
    await world.polled()
    expect((await world.usage()).premium.tokens_used).toBe(500_000)
    world.now = MIDNIGHT
    const usage = await world.usage()
    expect(usage).toMatchObject({ date: DATE, resets_at: MIDNIGHT + 86_400, models: [] })
    expect([usage.premium.tokens_used, usage.mini.tokens_used]).toEqual([0, 0])
  })

  it('fall when OpenAI corrects itself, and are replaced, never added to', async () => {
    const world = await World.make()
    const first = world.use({ at: MIDNIGHT, input: 1000 })
    world.use({ at: MIDNIGHT + 5, model: 'o1-mini', input: 900 })
    await world.polled()
    world.now += 60
    await world.polled()
    expect((await world.usage()).premium.tokens_used).toBe(1900)
    first.input = 400
    world.now += 60
    await world.polled()
    expect((await world.usage()).premium.tokens_used).toBe(1300)
    world.ledger.uses = []
    world.now += 60
    await world.polled()
    expect((await world.usage()).premium.tokens_used).toBe(0)
    expect((await world.usage()).models).toEqual([])
  })

  it('are not believed at once when more than half is gone: a second read must say the same', async () => {
    const world = await World.make()
    world.use({ at: MIDNIGHT, input: 1000 })
    await world.polled()
    world.now += 60
    let reads = 0
    world.upstream = url => {
      if (url.searchParams.get('bucket_width') !== '1d' || url.searchParams.has('end_time')) return null
      reads += 1
      return reads === 1 ? Response.json({ object: 'page', data: [], has_more: false, next_page: null }) : null
    }
    await world.polled()
    expect(reads).toBe(2)
    expect((await world.usage()).premium.tokens_used).toBe(1000)
  })

  it('are never half a walk’s', async () => {
    const world = await World.make()
    traffic(world)
    await world.polled()
    const before = await world.usage()
    world.use({ at: world.now, input: 5000 })
    world.now += 60
    world.ledger.pageBuckets = 1
    world.upstream = url => (url.searchParams.get('page') ? new Response('', { status: 500 }) : null)
    expect((await world.poll()).status).toBe(502)
    const after = await world.usage()
    expect([after.premium, after.mini, after.models]).toEqual([before.premium, before.mini, before.models])
  })
})
