import { afterEach, describe, expect, it } from 'vitest'
import type { HourPoint, ReadView } from '../../../src/wire.ts'
import { DATE, DAY, MIDNIGHT, type Upstream, World } from '../tracker/world.ts'
import { dateAt, everyHour, ledgerDays, midnights, storedFinalDays, storedHourSums } from './ledgerHistory.ts'

// Faults that never end: one kind of request, one date, one row. Everything else goes on in time, the status names what
// fails, and what cannot be read comes to an end.

afterEach(World.end)

const SLOT = 6 * 3600
/** A life of eleven days takes a busy machine that long. */
const TIMEOUT_MS = 60_000
const SLOTS = { POLL_CRON: '0 */6 * * *' }
const query = (url: URL) => ({
  width: url.pathname.endsWith('/usage/completions') ? url.searchParams.get('bucket_width') : null,
  start: Number(url.searchParams.get('start_time')),
  end: url.searchParams.has('end_time') ? Number(url.searchParams.get('end_time')) : null,
  limit: Number(url.searchParams.get('limit')),
})
const TOO_LARGE = new Uint8Array(9_000_000).fill(32)
const broken = () => new Response('', { status: 500 })
const isHoursOf = (url: URL, midnight: number) => query(url).width === '1h' && query(url).start === midnight

/** The ledger's answer, in which a row of the day at `midnight` lacks a field. */
const withoutField =
  (world: World, midnight: number): Upstream =>
  (url, request) => {
    if (query(url).width !== '1d') return null
    const { status, body } = world.ledger.answer(url, request.headers, world.now)
    const { data } = body as { data: { start_time: number; results: Record<string, unknown>[] }[] }
    for (const bucket of data) if (bucket.start_time === midnight) delete bucket.results[0]?.output_tokens
    return Response.json(body, { status })
  }

/** The ledger's hours without some of them, as from an upstream that has lost a part. */
const withoutHours =
  (isLost: (hour: number) => boolean) =>
  (world: World) =>
  (url: URL, request: Request): Response => {
    const { status, body } = world.ledger.answer(url, request.headers, world.now)
    const { data } = body as { data: { start_time: number; results: unknown[] }[] }
    for (const bucket of data) if (isLost(bucket.start_time)) bucket.results = []
    return Response.json(body, { status })
  }

async function reads(world: World): Promise<ReadView[]> {
  const { reads, state } = await world.status()
  expect(state).toBe('ok')
  for (const read of reads) {
    expect([read.error.message, read.error.action]).toEqual([expect.stringMatching(/\w/), expect.stringMatching(/\w/)])
    expect(read.attempts).toBeGreaterThan(0)
    // Tried again within an hour and a little, or given up.
    const next = read.next_attempt_at ?? world.now
    expect([next >= world.now - SLOT, next <= world.now + 4500]).toEqual([true, true])
  }
  return reads.sort((a, b) => ((a.date ?? '') < (b.date ?? '') ? -1 : 1))
}
const named = (read: ReadView) => [
  read.kind,
  read.date,
  read.since - MIDNIGHT,
  read.error.code,
  read.next_attempt_at === null,
]

/** Every date since `from` but `without` is closed when it should be, and D1 has it and its hours. */
async function othersAreWhole(world: World, from: number, without: number[] = []): Promise<void> {
  const today = Math.floor(world.now / DAY) * DAY
  const isOther = ([date]: [string, number, number]) => !without.map(dateAt).includes(date)
  expect((await world.status()).open_days.filter(date => !without.map(dateAt).includes(date))).toEqual(
    midnights(today - 2 * DAY, today + DAY)
      .filter(midnight => !without.includes(midnight))
      .map(dateAt),
  )
  expect((await storedFinalDays(world, from, today + DAY)).filter(isOther)).toEqual(
    ledgerDays(world, from, today - 2 * DAY).filter(isOther),
  )
  expect((await storedHourSums(world, from, today)).filter(isOther)).toEqual(
    ledgerDays(world, from, today).filter(isOther),
  )
  expect(Math.max(...world.spent)).toBeLessThanOrEqual(40)
}

/** A tracker that has run for a while, in a world with something in every hour. */
async function running(start: number, upstream: (world: World) => Upstream = () => () => null, vars = SLOTS) {
  const world = await World.make({ start, vars })
  everyHour(world, MIDNIGHT - 31 * DAY, MIDNIGHT + 13 * DAY)
  world.upstream = upstream(world)
  world.countD1()
  await world.catchUp()
  return world
}

