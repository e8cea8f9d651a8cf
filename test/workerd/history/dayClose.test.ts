import { afterEach, describe, expect, it } from 'vitest'
import type { DayPoint, HistoryEntry, HourPoint } from '../../../src/wire.ts'
import { DATE, DAY, MIDNIGHT, World } from '../tracker/world.ts'

afterEach(World.end)

const MODELS = [
  'gpt-4o-2024-11-20',
  'gpt-4o-mini-2024-07-18',
  'o1-mini-2024-09-12',
  'gpt-5-nano-2025-08-07',
  'unheard-of-1',
]
const TRACE = { input: 22_361_870, output: 4_088_665 }

/** A day like the conversation trace of the issue: uneven requests all day, with exactly its totals. */
function traceDay(world: World, lag: number): void {
  let [input, output, salt] = [TRACE.input, TRACE.output, 11]
  for (let minute = 0; minute < 1440; minute++) {
    salt = (salt * 48_271) % 2_147_483_647
    const last = minute === 1439
    const use = { input: last ? input : salt % 15_000, output: last ? output : salt % 2_800 }
    input -= use.input
    output -= use.output
    const at = MIDNIGHT + minute * 60 + (salt % 60)
    world.use({
      ...use,
      at,
      visibleAt: at + lag,
      model: MODELS[salt % MODELS.length] ?? null,
      serviceTier: salt % 3 === 0 ? 'incentivized-tier' : 'default',
      project: ['proj_a', 'proj_b', null][salt % 3] ?? null,
      cached: Math.floor(use.input / 3),
    })
  }
  expect(input).toBeGreaterThanOrEqual(0)
}

const isMini = (model: string | null) => /^gpt-4o-mini|nano/.test(model ?? '')

function ledgerHours(world: World, from: number, to: number) {
  const hours = new Map<string, { input: number; output: number }>()
  for (const use of world.ledger.visible(from, to, world.now)) {
    const key = JSON.stringify([
      Math.floor(use.at / 3600) * 3600,
      use.model ?? '',
      use.serviceTier ?? '',
      use.project ?? '',
    ])
    const held = hours.get(key) ?? { input: 0, output: 0 }
    hours.set(key, { input: held.input + use.input, output: held.output + use.output })
  }
  return hours
}

async function storedHours(world: World, from: number, to: number) {
  const rows = await world.rows<Record<string, string | number>>(
    'SELECT * FROM model_usage WHERE hour >= ? AND hour < ? AND input_tokens + output_tokens > 0',
    from,
    to,
  )
  return new Map(
    rows.map(row => [
      JSON.stringify([row.hour, row.model, row.service_tier, row.project]),
      { input: row.input_tokens, output: row.output_tokens },
    ]),
  )
}

function ledgerSummary(world: World, from: number, to: number) {
  const zero = () => ({
    tokens_used: 0,
    input_tokens: 0,
    output_tokens: 0,
    cached_tokens: 0,
    requests: 0,
    free_tokens: 0,
    billed_tokens: 0,
  })
  const tiers = { mini: zero(), premium: zero() }
  for (const use of world.ledger.visible(from, to, world.now)) {
    const tier = tiers[isMini(use.model) ? 'mini' : 'premium']
    tier.tokens_used += use.input + use.output
    tier.input_tokens += use.input
    tier.output_tokens += use.output
    tier.cached_tokens += use.cached
    tier.requests += use.requests
    tier[use.serviceTier === 'incentivized-tier' ? 'free_tokens' : 'billed_tokens'] += use.input + use.output
  }
  return tiers
}

async function storedSummary(world: World, date: string) {
  const rows = await world.rows<{ tier: 'premium' | 'mini'; final: number }>(
    `SELECT tier, tokens_used, input_tokens, output_tokens, cached_tokens, requests, free_tokens, billed_tokens, final
     FROM daily_summaries WHERE date = ?`,
    date,
  )
  expect(rows.length).toBe(2)
  return {
    final: rows.map(row => row.final),
    tiers: Object.fromEntries(rows.map(({ tier, final: _, ...counts }) => [tier, counts])),
  }
}

