import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { HistoryUnavailable } from '../../../src/history/historyUnavailable.ts'
import type { TrackerStub } from '../../../src/rpc/trackerStub.ts'
import type { DayPoint, HistoryPage, HistoryView, HourPoint, Problem, SnapshotPoint } from '../../../src/wire.ts'
import { api } from './callApi.ts'

const NOW = Date.UTC(2026, 10, 23, 9, 30)
const MIDNIGHT = Date.UTC(2026, 10, 23) / 1000
const DAY = 86_400
const TODAY = '2026-11-23'
const YESTERDAY = '2026-11-22'
const at = (hour: number) => MIDNIGHT + hour * 3600

const tick = (timestamp: number, tokens: number): SnapshotPoint => ({
  timestamp,
  date: new Date(timestamp * 1000).toISOString().slice(0, 10),
  premium_tokens: tokens,
  mini_tokens: 0,
})
const hour = (start: number, tokens: number) => ({ hour: start, premium_tokens: tokens, mini_tokens: 1 })
const day = (date: string, tokens: number): DayPoint => ({
  timestamp: Date.parse(date) / 1000,
  date,
  premium_tokens: tokens,
  mini_tokens: 0,
  premium_limit: 1000,
  mini_limit: 1000,
  premium_free_tokens: 0,
  premium_billed_tokens: 0,
  mini_free_tokens: 0,
  mini_billed_tokens: 0,
  final: false,
})
const owns = <Point>(points: Point[], dates = [TODAY], shared: string[] = []) => ({ dates, shared, points })

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: NOW })
})
afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

