import { afterEach, describe, expect, it } from 'vitest'
import type { DayPoint, HourPoint, Problem, ReconcileView } from '../../../src/wire.ts'
import { DATE, DAY, MIDNIGHT, World } from './world.ts'

afterEach(World.end)

/** Settled, and D1's. */
const PAST = '2027-03-05'
const PAST_MIDNIGHT = MIDNIGHT - 5 * DAY
const COOLDOWN_S = 10

type Reconciled = Omit<ReconcileView, 'success'> & Omit<Problem, 'success'> & { success: boolean; error?: string }
const reconcile = (world: World, date: string) => world.call<Reconciled>(`POST /api/reconcile?date=${date}`)
const width = (url: URL) => url.searchParams.get('bucket_width')
const storedTokens = (world: World, from: number) =>
  world.rows<{ model: string; tokens: number }>(
    `SELECT model, sum(input_tokens) AS tokens FROM model_usage WHERE hour >= ? AND hour < ? GROUP BY 1 ORDER BY 1`,
    from,
    from + DAY,
  )
const hoursOf = async (world: World, date: string) =>
  (await world.history<HourPoint>(`date=${date}&interval=hour`)).map(point => [
    point.timestamp,
    point.premium_hour_tokens,
    point.mini_hour_tokens,
  ])

async function started(): Promise<World> {
  const world = await World.make()
  world.use({ at: PAST_MIDNIGHT + 3600, input: 100 })
  world.use({ at: PAST_MIDNIGHT + 7200, input: 50, model: 'gpt-4o-mini' })
  // An hour that has just ended: D1 is not given it yet.
  world.use({ at: MIDNIGHT + 11 * 3600, input: 100 })
  world.use({ at: MIDNIGHT + 11 * 3600, input: 7, model: 'gpt-4o-mini' })
  await world.catchUp()
  world.now += 60
  return world
}

