import { afterEach, describe, expect, it } from 'vitest'
import type { BreakdownView, CostsView, Problem } from '../../../src/wire.ts'
import { DATE, DAY, MIDNIGHT, World } from '../tracker/world.ts'
import { dateAt } from './organisation.ts'

// What is asked of breakdown and costs, on 2027-03-10: refused in words, or answered with what can be known.

afterEach(World.end)

const DIMENSIONS = 'must be one of model, tier, service_tier, project, api_key, user.'
const DAYS = 'but must be a whole number from 1 to 400.'
const LIKE = 'but must be a UTC calendar date like 2027-03-10.'
const ONE_WAY = 'date, days, and from with to exclude each other; give one of them.'

describe('a question', () => {
  it('that cannot be answered is refused, and says what would do', async () => {
    const world = await World.make()
    for (const [path, detail] of [
      ['breakdown?by=colour', `by is "colour", but ${DIMENSIONS}`],
      ['breakdown?by=', `by is "", but ${DIMENSIONS}`],
      ['breakdown?by=Model', `by is "Model", but ${DIMENSIONS}`],
      ['breakdown?by=model&by=tier', 'by is given 2 times, but must be given once.'],
      ['costs?by=model', 'by is "model", but must be one of day, project, line_item.'],
      ...['breakdown', 'costs'].flatMap(route => [
        [`${route}?days=0`, `days is "0", ${DAYS}`],
        [`${route}?days=401`, `days is "401", ${DAYS}`],
        [`${route}?days=1.5`, `days is "1.5", ${DAYS}`],
        [`${route}?days=-1`, `days is "-1", ${DAYS}`],
        [`${route}?days=`, `days is "", ${DAYS}`],
        [`${route}?days=1&days=1`, 'days is given 2 times, but must be given once.'],
        [`${route}?date=2027-02-29`, `date is "2027-02-29", ${LIKE}`],
        [`${route}?date=today`, `date is "today", ${LIKE}`],
        [`${route}?date=${DATE}&days=1`, ONE_WAY],
        [`${route}?days=1&to=${DATE}`, ONE_WAY],
        [`${route}?to=${DATE}`, 'to is given without from; give both dates.'],
        [`${route}?from=2027-3-1&to=${DATE}`, `from is "2027-3-1", ${LIKE}`],
        [`${route}?from=${DATE}&to=2027-13-01`, `to is "2027-13-01", ${LIKE}`],
        [`${route}?from=2027-03-11&to=${DATE}`, 'from (2027-03-11) is after to (2027-03-10).'],
        [
          `${route}?from=2026-02-03&to=${DATE}`,
          'from 2026-02-03 to 2027-03-10 are more than 400 days, which is the most.',
        ],
      ]),
      ['costs?month=2027-3', 'month is "2027-3", but must be a UTC month like 2027-03.'],
      ['costs?month=2027-00', 'month is "2027-00", but must be a UTC month like 2027-03.'],
      ['costs?month=', 'month is "", but must be a UTC month like 2027-03.'],
      ['costs?month=2027-03&month=2027-02', 'month is given 2 times, but must be given once.'],
      ['costs?month=2027-03&days=3', 'month and days exclude each other; give one of them.'],
      ['costs?month=2027-04', 'month is 2027-04, which has not begun.'],
      ['costs?month=2026-01', 'month is 2026-01, but costs are kept for 400 days.'],
    ]) {
      const { status, body, raw } = await world.call<Problem>(`GET /api/${path}`)
      expect([path, status, body.code, body.detail]).toEqual([path, 400, 'bad_request', detail])
      expect(raw.headers.get('content-type')).toContain('application/problem+json')
    }
    // Nobody was asked for any of it.
    expect([world.asked.length, world.askedBeside.length]).toEqual([0, 0])
  })

  it('at the bounds is answered', async () => {
    const world = await World.make()
    await world.catchUp()
    for (const query of ['days=400', `from=2026-02-04&to=${DATE}`, 'days=1', `date=${DATE}`, '']) {
      expect([query, (await world.call(`GET /api/breakdown?${query}`)).status]).toEqual([query, 200])
      expect([query, (await world.call(`GET /api/costs?${query}`)).status]).toEqual([query, 200])
    }
    const span = async (query: string) => {
      const { from, to } = (await world.call<CostsView>(`GET /api/costs?${query}`)).body
      return [from, to]
    }
    expect(await span('month=2027-03')).toEqual(['2027-03-01', DATE])
    expect(await span('month=2027-02')).toEqual(['2027-02-01', '2027-02-28'])
    expect(await span('month=2026-02')).toEqual(['2026-02-01', '2026-02-28'])
    expect(await span('')).toEqual(['2027-02-09', DATE])
  })

  it('about a day without use has no rows, and no part of nothing', async () => {
    const world = await World.make()
    await world.catchUp()
    const { body } = await world.call<BreakdownView>('GET /api/breakdown')
    expect([body.by, body.from, body.to, body.rows, body.count, body.total.tokens_used]).toEqual([
      'model',
      DATE,
      DATE,
      [],
      0,
      0,
    ])
  })
})

describe('a date is final', () => {
  const isFinal = async (world: World, query: string) =>
    (await world.call<BreakdownView>(`GET /api/breakdown?${query}`)).body.final

  it('when it is closed, and not while its figures may still come', async () => {
    const world = await World.make({ vars: { POLL_CRON: '0 */6 * * *' } })
    const spoiled = dateAt(MIDNIGHT - 10 * DAY)
    world.use({ at: MIDNIGHT - 10 * DAY, input: 10 })
    let isSpoiled = true
    world.upstream = (url, request) => {
      const { status, body } = world.ledger.answer(url, request.headers, world.now)
      if (!isSpoiled || !url.pathname.endsWith('/completions')) return null
      for (const bucket of (body as { data: { start_time: number; results: { input_tokens: number }[] }[] }).data)
        if (bucket.start_time === MIDNIGHT - 10 * DAY) for (const row of bucket.results) row.input_tokens = -1
      return Response.json(body, { status })
    }
    // Before the first read nothing is.
    expect(await isFinal(world, `date=${spoiled}`)).toBe(false)
    await world.catchUp()
    const finals: Record<string, boolean> = {}
    for (const days of [-1, 0, 1, 2, 3, 9, 10, 11, 40]) {
      const date = dateAt(MIDNIGHT - days * DAY)
      finals[days] = await isFinal(world, `date=${date}`)
    }
    expect(finals).toEqual({
      '-1': false,
      0: false,
      1: false,
      2: false,
      3: true,
      9: true,
      10: false,
      11: true,
      40: true,
    })
    expect(await isFinal(world, `from=${dateAt(MIDNIGHT - 12 * DAY)}&to=${dateAt(MIDNIGHT - 4 * DAY)}`)).toBe(false)
    isSpoiled = false
    await world.run(world.now + 2 * 3600)
    expect(await isFinal(world, `from=${dateAt(MIDNIGHT - 12 * DAY)}&to=${dateAt(MIDNIGHT - 4 * DAY)}`)).toBe(true)
  })
})
