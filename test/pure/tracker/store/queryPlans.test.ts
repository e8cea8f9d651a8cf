import { DatabaseSync } from 'node:sqlite'
import { expect, it } from 'vitest'
import { HistoryUnavailable } from '../../../../src/history/historyUnavailable.ts'
import type { RevisedRows, Written } from '../../../../src/history/writeHistory.ts'
import type { ReadResult } from '../../../../src/openai/readUsage.ts'
import type { UsageQuery } from '../../../../src/openai/usageQuery.ts'
import type { Ports } from '../../../../src/tracker/ports.ts'
import { migrate } from '../../../../src/tracker/store/schema.ts'
import { Tracker } from '../../../../src/tracker/tracker.ts'
import { hourPage, ownDays, ownHours, ownTicks } from '../../../../src/tracker/views/ownHistory.ts'
import { ALERT_KINDS } from '../../../../src/wire.ts'
import { sqlOver } from '../plainSql.ts'
import { configOf, groupOf, NOON_S } from '../sampleMemory.ts'

const STEPS_S = { '1m': 60, '1h': 3600, '1d': 86_400 }

/** What is few rows at any age, or read from its beginning only: what the release before left for D1. */
const SMALL = ['gap', 'side_read', 'poll_state', 'history_entry', 'brake_project']
/** What runs once a day or when the operator changes settings, over what is a month old at most. */
const SELDOM = [
  /^DELETE FROM (delivery|message) WHERE created_ms </,
  /^SELECT created_ms AS createdAt, body FROM message WHERE created_ms >= \?/,
]

/** Every query that the tracker asks, with the steps of SQLite's plan for it. */
class Plans {
  readonly db = new DatabaseSync(':memory:')
  readonly sql = sqlOver(this.db, query => this.#heed(query))
  readonly #seen = new Map<string, string[]>()

  constructor() {
    migrate(sqlOver(this.db))
  }

  #heed(query: string): void {
    // Bounds in the text of a query do not change its plan.
    const shape = query.replace(/\b\d{5,}\b/g, '0')
    if (this.#seen.has(shape)) return
    const steps = this.db.prepare(`EXPLAIN QUERY PLAN ${query}`).all() as { detail: string }[]
    this.#seen.set(
      shape,
      steps.map(step => step.detail),
    )
  }

  get count(): number {
    return this.#seen.size
  }

  /** Queries that look at all rows of a table, but for those of an index that holds only what is owed. */
  scans(): string[] {
    const named = (sql: string) => (this.db.prepare(sql).all() as { name: string }[]).map(({ name }) => name)
    const tables = named("SELECT name FROM sqlite_master WHERE type = 'table'").filter(name => !SMALL.includes(name))
    const partial = named("SELECT name FROM sqlite_master WHERE type = 'index' AND sql LIKE '% WHERE %'")
    return [...this.#seen].flatMap(([query, steps]) =>
      steps
        .filter(step => {
          const [, table, index] = /^SCAN (\w+)(?:.* INDEX (\w+))?/.exec(step) ?? []
          return table !== undefined && tables.includes(table) && !partial.includes(index ?? '')
        })
        .filter(() => !SELDOM.some(seldom => seldom.test(query)))
        .map(step => `${step}: ${query}`),
    )
  }
}

/** Days of a tracker that meets everything: alerts, a receiver and a D1 that fail, an absence, spoiled days, refused rows. */
async function live(sql: Ports['sql']): Promise<void> {
  const config = configOf({
    POLL_CRON: '*/30 * * * *',
    PREMIUM_TIER_LIMIT: '40',
    ALERT_THRESHOLD: '50,100',
    ALERT_WEBHOOK_URL: 'https://alerts.example/a https://alerts.example/b',
  })
  let now = NOON_S * 1000
  let wakes = 0
  const readUsage = async (_: unknown, { width, start, end }: UsageQuery): Promise<ReadResult> => {
    const buckets = []
    for (let at = start; at < (end ?? now / 1000); at += STEPS_S[width])
      buckets.push({ start: at, groups: [groupOf({ input: STEPS_S[width] / 3600, apiKey: 'key_1' })] })
    const spoiled =
      wakes % 7 === 0 && width !== '1m' ? buckets.splice(0, 1).map(({ start: at }) => ({ start: at, detail: 'x' })) : []
    return { ok: true, reading: { buckets, spoiled, requests: 1, simulated: false } }
  }
  const writeHistory = async (entries: readonly RevisedRows[]): Promise<Written> => {
    if (wakes % 5 === 0) throw new HistoryUnavailable('failing', 'lost')
    if (wakes % 11 === 0) throw new HistoryUnavailable('rejected', 'constraint')
    return { rowsWritten: entries.length, rowsRead: 0, statements: 1 }
  }
  const nothing = { ok: false, fault: { kind: 'unexpectedStatus', status: 404, requestId: null }, requests: 1 } as const
  const ports: Ports = {
    ...{ sql, readUsage, writeHistory, now: () => now, random: () => 0.5, config: () => config },
    ...{ readCosts: async () => nothing, readProjects: async () => nothing },
    readPolicy: async () => ({ ok: true, policy: null, isStated: true, requests: 1 }),
    writePolicy: async () => ({ ok: true, requests: 1 }),
    ...{ readUsers: async () => nothing, readKeys: async () => nothing },
    sendWebhook: async channel =>
      channel === config.channels[0] || wakes % 3 === 0
        ? { outcome: 'delivered', status: 200 }
        : { outcome: 'failed', status: 500, error: 'x', retryAfterMs: null },
    sendHeartbeat: async () => ({ ok: true, status: 200 }),
    broadcast: () => {},
    connections: () => 1,
    log: record => {
      if (record.event === 'fault') throw new Error(JSON.stringify(record))
    },
  }
  const tracker = new Tracker(ports, () => {})
  for (const until = now + 3 * 86_400_000; now < until; wakes++) {
    await tracker.wake()
    await new Promise(resolve => setImmediate(resolve))
    // Some polls are slept through, some slots are waited for in vain.
    now = Math.max(now + 1000, Math.min(...tracker.dues())) + (wakes % 20 === 0 ? 9_000_000 : 0)
  }
  const { desk, views } = tracker
  const [from, to] = ['2027-03-01', views.today()]
  await tracker.reconcile('2027-03-05')
  views.models('2027-03-05')
  views.alerts(7, ALERT_KINDS)
  tracker.headroom('mini', 1, true)
  tracker.snapshot()
  ownTicks(desk, from, to)
  ownHours(desk, from, to)
  ownDays(desk, from, to)
  hourPage(desk, 20, 0)
}

it('each query of a wake and of a view is by key or by an index of what is owed: none grows with age', async () => {
  const plans = new Plans()
  await live(plans.sql)
  expect(plans.scans()).toEqual([])
  expect(plans.count).toBeGreaterThan(60)
})

it('a query that looks at all rows of a book is found', () => {
  const plans = new Plans()
  for (const query of [
    'SELECT * FROM alert_book WHERE sent = 0',
    'SELECT count(*) FROM day_book',
    'SELECT hour FROM hour_book WHERE acked < revision',
  ])
    plans.sql.all(query)
  expect(plans.scans().map(scan => scan.split(/[ :]/)[1])).toEqual(['alert_book', 'day_book', 'hour_book'])
})
