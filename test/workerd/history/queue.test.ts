import { applyD1Migrations, type D1Migration, reset, runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, it } from 'vitest'
import type { HistoryRows, SnapshotRow } from '../../../src/history/historyRows.ts'
import { writeHistory } from '../../../src/history/writeHistory.ts'
import {
  compactHistory,
  deleteHistoryEntries,
  enqueueHistory,
  readBacklog,
  readHistoryEntries,
} from '../../../src/tracker/store/historyQueue.ts'
import { objectSql } from '../../../src/tracker/store/objectSql.ts'
import type { Sql } from '../../../src/tracker/store/sql.ts'
import type { UsageTracker } from '../../../src/tracker/usageTracker.ts'

const { DB, USAGE_TRACKER, TEST_MIGRATIONS } = env as unknown as {
  DB: D1Database
  USAGE_TRACKER: DurableObjectNamespace<UsageTracker>
  TEST_MIGRATIONS: D1Migration[]
}

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

/** The queue of a fresh object, with its real SQLite. */
function inQueue<T>(work: (sql: Sql) => T | Promise<T>): Promise<T> {
  return runInDurableObject(USAGE_TRACKER.getByName(crypto.randomUUID()), (_, state) => work(objectSql(state.storage)))
}

async function drain(sql: Sql): Promise<number> {
  for (let writes = 0; ; writes++) {
    const entries = readHistoryEntries(sql, 200)
    if (entries.length === 0) return writes
    await writeHistory(DB, entries)
    deleteHistoryEntries(sql, entries)
  }
}

const snapshots = async () =>
  (await DB.prepare('SELECT timestamp, premium_tokens FROM usage_snapshots ORDER BY timestamp').all()).results.map(
    row => [Number(row.timestamp) - NOON, row.premium_tokens],
  )

beforeEach(async () => {
  await reset()
  await applyD1Migrations(DB, TEST_MIGRATIONS)
})

describe('compactHistory', () => {
  it('joins a long absence’s snapshots into few entries and loses none', async () => {
    await inQueue(async sql => {
      for (let n = 0; n < 1200; n++) {
        enqueueHistory(sql, n + 1, { snapshots: [snapshot(n * 300, n)] }, 1000 + n)
        if (n % 100 === 50) enqueueHistory(sql, n + 1, summary(n), 1000 + n)
        compactHistory(sql)
      }
      const entries = sql.all<{ n: number }>('SELECT count(*) AS n FROM history_entry')[0]?.n
      expect(entries).toBeLessThan(1000)
      expect(readBacklog(sql)).toEqual({ pending: 1212, parked: 0, oldest: 1000 })
      await drain(sql)
    })
    expect(await snapshots()).toEqual(Array.from({ length: 1200 }, (_, n) => [n * 300, n]))
    expect((await DB.prepare('SELECT tokens_used FROM daily_summaries').all()).results).toEqual([{ tokens_used: 1150 }])
  })

  it.each([1, 15, 200, 900])('loses none while a write of %i entries is under way', async underWay => {
    await inQueue(async sql => {
      for (let n = 0; n < 1100; n++) enqueueHistory(sql, n + 1, { snapshots: [snapshot(n * 300, n)] }, 1000 + n)
      const entries = readHistoryEntries(sql, underWay)
      expect(entries.length).toBe(underWay)
      compactHistory(sql)
      await writeHistory(DB, entries)
      deleteHistoryEntries(sql, entries)
      await drain(sql)
    })
    expect(await snapshots()).toEqual(Array.from({ length: 1100 }, (_, n) => [n * 300, n]))
  })

  it('lets the later of two snapshots of one second win, as without it', async () => {
    await inQueue(async sql => {
      for (let n = 0; n < 1010; n++) {
        enqueueHistory(sql, 10 * n + 1, { snapshots: [snapshot(n * 300, n)] }, 1)
        if (n === 7) enqueueHistory(sql, 10 * n + 2, { snapshots: [snapshot(n * 300, 70)] }, 1)
        // Beside other rows it is not joined, and is still the newer one.
        if (n === 9) enqueueHistory(sql, 10 * n + 2, { snapshots: [snapshot(n * 300, 90)], ...summary(1) }, 1)
      }
      compactHistory(sql)
      await drain(sql)
    })
    const stored = new Map((await snapshots()).map(([at, tokens]) => [at, tokens]))
    expect([stored.get(7 * 300), stored.get(9 * 300), stored.size]).toEqual([70, 90, 1010])
  })
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
})