describe('a whole day', () => {
  it('with data two minutes late: curve, hours and summaries equal the ledger, and the final one 48 h later too', async () => {
    const world = await World.make({ start: -400 })
    await world.watch()
    traceDay(world, 120)
    const written = (lines: string[]) =>
      lines
        .map(line => JSON.parse(line) as { event: string; rows_written?: number })
        .filter(({ event }) => event === 'history')
        .reduce((sum, { rows_written = 0 }) => sum + rows_written, 0)
    const afterwards = world.use({ at: MIDNIGHT + 5 * 3600, input: 1234, visibleAt: MIDNIGHT + DAY + 20 * 3600 })
    await world.run(MIDNIGHT - 1)
    const before = world.logs.length
    await world.run(MIDNIGHT + DAY - 1)
    // Of an ordinary day: five models in three projects and two service tiers.
    expect(written(world.logs.slice(before))).toBeGreaterThan(288)
    expect(written(world.logs.slice(before))).toBeLessThan(2500)

    // The running day, at each tick as the ledger told it then.
    const points = (await world.history(`date=${DATE}`)).map(({ timestamp, premium_tokens, mini_tokens }) => ({
      timestamp,
      premium: premium_tokens,
      mini: mini_tokens,
    }))
    expect(points.map(point => point.timestamp)).toEqual(Array.from({ length: 288 }, (_, n) => MIDNIGHT + n * 300))
    const truth = points.map(({ timestamp }) => {
      const sum = { timestamp, premium: 0, mini: 0 }
      for (const use of world.ledger.visible(MIDNIGHT, timestamp + 1, timestamp)) {
        sum[isMini(use.model) ? 'mini' : 'premium'] += use.input + use.output
      }
      return sum
    })
    expect(points).toEqual(truth)

    // Over, but open: everything has come by now, and it is provisional.
    await world.run(MIDNIGHT + DAY + 2 * 3600 + 900)
    const provisional = await storedSummary(world, DATE)
    expect(provisional.final).toEqual([0, 0])
    expect(provisional.tiers).toEqual(ledgerSummary(world, MIDNIGHT, MIDNIGHT + DAY))
    const { premium, mini } = ledgerSummary(world, MIDNIGHT, MIDNIGHT + DAY)
    expect(premium.input_tokens + mini.input_tokens).toBe(TRACE.input)
    expect(premium.output_tokens + mini.output_tokens).toBe(TRACE.output)
    expect(await storedHours(world, MIDNIGHT, MIDNIGHT + DAY)).toEqual(ledgerHours(world, MIDNIGHT, MIDNIGHT + DAY))

    // Late data and a correction downwards on the days after.
    await world.redeploy({ POLL_CRON: '0 */3 * * *' })
    await world.watch()
    const corrected = world.ledger.uses[700]
    await world.run(MIDNIGHT + DAY + 22 * 3600)
    expect((await storedSummary(world, DATE)).tiers).toEqual(ledgerSummary(world, MIDNIGHT, MIDNIGHT + DAY))
    if (corrected !== undefined) Object.assign(corrected, { input: 1, output: 0, cached: 0 })
    expect(afterwards.visibleAt).toBeLessThan(world.now)
    await world.run(MIDNIGHT + 3 * DAY - 60)
    expect((await storedSummary(world, DATE)).final).toEqual([0, 0])
    expect((await world.status()).open_days).toContain(DATE)

    await world.run(MIDNIGHT + 3 * DAY + 3600 + 60)
    const final = await storedSummary(world, DATE)
    expect(final.final).toEqual([1, 1])
    expect(final.tiers).toEqual(ledgerSummary(world, MIDNIGHT, MIDNIGHT + DAY))
    expect(await storedHours(world, MIDNIGHT, MIDNIGHT + DAY)).toEqual(ledgerHours(world, MIDNIGHT, MIDNIGHT + DAY))
    expect((await world.status()).open_days).not.toContain(DATE)
    expect(await world.models(DATE)).toMatchObject({ final: true })

    // The same through the API.
    const [day] = await world.history<DayPoint>(`date=${DATE}&interval=day`)
    const want = ledgerSummary(world, MIDNIGHT, MIDNIGHT + DAY)
    expect(day).toEqual({
      timestamp: MIDNIGHT,
      date: DATE,
      premium_tokens: want.premium.tokens_used,
      mini_tokens: want.mini.tokens_used,
      premium_limit: 1_000_000,
      mini_limit: 10_000_000,
      premium_free_tokens: want.premium.free_tokens,
      premium_billed_tokens: want.premium.billed_tokens,
      mini_free_tokens: want.mini.free_tokens,
      mini_billed_tokens: want.mini.billed_tokens,
      final: true,
    })
    const hours = await world.history<HourPoint>(`date=${DATE}&interval=hour`)
    expect(hours.map(point => point.timestamp)).toEqual(Array.from({ length: 24 }, (_, n) => MIDNIGHT + n * 3600))
    for (const point of hours) {
      const sum = { premium: 0, mini: 0 }
      for (const use of world.ledger.visible(MIDNIGHT, point.timestamp + 3600, world.now)) {
        sum[isMini(use.model) ? 'mini' : 'premium'] += use.input + use.output
      }
      expect([point.premium_tokens, point.mini_tokens]).toEqual([sum.premium, sum.mini])
    }
    const entries = new Map<string, number>()
    for (const use of world.ledger.visible(MIDNIGHT, MIDNIGHT + DAY, world.now)) {
      const key = `${new Date(Math.floor(use.at / 3600) * 3_600_000).toISOString()} ${use.model}`
      entries.set(key, (entries.get(key) ?? 0) + use.input + use.output)
    }
    const got = new Map<string, number>()
    for (let offset = 0; ; offset += 100) {
      const { body } = await world.call<{ data: HistoryEntry[]; pagination: { hasMore: boolean; total: number } }>(
        `GET /api/history?limit=100&offset=${offset}`,
      )
      for (const entry of body.data) got.set(`${entry.timestamp} ${entry.model}`, entry.total_tokens)
      if (!body.pagination.hasMore) {
        expect(got.size).toBe(body.pagination.total)
        break
      }
    }
    expect(new Map([...got].filter(([key]) => key.startsWith(DATE)))).toEqual(
      new Map([...entries].filter(([, tokens]) => tokens > 0)),
    )
  }, 60_000)

  it('without any use is closed too, with zeros', async () => {
    const world = await World.make({ start: 60, vars: { POLL_CRON: '0 */6 * * *' } })
    await world.watch()
    await world.run(MIDNIGHT + 3 * DAY + 6 * 3600 + 60)
    expect(await storedSummary(world, DATE)).toMatchObject({ final: [1, 1], tiers: { premium: { tokens_used: 0 } } })
  })

  it('slept through by the tracker is closed when it is back, in order, late alerts included', async () => {
    const world = await World.make({ start: 12 * 3600, vars: { POLL_CRON: '0 * * * *' } })
    await world.watch()
    await world.run(world.now + 60)
    world.use({ at: MIDNIGHT + 13 * 3600, input: 900_000 })
    // A date that the tracker never saw while it ran.
    world.use({ at: MIDNIGHT + DAY, input: 850_000 })
    world.now = MIDNIGHT + 5 * DAY + 60
    await world.watch()
    await world.run(world.now + 7200)
    expect(await storedSummary(world, DATE)).toMatchObject({
      final: [1, 1],
      tiers: { premium: { tokens_used: 900_000 } },
    })
    const days = await world.history<DayPoint>('days=6&interval=day')
    expect(days.map(day => [day.date, day.premium_tokens, day.final])).toEqual([
      ['2027-03-10', 900_000, true],
      ['2027-03-11', 850_000, true],
      ['2027-03-12', 0, true],
      ['2027-03-13', 0, false],
      ['2027-03-14', 0, false],
      ['2027-03-15', 0, false],
    ])
    const alerts = (await world.alerts()).map(alert => [alert.date, alert.late, alert.threshold])
    expect(alerts.sort()).toEqual([
      [DATE, true, 80],
      ['2027-03-11', true, 80],
    ])
  })

  it('keeps the limit that it ended with', async () => {
    const world = await World.make({ start: 23 * 3600, vars: { POLL_CRON: '0 * * * *', PREMIUM_TIER_LIMIT: '500' } })
    await world.watch()
    await world.run(world.now + 60)
    await world.redeploy({ PREMIUM_TIER_LIMIT: '600' })
    await world.run(MIDNIGHT + DAY - 1)
    await world.poll()
    await world.evict()
    await world.run(MIDNIGHT + DAY + 60)
    await world.redeploy({ PREMIUM_TIER_LIMIT: '700' })
    await world.watch()
    await world.run(MIDNIGHT + DAY + 3 * 3600)
    const days = await world.history<DayPoint>('days=2&interval=day')
    expect(days.map(day => [day.date, day.premium_limit])).toEqual([
      [DATE, 600],
      ['2027-03-11', 700],
    ])
  })
})

