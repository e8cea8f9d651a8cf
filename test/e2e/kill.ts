import { startSimulator } from '../../simulator/start-simulator.ts'
import type { AlertsView, HistoryView, SnapshotPoint, StatusView, UsageView } from '../../src/wire.ts'
import type { Findings } from './harness/findings.ts'
import { Product } from './harness/product.ts'
import { startReceiver } from './harness/receiver.ts'
import { seededRandom } from './harness/seededRandom.ts'
import { storedRows } from './harness/storedRows.ts'
import { sleep, until } from './harness/until.ts'

const KILLS = Number(process.env.KILLS || (process.env.CI ? 5 : 30))
const POLL_EVERY_MS = 2_000
const LONGEST_LIFE_MS = 3_000
const MODELS = { premium: 'gpt-4o-2024-08-06', mini: 'gpt-4o-mini-2024-07-18' }
const TIERS = ['premium', 'mini'] as const
/** A start takes five to ten of them. */
const SILENT_AFTER_MS = 30_000
const TOKENS_A_ROUND = 1_000

type Acknowledged = { from: number; to: number; premium: number; mini: number }

/** kill -9 of the whole process group at random moments, again and again, on one folder. */
export default async function kill(found: Findings): Promise<void> {
  const random = seededRandom(Number(process.env.SEED || 20_261_123))
  const simulator = await startSimulator({ empty: true })
  const receiver = await startReceiver()
  // All thresholds are crossed in the course of the kills, one every few lives.
  const thresholds = Array.from({ length: 10 }, (_, at) => (at + 1) * 9)
  const limit = String(KILLS * TOKENS_A_ROUND)
  const product = new Product({
    OPENAI_BASE_URL: simulator.baseUrl,
    POLL_CRON: '*/2 * * * * *',
    ALERT_THRESHOLD: thresholds.join(','),
    PREMIUM_TIER_LIMIT: limit,
    MINI_TIER_LIMIT: limit,
    ALERT_WEBHOOK_URL: receiver.url,
  })
  const acknowledged: Acknowledged[] = []
  let slowest = 0
  let silent = 0
  try {
    await product.migrate()
    await product.startAndWait()
    await until(() => simulator.requests().length > 0, 20_000, 50)
    for (let round = 1; round <= KILLS; round++) {
      for (const tier of TIERS) simulator.add({ model: MODELS[tier], input: TOKENS_A_ROUND - 100, output: 100 })
      await sleep(random() * LONGEST_LIFE_MS)
      if (random() < 0.5) await acknowledge(product, acknowledged)
      // Some of them while a poll is in flight.
      if (random() < 0.3) void product.poll().catch(() => {})
      await sleep(random() * 60)
      await product.kill()
      // Nothing is asked of the tracker from here until OpenAI hears from it: its alarm has to do that.
      const before = simulator.state().requests
      const startedAt = Date.now()
      await product.start()
      const polled = await until(() => simulator.state().requests > before, SILENT_AFTER_MS, 50)
      if (!polled) {
        silent += 1
        found.note(`kill ${round}: silent for ${SILENT_AFTER_MS / 1000} s`)
      }
      slowest = Math.max(slowest, Date.now() - startedAt)
    }
    found.equal(`after each of ${KILLS} kills the alarm goes on without any request`, silent, 0)
    found.note(`from start to the first poll: at most ${(slowest / 1000).toFixed(1)} s`)
    await alarmGoesOn(found, simulator)
    await product.ready()
    await product.poll()
    await judge(found, product, acknowledged)
    const alerts = await judgeAlerts(found, product, thresholds)
    await until(
      () => new Set(receiver.delivered().map(({ id }) => id)).size >= new Set(alerts.map(a => a.message_id)).size,
      30_000,
    )
    const delivered = new Map(receiver.delivered().map(message => [message.id, message.thresholds]))
    found.check(
      'every alert was delivered, under the id of its message',
      alerts.every(({ message_id, threshold }) => delivered.get(message_id ?? '')?.includes(threshold)),
      alerts.filter(({ message_id }) => !delivered.has(message_id ?? '')),
    )
    found.note(
      `${alerts.length} alerts, ${delivered.size} messages, ${receiver.received.length - delivered.size} repeats`,
    )
    await until(async () => (await product.get<StatusView>('/api/status')).outbox.pending === 0, 20_000)
    const shown = await product.get<HistoryView>('/api/history?days=1')
    await product.kill()
    const rows = storedRows<SnapshotPoint>(
      product.dir,
      'SELECT timestamp, premium_tokens FROM usage_snapshots ORDER BY timestamp',
    )
    const inD1 = new Set(rows.map(row => `${row.timestamp} ${row.premium_tokens}`))
    found.check(
      'every snapshot shown is in D1',
      shown.snapshots.every(s => inD1.has(`${s.timestamp} ${s.premium_tokens}`)),
    )
  } finally {
    await product.end()
    await receiver.close()
    await simulator.close()
  }

  async function judge(f: Findings, of: Product, polls: readonly Acknowledged[]): Promise<void> {
    const truth = simulator.totals().by_model
    const usage = await of.get<UsageView>('/api/usage')
    for (const tier of TIERS)
      f.equal(`the ${tier} total is the ledger's`, usage[tier].tokens_used, truth[MODELS[tier]]?.total_tokens)
    // The last poll's row may still be on its way.
    await until(async () => (await of.get<StatusView>('/api/status')).outbox.pending === 0, 20_000)
    const { snapshots } = await of.get<HistoryView>('/api/history?days=1')
    f.equal('no snapshot is doubled', snapshots.length - new Set(snapshots.map(s => s.timestamp)).size, 0)
    const missing = polls.filter(
      poll =>
        !snapshots.some(
          s =>
            s.timestamp >= poll.from &&
            s.timestamp <= poll.to &&
            s.premium_tokens === poll.premium &&
            s.mini_tokens === poll.mini,
        ),
    )
    f.equal(`each of the ${polls.length} polls acknowledged before a kill is in the history`, missing, [])
    const wrong = snapshots.filter((s, at) => at > 0 && s.premium_tokens < (snapshots[at - 1]?.premium_tokens ?? 0))
    f.equal('the curve never falls', wrong, [])
    f.equal('its last point is the total', snapshots.at(-1)?.premium_tokens, usage.premium.tokens_used)
    f.note(`${snapshots.length} snapshots, ${usage.premium.tokens_used} premium tokens`)
  }
}

