import { applyD1Migrations, type D1Migration, reset } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, it } from 'vitest'
import type { HistoryRows, SnapshotRow } from '../../../src/history/historyRows.ts'
import { writeHistory } from '../../../src/history/writeHistory.ts'

const { DB, TEST_MIGRATIONS } = env as unknown as { DB: D1Database; TEST_MIGRATIONS: D1Migration[] }

const NOON = Date.UTC(2027, 2, 10, 12) / 1000
const snapshot = (at: number, tokens: number): SnapshotRow => ({
  timestamp: NOON + at,
  date: '2027-03-10',
  premium_tokens: tokens,
  mini_tokens: 0,
})
const summary = (tokens: number): HistoryRows => ({
  summaries: [
    {
      date: '2027-03-10',
      tier: 'mini',
      tokens_used: tokens,
      input_tokens: tokens,
      output_tokens: 0,
      cached_tokens: 0,
      requests: 0,
      free_tokens: 0,
      billed_tokens: tokens,
      limit_value: 1,
      final: 0,
    },
  ],
})

const snapshots = async () =>
  (await DB.prepare('SELECT timestamp, premium_tokens FROM usage_snapshots ORDER BY timestamp').all()).results.map(
    row => [Number(row.timestamp) - NOON, row.premium_tokens],
  )

beforeEach(async () => {
  await reset()
  await applyD1Migrations(DB, TEST_MIGRATIONS)
})

describe('writeHistory', () => {
  it('twice is writing once: not one row more', async () => {
    const entries = [{ revision: 3, rows: { snapshots: [snapshot(0, 5)], ...summary(9) } }]
    expect((await writeHistory(DB, entries)).rowsWritten).toBeGreaterThan(0)
    expect((await writeHistory(DB, entries)).rowsWritten).toBe(0)
  })

  it('changes nothing when an older revision comes after a newer one', async () => {
    await writeHistory(DB, [{ revision: 3, rows: { snapshots: [snapshot(0, 5)] } }])
    await writeHistory(DB, [{ revision: 2, rows: { snapshots: [snapshot(0, 4)] } }])
    expect(await snapshots()).toEqual([[0, 5]])
  })

  it('writes all of its entries or none', async () => {
    const bad = { ...snapshot(300, 1), premium_tokens: -1 }
    const entries = [
      { revision: 1, rows: { snapshots: [snapshot(0, 5)] } },
      { revision: 2, rows: { ...summary(1), snapshots: [bad] } },
    ]
    await expect(writeHistory(DB, entries)).rejects.toMatchObject({ name: 'HistoryUnavailable', reason: 'rejected' })
    expect(await snapshots()).toEqual([])
  })

  it('replaces the hours of a stretch: what it no longer has is zero, beyond it nothing is touched', async () => {
    const hour = (at: number, model: string, tokens: number) => ({
      hour: NOON + at * 3600,
      model,
      service_tier: '',
      project: '',
      tier: 'mini' as const,
      input_tokens: tokens,
      output_tokens: 0,
      cached_tokens: 0,
      requests: 1,
    })
    const total = (at: number, tokens: number) => ({ hour: NOON + at * 3600, premium_tokens: 0, mini_tokens: tokens })
    const first = [hour(0, 'a', 1), hour(0, 'b', 2), hour(1, 'a', 4), hour(2, 'a', 8)]
    await writeHistory(DB, [
      { revision: 1, rows: { modelHours: first, hourTotals: [total(0, 3), total(1, 4), total(2, 8)] } },
    ])
    await writeHistory(DB, [
      {
        revision: 2,
        rows: {
          modelHours: [hour(0, 'a', 1)],
          hourTotals: [total(0, 1)],
          replaceHours: { from: NOON, to: NOON + 2 * 3600 },
        },
      },
    ])
    const stored = await DB.prepare('SELECT hour, model, input_tokens FROM model_usage ORDER BY hour, model').all()
    expect(stored.results.map(row => [(Number(row.hour) - NOON) / 3600, row.model, row.input_tokens])).toEqual([
      [0, 'a', 1],
      [0, 'b', 0],
      [1, 'a', 0],
      [2, 'a', 8],
    ])
    const totals = await DB.prepare('SELECT mini_tokens FROM hour_totals ORDER BY hour').all()
    expect(totals.results.map(row => row.mini_tokens)).toEqual([1, 0, 8])
  })

  it('replaces who used a date and what it cost: what is gone is zero, other dates and later revisions stand', async () => {
    const usage = (date: string, apiKey: string, tokens: number) => ({
      date,
      model: 'gpt-4o',
      service_tier: 'default',
      project: 'proj_a',
      api_key: apiKey,
      user: '',
      tier: 'premium' as const,
      free: 0 as const,
      input_tokens: tokens,
      output_tokens: 0,
      cached_tokens: 0,
      requests: 1,
    })
    const cost = (date: string, item: string, nanoUsd: number) => ({
      date,
      project: 'proj_a',
      line_item: item,
      nano_usd: nanoUsd,
    })
    const [one, other] = ['2027-03-09', '2027-03-10']
    const write = (revision: number, date: string, names: string[]) =>
      writeHistory(DB, [
        {
          revision,
          rows: {
            dailyUsage: names.map(name => usage(date, name, revision)),
            replaceUsageOf: date,
            dailyCosts: names.map(name => cost(date, name, revision)),
            replaceCostsOf: date,
          },
        },
      ])
    await write(2, one, ['a', 'b'])
    await write(3, other, ['a', 'b'])
    await write(4, one, ['b', 'c'])
    // A write that D1 finishes late.
    await write(3, one, ['a'])
    const used = await DB.prepare('SELECT date, api_key, input_tokens FROM daily_usage ORDER BY 1, 2').raw()
    const paid = await DB.prepare('SELECT date, line_item, nano_usd FROM daily_costs ORDER BY 1, 2').raw()
    const rows = [
      [one, 'a', 0],
      [one, 'b', 4],
      [one, 'c', 4],
      [other, 'a', 3],
      [other, 'b', 3],
    ]
    expect([used, paid]).toEqual([rows, rows])
  })
})