describe('the first start', () => {
  it('brings 30 days of daily summaries and 7 days of hourly curve', async () => {
    const world = await World.make()
    for (let hour = -40 * 24; hour < 12; hour++) {
      world.use({ at: MIDNIGHT + hour * 3600 + 5, input: 1000 + hour, model: hour % 2 ? 'gpt-4o' : 'gpt-4o-mini' })
    }
    await world.catchUp()
    expect(await world.status()).toMatchObject({ backfill: 'done', missed_ticks_pending: 0 })
    const days = await world.history<DayPoint>('days=40&interval=day')
    const dates = Array.from({ length: 31 }, (_, n) => MIDNIGHT - (30 - n) * DAY)
    expect(days.map(day => [day.timestamp, day.premium_tokens, day.mini_tokens])).toEqual(
      dates.map(from => {
        const { premium, mini } = world.truth(from, from + DAY)
        return [from, premium, mini]
      }),
    )
    expect(days.filter(day => day.final).length).toBe(28)
    const hours = await world.history<HourPoint>('days=7&interval=hour')
    expect(hours.map(point => [point.timestamp, point.premium_hour_tokens, point.mini_hour_tokens])).toEqual(
      hours.map(({ timestamp }) => {
        const { premium, mini } = world.truth(timestamp, timestamp + 3600)
        return [timestamp, premium, mini]
      }),
    )
    // From 13:00 seven days ago; the running hour has no use yet, and so no point.
    expect(hours.length).toBe(7 * 24 - 1)
    const raw = await world.history('days=7')
    for (let tick = MIDNIGHT - 6 * DAY; tick <= MIDNIGHT + 12 * 3600; tick += 3600) {
      const { premium, mini } = world.truth(Math.floor(tick / DAY) * DAY, tick)
      const point = raw.find(({ timestamp }) => timestamp === tick)
      expect([tick, point?.premium_tokens, point?.mini_tokens]).toEqual([tick, premium, mini])
    }
  })

  it('alerts nobody about days that ended before it', async () => {
    const world = await World.make()
    for (let day = -10; day < 0; day++) world.use({ at: MIDNIGHT + day * DAY + 5, input: 5_000_000 })
    await world.catchUp()
    expect(await world.alerts()).toEqual([])
  })

  it('with an upstream that fails the backfill has its numbers at once, and the month later', async () => {
    const world = await World.make()
    world.use({ at: MIDNIGHT, input: 7 })
    world.use({ at: MIDNIGHT - 20 * DAY, input: 70 })
    world.upstream = url => (url.searchParams.has('end_time') ? new Response('', { status: 500 }) : null)
    await world.catchUp()
    expect((await world.usage()).premium.tokens_used).toBe(7)
    expect((await world.status()).backfill).toBe('pending')
    world.upstream = () => null
    await world.run(world.now + 700)
    expect((await world.status()).backfill).toBe('done')
    const days = await world.history<DayPoint>('days=31&interval=day')
    expect(days.find(day => day.timestamp === MIDNIGHT - 20 * DAY)?.premium_tokens).toBe(70)
  })
})
