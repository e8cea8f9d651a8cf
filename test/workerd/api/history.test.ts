import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { HistoryUnavailable } from '../../../src/history/historyUnavailable.ts'
import type { OpenHistory } from '../../../src/rpc/trackerStub.ts'
import type { DayPoint, HistoryPage, HistoryView, HourPoint, Problem } from '../../../src/wire.ts'
import { api } from './callApi.ts'

const NOW = Date.UTC(2026, 10, 23, 9, 30)
const MIDNIGHT = Date.UTC(2026, 10, 23) / 1000
const DAY = 86_400
const at = (hour: number) => MIDNIGHT + hour * 3600

const OPEN: OpenHistory = {
  d1Before: MIDNIGHT,
  hours: [0, 1].flatMap(hour => [
    { hour: at(hour), model: 'gpt-4o', tier: 'premium' as const, input_tokens: 10 * hour + 10, output_tokens: 1 },
    { hour: at(hour), model: 'gpt-4o-mini', tier: 'mini' as const, input_tokens: 0, output_tokens: 0 },
  ]),
  hourTotals: [
    { hour: at(0), premium_tokens: 11, mini_tokens: 0 },
    { hour: at(1), premium_tokens: 21, mini_tokens: 0 },
  ],
  days: [{ date: '2026-11-23', premium_tokens: 32 } as DayPoint],
  entryCounts: [{ date: '2026-11-22', entries: 24 }],
}

const tracker = { openHistory: async () => OPEN }

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: NOW })
})
afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

describe('GET /api/history', () => {
  it('reads the last N x 24 h of snapshots, this second with them', async () => {
    const of = api({ tracker })
    await of.call('GET /api/history?days=2')
    await of.call('GET /api/history?date=2026-11-20')
    expect(of.reads).toEqual([
      `snapshots ${NOW / 1000 - 2 * DAY} ${NOW / 1000 + 1}`,
      `snapshots ${MIDNIGHT - 3 * DAY} ${MIDNIGHT - 2 * DAY}`,
    ])
  })

  it('joins hours of D1 with the object’s, from the midnight before', async () => {
    const stored = { hour: at(-1), premium_tokens: 100, mini_tokens: 5 }
    const of = api({ tracker, history: { readHourTotals: async () => [stored] } })
    const { snapshots, count } = await (await of.call('GET /api/history?days=1&interval=hour')).json<
      HistoryView<HourPoint>
    >()
    expect(of.asked).toContain(`openHistory ${MIDNIGHT - DAY}`)
    expect(count).toBe(3)
    expect(
      snapshots.map(point => [point.timestamp, point.date, point.premium_tokens, point.premium_hour_tokens]),
    ).toEqual([
      [at(-1), '2026-11-22', 100, 100],
      [at(0), '2026-11-23', 11, 11],
      [at(1), '2026-11-23', 32, 21],
    ])
  })

  it.each(['date=2026-11-23&interval=hour', 'date=2026-11-23&interval=day', 'limit=2'])(
    'answers %s from the object alone, so that it works without D1',
    async query => {
      const of = api({ tracker })
      expect((await of.call(`GET /api/history?${query}`)).status).toBe(200)
      expect(of.reads).toEqual([])
    },
  )

  it('reads daily summaries of D1 for what the object does not hold', async () => {
    const of = api({ tracker })
    await of.call('GET /api/history?days=30&interval=day')
    expect(of.reads).toEqual(['days 2026-10-25 2026-11-23'])
  })

  it('pages in the shape the existing dashboard reads, across object and D1', async () => {
    const of = api({
      tracker,
      history: { readHourModels: async (_, page) => [{ ...entry, hour: page.toHour - 3600 }] },
    })
    const entry = { model: 'o1-mini', tier: 'premium' as const, input_tokens: 3, output_tokens: 4 }
    const page = await (await of.call('GET /api/history?limit=2&offset=1')).json<HistoryPage>()
    expect(page).toEqual({
      data: [
        {
          id: `${at(0)}-gpt-4o`,
          timestamp: '2026-11-23T00:00:00.000Z',
          model: 'gpt-4o',
          tier: 'premium',
          prompt_tokens: 10,
          completion_tokens: 1,
          total_tokens: 11,
          status: 200,
        },
        expect.objectContaining({ timestamp: '2026-11-22T23:00:00.000Z', model: 'o1-mini', total_tokens: 7 }),
      ],
      pagination: { limit: 2, offset: 1, total: 26, hasMore: true },
    })
  })

  it.each([
    ['limit=20&offset=5', true],
    ['limit=20&offset=6', false],
    ['limit=20&offset=500', false],
  ])('says of %s whether more follows: %s', async (query, hasMore) => {
    const { pagination } = await (await api({ tracker }).call(`GET /api/history?${query}`)).json<HistoryPage>()
    expect(pagination).toMatchObject({ total: 26, hasMore })
  })

  it('says how to make the tables when there are none', async () => {
    const readSnapshots = async () => {
      throw new HistoryUnavailable('needs_migration', 'no such table: usage_snapshots')
    }
    const response = await api({ tracker, history: { readSnapshots } }).call('GET /api/history')
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
    const response = await api({ tracker, history: { readSnapshots } }).call('GET /api/history')
    expect(response.headers.get('retry-after')).toBe('30')
    const text = await response.text()
    expect(JSON.parse(text)).toMatchObject({ status: 503, code: 'history_unavailable' })
    expect(text).not.toContain('D1_ERROR')
    expect(log).toHaveBeenCalledOnce()
  })
})