describe('POST /api/reconcile', () => {
  it('of the open date reads it again, with its hours: they are shown at once, and in D1 at once', async () => {
    const world = await started()
    const [use] = world.ledger.uses.slice(2)
    if (use !== undefined) use.input = 130
    const { status, body } = await reconcile(world, DATE)
    expect([status, body]).toEqual([
      200,
      {
        success: true,
        date: DATE,
        premium: { before: 100, after: 130, added: 30 },
        mini: { before: 7, after: 7, added: 0 },
      },
    ])
    expect(await hoursOf(world, DATE)).toEqual([[MIDNIGHT + 11 * 3600, 130, 7]])
    expect(await storedTokens(world, MIDNIGHT)).toEqual([
      { model: 'gpt-4o-2024-11-20', tokens: 130 },
      { model: 'gpt-4o-mini', tokens: 7 },
    ])
  })

  it('of a closed date makes a new revision of its summary and hours, also downwards; it stays final', async () => {
    const world = await started()
    const [use, gone] = world.ledger.uses
    if (use === undefined || gone === undefined) throw new Error('nothing was used')
    use.input = 30
    gone.visibleAt = Number.POSITIVE_INFINITY
    expect((await reconcile(world, PAST)).body).toEqual({
      success: true,
      date: PAST,
      premium: { before: 100, after: 30, added: -70 },
      mini: { before: 50, after: 0, added: -50 },
    })
    const isShown = async () => {
      const [day] = await world.history<DayPoint>(`date=${PAST}&interval=day`)
      expect(day).toMatchObject({ premium_tokens: 30, mini_tokens: 0, final: true })
      // An hour without anything left stands as zero, or not at all.
      const hours = (await hoursOf(world, PAST)).filter(([, premium = 0, mini = 0]) => premium + mini > 0)
      expect(hours).toEqual([[PAST_MIDNIGHT + 3600, 30, 0]])
      expect(await world.models(PAST)).toMatchObject({ final: true, models: [{ total_tokens: 30 }] })
    }
    await isShown()
    await world.run(world.now + 60)
    await isShown()
    expect(await storedTokens(world, PAST_MIDNIGHT)).toEqual([
      { model: 'gpt-4o-2024-11-20', tokens: 30 },
      { model: 'gpt-4o-mini', tokens: 0 },
    ])
  })

  it.each(['2027-03-11', '2020-01-01', '2027-02-30', 'yesterday'])('refuses %s', async date => {
    const world = await World.make()
    const { status, body } = await reconcile(world, date)
    expect([status, body.success, body.detail.length > 0]).toEqual([400, false, true])
    expect(world.asked).toEqual([])
  })

  it.each([
    ['OpenAI is away', PAST, () => new Response('', { status: 500 }), 'upstream_error'],
    ['a closed date’s hours are an empty page', PAST, emptyHours, 'upstream_does_not_add_up'],
    ['a closed date’s hours lack one', PAST, firstHourOnly, 'upstream_does_not_add_up'],
    ['the open date’s hours are an empty page', DATE, emptyHours, 'hours_do_not_add_up'],
  ] as const)('with 502 leaves everything as it was when %s', async (_, date, instead, code) => {
    const world = await started()
    const all = async () => [
      await hoursOf(world, date),
      await world.history(`date=${date}&interval=day`),
      await storedTokens(world, date === PAST ? PAST_MIDNIGHT : MIDNIGHT),
      (await world.models(date)).models,
    ]
    const before = await all()
    world.upstream = (url, request) => instead(url, request, world)
    const { status, body } = await reconcile(world, date)
    expect([status, body.success, body.code]).toEqual([502, false, code])
    expect(body.detail).toMatch(/\w/)
    expect(body.error).toBe(body.detail)
    expect(await all()).toEqual(before)
    world.upstream = () => null
    await world.run(world.now + 90)
    expect(await all()).toEqual(before)
    world.now += COOLDOWN_S
    expect((await reconcile(world, date)).status).toBe(200)
  })

  it('sixty times at once asks OpenAI once, and a poll does not stand behind them', async () => {
    const world = await started()
    world.asked = []
    const dates = Array.from({ length: 60 }, (_, n) => (n % 3 === 0 ? PAST : `2027-02-${10 + (n % 18)}`))
    const calls = dates.map(date => reconcile(world, date))
    const poll = world.poll()
    const answers = await Promise.all(calls)
    expect((await poll).body).toMatchObject({ success: true, cached: false })
    expect(world.asked.map(width)).toEqual(['1d', '1h', '1d'])
    expect(answers.map(({ status }) => status)).toEqual(dates.map(date => (date === PAST ? 200 : 429)))
    for (const { status, raw, body } of answers) {
      if (status !== 429) continue
      expect(body.code).toBe('too_soon')
      // While one runs, or after it.
      expect(['2', String(COOLDOWN_S)]).toContain(raw.headers.get('retry-after'))
    }
  })

  it('again within the cooldown is told the same of the same date, and to wait with another', async () => {
    const world = await started()
    const first = await reconcile(world, PAST)
    world.asked = []
    for (let press = 0; press < 20; press++) expect((await reconcile(world, PAST)).body).toEqual(first.body)
    world.now += COOLDOWN_S - 3
    const other = await reconcile(world, DATE)
    expect([other.status, other.raw.headers.get('retry-after'), world.asked]).toEqual([429, '3', []])
    world.now += 3
    expect((await reconcile(world, DATE)).status).toBe(200)
  })

  it('is not repeated by a poll within the cooldown: that one tells the totals and alerts of now', async () => {
    const world = await World.make({ vars: { ALERT_THRESHOLD: '50' } })
    world.use({ at: MIDNIGHT, input: 100 })
    await world.polled()
    world.now += COOLDOWN_S + 1
    world.use({ at: MIDNIGHT + 1, input: 600_000 })
    expect((await reconcile(world, DATE)).body.premium).toEqual({ before: 100, after: 600_100, added: 600_000 })
    world.now += COOLDOWN_S - 1
    expect((await world.poll()).body).toEqual({
      success: true,
      date: DATE,
      premium_tokens: 600_100,
      mini_tokens: 0,
      alerts_triggered: 1,
      cached: true,
    })
  })
})

function emptyHours(url: URL): Response | null {
  if (width(url) !== '1h') return null
  return Response.json({ object: 'page', data: [], has_more: false, next_page: null })
}

function firstHourOnly(url: URL, request: Request, world: World): Response | null {
  if (width(url) !== '1h') return null
  const { body } = world.ledger.answer(url, request.headers, world.now)
  const { data } = body as { data: { start_time: number; results: unknown[] }[] }
  for (const bucket of data) if (bucket.start_time !== PAST_MIDNIGHT + 3600) bucket.results = []
  return Response.json(body)
}