async function acknowledge(product: Product, polls: Acknowledged[]): Promise<void> {
  const from = Math.floor(Date.now() / 1000)
  const poll = await product.poll().catch(() => null)
  if (poll?.status !== 200 || poll.cached) return
  // It may have joined a read that the alarm began a little earlier.
  polls.push({
    from: from - 2,
    to: Math.floor(Date.now() / 1000),
    premium: poll.premium_tokens ?? -1,
    mini: poll.mini_tokens ?? -1,
  })
}

async function judgeAlerts(found: Findings, product: Product, thresholds: readonly number[]) {
  const { alerts } = await product.get<AlertsView>('/api/alerts?days=1')
  for (const tier of TIERS) {
    const fired = alerts
      .filter(alert => alert.tier === tier)
      .map(({ threshold }) => threshold)
      .sort((a, b) => a - b)
    found.equal(`each expected alert of the ${tier} tier exists once`, fired, thresholds)
  }
  return alerts
}

async function alarmGoesOn(found: Findings, simulator: Awaited<ReturnType<typeof startSimulator>>): Promise<void> {
  await sleep(3_000)
  const since = Date.now()
  await sleep(5 * POLL_EVERY_MS)
  const polls = simulator
    .requests()
    .filter(({ time, query }) => time >= since && query.includes('bucket_width=1d')).length
  found.check('left alone for ten seconds it polls every two', polls >= 4 && polls <= 6, polls)
}