describe('GET /api/history', () => {
  it.each([
    ['days=2', `ownTicks 2026-11-21 ${TODAY}`, `snapshots ${NOW / 1000 - 2 * DAY} ${NOW / 1000 + 1}`],
    ['date=2026-11-20', 'ownTicks 2026-11-20 2026-11-20', `snapshots ${at(-72)} ${at(-48)}`],
    // Running totals of a day need its hours from midnight on.
    ['days=1&interval=hour', `ownHours ${YESTERDAY} ${TODAY}`, `hourTotals ${at(-24)} ${NOW / 1000 + 1}`],
    ['days=30&interval=day', `ownDays 2026-10-25 ${TODAY}`, `days 2026-10-25 ${TODAY}`],
  ])('%s asks the object for its dates and D1 for the same stretch', async (query, asked, read) => {
    const of = api()
    expect((await of.call(`GET /api/history?${query}`)).status).toBe(200)
    expect([of.asked, of.reads]).toEqual([['watch', asked], [read]])
  })

  it.each<[string, Partial<TrackerStub>]>([
    [`date=${TODAY}`, { ownTicks: async () => owns([]) }],
    [`date=${TODAY}&interval=hour`, { ownHours: async () => owns([]) }],
    ['days=2&interval=day', { ownDays: async () => owns([], [YESTERDAY, TODAY]) }],
    ['limit=2', {}],
  ])('answers %s without a look at D1, which holds none of it', async (query, tracker) => {
    const of = api({ tracker })
    expect((await of.call(`GET /api/history?${query}`)).status).toBe(200)
    expect(of.reads).toEqual([])
  })

  it('shows of each date what its owner has, of a shared one both, and the object’s where both have one', async () => {
    const dates = [YESTERDAY, TODAY]
    const of = api({
      tracker: { ownTicks: async () => owns([tick(at(-2), 5), tick(at(-1), 6), tick(at(1), 7)], dates, [YESTERDAY]) },
      history: {
        readSnapshots: async () => [
          tick(at(-30), 1),
          tick(at(-3), 2),
          tick(at(-2), 3),
          // Left in D1 by an older copy of a date that is the object's again.
          tick(at(1), 100),
          tick(at(2), 100),
        ],
      },
    })
    const { snapshots, count } = await (await of.call('GET /api/history?days=2')).json<HistoryView<SnapshotPoint>>()
    expect(count).toBe(5)
    expect(snapshots).toEqual([tick(at(-30), 1), tick(at(-3), 2), tick(at(-2), 5), tick(at(-1), 6), tick(at(1), 7)])
  })

  it('joins the hours of D1 with the object’s to running totals of each date', async () => {
    const of = api({
      tracker: { ownHours: async () => owns([hour(at(0), 11), hour(at(1), 21)]) },
      history: { readHourTotals: async () => [hour(at(-20), 40), hour(at(-1), 100), hour(at(0), 9_999)] },
    })
    const { snapshots } = await (await of.call('GET /api/history?days=1&interval=hour')).json<HistoryView<HourPoint>>()
    expect(snapshots).toEqual(
      [
        { timestamp: at(-1), date: YESTERDAY, premium_tokens: 140, mini_tokens: 2, premium_hour_tokens: 100 },
        { timestamp: at(0), date: TODAY, premium_tokens: 11, mini_tokens: 1, premium_hour_tokens: 11 },
        { timestamp: at(1), date: TODAY, premium_tokens: 32, mini_tokens: 2, premium_hour_tokens: 21 },
      ].map(point => ({ ...point, mini_hour_tokens: 1 })),
    )
  })

  it('joins the days of D1 with the object’s, each date once', async () => {
    const of = api({
      tracker: { ownDays: async () => owns([day('2026-11-20', 3), day(TODAY, 4)], ['2026-11-20', TODAY]) },
      history: { readDays: async () => [day('2026-11-20', 100), day('2026-11-21', 2), day(YESTERDAY, 1)] },
    })
    const { snapshots } = await (await of.call('GET /api/history?days=4&interval=day')).json<HistoryView<DayPoint>>()
    expect(snapshots).toEqual([day('2026-11-20', 3), day('2026-11-21', 2), day(YESTERDAY, 1), day(TODAY, 4)])
  })

  it('pages in the shape the existing dashboard reads, the parts of object and D1 in their order', async () => {
    const entry = { model: 'o1-mini', tier: 'premium' as const, input_tokens: 3, output_tokens: 4 }
    const stretch = { fromHour: at(-48), toHour: at(-24), offset: 5, limit: 1 }
    const of = api({
      tracker: {
        hourPage: async () => ({
          total: 26,
          parts: [
            {
              from: 'object',
              entries: [{ ...entry, hour: at(1), model: 'gpt-4o', input_tokens: 10, output_tokens: 1 }],
            },
            { from: 'd1', ...stretch },
          ],
        }),
      },
      history: { readHourModels: async (_, page) => [{ ...entry, hour: page.toHour - 3600 }] },
    })
    const page = await (await of.call('GET /api/history?limit=2&offset=1')).json<HistoryPage>()
    expect(of.asked).toEqual(['watch', 'hourPage 2 1'])
    expect(page).toEqual({
      data: [
        {
          id: `${at(1)}-gpt-4o`,
          timestamp: '2026-11-23T01:00:00.000Z',
          model: 'gpt-4o',
          tier: 'premium',
          prompt_tokens: 10,
          completion_tokens: 1,
          total_tokens: 11,
          status: 200,
        },
        expect.objectContaining({ timestamp: '2026-11-21T23:00:00.000Z', model: 'o1-mini', total_tokens: 7 }),
      ],
      pagination: { limit: 2, offset: 1, total: 26, hasMore: true },
    })
  })

  it.each([
    ['limit=20&offset=5', true],
    ['limit=20&offset=6', false],
    ['limit=20&offset=500', false],
  ])('says of %s whether more follows: %s', async (query, hasMore) => {
    const tracker: Partial<TrackerStub> = { hourPage: async () => ({ parts: [], total: 26 }) }
    const { pagination } = await (await api({ tracker }).call(`GET /api/history?${query}`)).json<HistoryPage>()
    expect(pagination).toMatchObject({ total: 26, hasMore })
  })

  it('says how to make the tables when there are none', async () => {
    const readSnapshots = async () => {
      throw new HistoryUnavailable('needs_migration', 'no such table: usage_snapshots')
    }
    const response = await api({ history: { readSnapshots } }).call('GET /api/history')
    const problem = await response.json<Problem>()
    expect(problem).toMatchObject({ status: 503, code: 'history_needs_migration' })
    expect(problem.detail).toContain('npm run db:migrate')
    expect(problem.detail).toContain('npm run db:migrate:local')
  })

  it('says when to come back when D1 fails, and nothing of what it said', async () => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => {})
    const readSnapshots = async () => {
      throw new HistoryUnavailable('failing', 'D1_ERROR: internal detail')
    }
    const response = await api({ history: { readSnapshots } }).call('GET /api/history')
    expect(response.headers.get('retry-after')).toBe('30')
    const text = await response.text()
    expect(JSON.parse(text)).toMatchObject({ status: 503, code: 'history_unavailable' })
    expect(text).not.toContain('D1_ERROR')
    expect(log).toHaveBeenCalledOnce()
  })
})