describe('what OpenAI refuses for ever', { timeout: TIMEOUT_MS }, () => {
  it.each([
    ['every minute bucket', (url: URL) => (query(url).width === '1m' ? broken() : null), 2400, 'upstream_error'],
    [
      'minute pages of more than 8 MB, after four hours',
      (url: URL) => (query(url).width === '1m' && query(url).limit > 1 ? new Response(TOO_LARGE) : null),
      4 * 3600,
      'upstream_malformed',
    ],
  ])('%s: the ticks are rebuilt by the hour, days close and hours arrive', async (_, upstream, absence, code) => {
    const world = await running(12 * 3600, undefined, { POLL_CRON: '*/20 * * * *' })
    const down = MIDNIGHT + 12 * 3600
    world.upstream = upstream
    world.now += absence
    await world.alarm()
    await world.run(world.now + 30)
    const failing = await reads(world)
    expect(failing.length).toBeGreaterThan(0)
    for (const read of failing) expect([read.kind, read.date, read.error.code]).toEqual(['ticks', DATE, code])
    await world.run(world.now + 2400)
    expect([await reads(world), (await world.status()).missed_ticks_pending]).toEqual([[], 0])
    const points = (await world.history(`date=${DATE}`)).filter(({ timestamp }) => timestamp > down)
    for (let hour = down + 3600; hour < down + absence; hour += 3600) {
      const { premium, mini } = world.truth(MIDNIGHT, hour)
      expect(points).toContainEqual({ timestamp: hour, date: DATE, premium_tokens: premium, mini_tokens: mini })
    }
    await world.run(MIDNIGHT + DAY + SLOT)
    expect(await reads(world)).toEqual([])
    await othersAreWhole(world, MIDNIGHT - 7 * DAY)
  })

  it('a stretch without length, which a schedule of seconds would make: none is asked for', async () => {
    const world = await running(DAY - 120, undefined, { POLL_CRON: '*/20 * * * * *' })
    await world.run(MIDNIGHT + DAY - 15)
    world.now = MIDNIGHT + DAY + 30
    await world.alarm()
    await world.run(world.now + 120)
    expect([await reads(world), (await world.status()).missed_ticks_pending]).toEqual([[], 0])
    expect(world.asked.map(query).filter(({ start, end }) => end !== null && end <= start)).toEqual([])
    const [midnight] = await world.history(`date=${dateAt(MIDNIGHT + DAY)}`)
    expect(midnight).toMatchObject({ timestamp: MIDNIGHT + DAY, premium_tokens: 0, mini_tokens: 0 })
  })

  it('the first month: its dates are tried one by one for a week and given up, in nobody’s way', async () => {
    const world = await running(12 * 3600, () => url => {
      const { width, start } = query(url)
      return width === '1d' && start < MIDNIGHT - 2 * DAY ? broken() : null
    })
    const [first] = await reads(world)
    expect([first && named(first), first?.attempts]).toEqual([['month', undefined, 43_200, 'upstream_error', false], 1])
    await world.stride(MIDNIGHT + 4 * DAY + SLOT, SLOT)
    // The curve of the last days before the start needs the hours of dates that nobody could read.
    const month = midnights(MIDNIGHT - 30 * DAY, MIDNIGHT - 2 * DAY)
    const curve = midnights(MIDNIGHT - 7 * DAY, MIDNIGHT - 2 * DAY)
    const all = (isGivenUp: boolean) => [
      ...month.map(midnight => ['day', dateAt(midnight), 18 * 3600, 'upstream_error', isGivenUp]),
      ...curve.map(midnight => ['ticks', dateAt(midnight), 43_200, 'hours_missing', isGivenUp]),
    ]
    const byKind = async () => (await reads(world)).map(named).sort(([a], [b]) => (String(a) < String(b) ? -1 : 1))
    expect(await byKind()).toEqual(all(false))
    await othersAreWhole(world, MIDNIGHT - 2 * DAY)
    await world.stride(MIDNIGHT + 9 * DAY, SLOT)
    expect(await byKind()).toEqual(all(true))
    world.asked = []
    await world.stride(MIDNIGHT + 10 * DAY + SLOT, SLOT)
    expect(world.asked.map(query).filter(({ start }) => start < MIDNIGHT + 7 * DAY)).toEqual([])
    await othersAreWhole(world, MIDNIGHT - 2 * DAY)
  })

  it.each([
    ['that are refused', () => broken, DAY, 'upstream_error'],
    // Not believed: the hours that are held say more.
    ['that are empty', withoutHours(() => true), DAY, 'hours_do_not_add_up'],
    ['of which one is missing', withoutHours(hour => hour === MIDNIGHT + 20 * 3600), 3 * DAY, 'hours_differ'],
  ] as const)(
    'yesterday’s hours %s: after a week the last one gets what they lack, and D1 has all',
    async (_, fault, since, code) => {
      const world = await running(12 * 3600)
      const unread = (url: URL) => isHoursOf(url, MIDNIGHT) && query(url).end !== null
      const answer = fault(world)
      world.upstream = (url, request) => (unread(url) ? answer(url, request) : null)
      await world.stride(MIDNIGHT + 4 * DAY + SLOT, SLOT)
      expect((await reads(world)).map(named)).toEqual([['hours', DATE, since, code, false]])
      await othersAreWhole(world, MIDNIGHT - 7 * DAY, [MIDNIGHT])
      expect(await storedFinalDays(world, MIDNIGHT, MIDNIGHT + DAY)).toEqual(
        ledgerDays(world, MIDNIGHT, MIDNIGHT + DAY),
      )
      const { premium, mini } = world.truth(MIDNIGHT, MIDNIGHT + DAY)
      const last = async () => (await world.history<HourPoint>(`date=${DATE}&interval=hour`)).at(-1)
      const whole = { timestamp: MIDNIGHT + 23 * 3600, premium_tokens: premium, mini_tokens: mini }
      expect(await last()).toMatchObject(whole)
      await world.stride(MIDNIGHT + 10 * DAY + SLOT, SLOT)
      expect((await reads(world)).map(named)).toEqual([['hours', DATE, since, code, true]])
      await othersAreWhole(world, MIDNIGHT - 7 * DAY)
      expect(await last()).toMatchObject(whole)
      expect(world.asked.filter(unread).length).toBeLessThan(60)
    },
  )

  it('one row of twenty days ago: the other days of the month are there at once, and it is given up', async () => {
    const bad = MIDNIGHT - 20 * DAY
    const world = await running(12 * 3600, world => withoutField(world, bad))
    const read = ['day', dateAt(bad), 43_200, 'upstream_malformed']
    expect((await reads(world)).map(named)).toEqual([[...read, false]])
    const others = ledgerDays(world, MIDNIGHT - 30 * DAY, MIDNIGHT - 2 * DAY).filter(([date]) => date !== dateAt(bad))
    expect(await storedFinalDays(world, MIDNIGHT - 30 * DAY, MIDNIGHT)).toEqual(others)
    await world.stride(MIDNIGHT + 8 * DAY + SLOT, SLOT)
    expect((await reads(world)).map(named)).toEqual([[...read, true]])
    expect(world.logs.filter(line => line.includes('"given_up"')).length).toBe(1)
    await othersAreWhole(world, MIDNIGHT - 7 * DAY)
    world.upstream = () => null
    await world.call(`POST /api/reconcile?date=${dateAt(bad)}`)
    await world.run(world.now + 60)
    expect(await storedFinalDays(world, bad, bad + DAY)).toEqual(ledgerDays(world, bad, bad + DAY))
  })

  it('one row of a date that is open: the dates before and after it close in time, and so does it in the end', async () => {
    const world = await running(12 * 3600)
    await world.stride(MIDNIGHT + DAY - SLOT, SLOT)
    const known = world.truth(MIDNIGHT, world.now)
    world.upstream = withoutField(world, MIDNIGHT)
    await world.stride(MIDNIGHT + 4 * DAY + SLOT, SLOT)
    expect((await reads(world)).map(named)).toEqual([['day', DATE, DAY, 'upstream_malformed', false]])
    await othersAreWhole(world, MIDNIGHT - 7 * DAY, [MIDNIGHT])
    await world.stride(MIDNIGHT + 11 * DAY, SLOT)
    expect((await reads(world)).find(({ kind }) => kind === 'day')?.next_attempt_at).toBeNull()
    expect(await storedFinalDays(world, MIDNIGHT, MIDNIGHT + DAY)).toEqual([[DATE, known.premium, known.mini]])
    expect((await world.status()).open_days).not.toContain(DATE)
  })
})
