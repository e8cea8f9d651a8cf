// How often anybody is told anything: the tracker itself, on in-memory storage, lives through thirty days of an ordinary
// organisation made of real traffic, with all kinds of alerts on.

import { alertKindOf } from '../../src/alerts/alertKindOf.ts'
import { readConfig } from '../../src/config/readConfig.ts'
import { Tracker } from '../../src/tracker/tracker.ts'
import { ALERT_KINDS } from '../../src/wire.ts'
import { plainSql } from '../../test/pure/tracker/plainSql.ts'
import { readSeries } from '../forecast/series.ts'
import { count, Report } from '../report.ts'
import { NANO_USD_A_TOKEN, TrafficLedger } from './trafficLedger.ts'

const START_MS = Date.parse('2026-03-02T08:00:00Z')
const DAYS = 30
const DAY_MS = 86_400_000
/** Twelve keys in three projects. */
const KEYS = 12
/** Ordinary: they are reached on the few days that are larger than any of the two weeks. */
const LIMIT_PART = 1.1
const MOST_A_DAY = 3

const ledger = new TrafficLedger(readSeries().slice(0, KEYS), LIMIT_PART)
const monthlyUsd = Math.round((sumOfCosts(DAYS) * 1.1) / 1e9) + 1
let clock = START_MS
const told = new Map<string, string>()

const config = readConfig({
  OPENAI_ADMIN_KEY: 'sk-admin-bench',
  AUTH_MODE: 'open',
  PREMIUM_TIER_LIMIT: String(ledger.limits.premium),
  MINI_TIER_LIMIT: String(ledger.limits.mini),
  ALERT_WEBHOOK_URL: 'https://alerts.example/hook',
  MONTHLY_BUDGET_USD: String(monthlyUsd),
  POLL_CRON: '*/10 * * * *',
  DIGEST_CRON: '0 7 * * *',
  LEFTOVER_HOURS: '3',
})
const tracker = new Tracker(
  {
    sql: plainSql(),
    now: () => clock,
    random: () => 0.5,
    config: () => config,
    readUsage: async (_, { width, start, end }) => {
      const nowS = Math.floor(clock / 1000)
      const buckets = ledger.buckets(width, start, end ?? nowS, nowS)
      return { ok: true, reading: { buckets, spoiled: [], requests: 1, simulated: false } }
    },
    readCosts: async (_, { start, end }) => {
      const nowS = Math.floor(clock / 1000)
      const days = []
      for (let at = start; at < Math.min(end ?? nowS, nowS - 86_400); at += 86_400)
        days.push({ start: at, rows: ledger.costs(at / 86_400) })
      return { ok: true, days, spoiled: [], requests: 1, simulated: false }
    },
    readProjects: async () => ({ ok: true, names: [], complete: true, requests: 1 }),
    readUsers: async () => ({ ok: true, names: [], complete: true, requests: 1 }),
    readPolicy: async () => ({ ok: true, policy: null, isStated: true, requests: 1 }),
    writePolicy: async () => ({ ok: true, requests: 1 }),
    readKeys: async () => ({ ok: true, keys: [], owners: [], complete: true, requests: 1 }),
    writeHistory: async entries => ({ rowsWritten: entries.length, rowsRead: 0, statements: 1 }),
    sendWebhook: async (_, message) => {
      told.set(message.id, alertKindOf(message))
      return { outcome: 'delivered', status: 200 }
    },
    sendHeartbeat: async () => ({ ok: true, status: 200 }),
    broadcast: () => {},
    connections: () => 0,
    log: record => {
      if (record.event === 'fault') throw new Error(JSON.stringify(record))
    },
  },
  () => {},
)
while (clock < START_MS + DAYS * DAY_MS) {
  await tracker.wake()
  await new Promise(resolve => setImmediate(resolve))
  clock = Math.max(clock + 1000, Math.min(...tracker.dues()))
}

const perKind = Map.groupBy(told.values(), kind => kind)
const report = new Report()
report.text(`## Messages

Thirty days of ${KEYS} API keys in three projects, made of real traffic (bench/data/README.md); one project does not share its data, the limits are
${LIMIT_PART} of the largest of the two weeks' days, the budget is a little above what the month costs. All kinds are on, with a digest a day and leftovers three hours before the reset.
`)
report.table(
  ['Kind', 'Messages in 30 days'],
  ALERT_KINDS.map(kind => [kind, count(perKind.get(kind)?.length ?? 0)]),
)
const perDay = told.size / DAYS
report.text(
  `In all ${told.size}: ${report.bounded('messages a day', perDay, MOST_A_DAY)} a day, wanted at most ${MOST_A_DAY}.`,
)
report.end()

function sumOfCosts(days: number): number {
  let nano = 0
  for (let day = 0; day < days; day++)
    for (const { nanoUsd } of ledger.costs(Math.floor(START_MS / DAY_MS) + day)) nano += nanoUsd
  return Math.max(nano, NANO_USD_A_TOKEN)
}
