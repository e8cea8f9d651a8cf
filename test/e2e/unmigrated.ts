import { startSimulator } from '../../simulator/start-simulator.ts'
import type { AlertsView, HistoryView, Problem, StatusView } from '../../src/wire.ts'
import type { Findings } from './harness/findings.ts'
import { openLive } from './harness/liveSocket.ts'
import { Product } from './harness/product.ts'
import { startReceiver } from './harness/receiver.ts'
import { storedRows } from './harness/storedRows.ts'
import { until } from './harness/until.ts'

const POLLS = 5
const TOKENS_A_POLL = 3_000

/** D1 without its tables: everything else works, and nothing is lost for when they are there. */
export default async function unmigrated(found: Findings): Promise<void> {
  const simulator = await startSimulator({ empty: true })
  const receiver = await startReceiver()
  const product = new Product({
    OPENAI_BASE_URL: simulator.baseUrl,
    POLL_CRON: '*/5 * * * * *',
    PREMIUM_TIER_LIMIT: '10000',
    ALERT_WEBHOOK_URL: receiver.url,
  })
  try {
    await product.startAndWait()
    const socket = await openLive(product.url)
    const totals: number[] = []
    for (let poll = 1; poll <= POLLS; poll++) {
      simulator.add({ model: 'gpt-4o-2024-08-06', input: TOKENS_A_POLL, output: 0 })
      // Snapshots of one second would be one.
      await until(() => Date.now() % 1000 < 200, 1_000, 20)
      totals.push((await product.poll()).premium_tokens ?? -1)
      await until(() => Date.now() % 1000 > 500, 1_000, 20)
    }
    const wanted = totals.map((_, at) => (at + 1) * TOKENS_A_POLL)
    found.equal('polls count', totals, wanted)
    found.check(
      'dashboards see each of them',
      await until(() => wanted.every(total => socket.usageTotals().includes(total)), 5_000),
      socket.usageTotals(),
    )
    found.check('the alert is delivered', await until(() => receiver.received.length === 1, 10_000), receiver.received)
    const own = await product.get<HistoryView>('/api/history?days=1')
    const kept = new Set(own.snapshots.map(({ premium_tokens }) => premium_tokens))
    found.check(
      '/api/history shows every poll from the object',
      wanted.every(total => kept.has(total)),
      own,
    )
    const refused = await fetch(`${product.url}/api/history?days=400&interval=day`)
    const problem = (await refused.json()) as Problem
    found.equal('and says what is missing of a year', [refused.status, problem.code], [503, 'history_needs_migration'])
    const status = await product.get<StatusView>('/api/status')
    found.equal('the status too', status.history.state, 'needs_migration')
    found.check('and what waits for D1', status.outbox.pending >= POLLS, status.outbox)

    await product.migrate()
    found.check(
      'once the tables are there, what was kept goes to D1 by itself',
      await until(async () => (await product.get<StatusView>('/api/status')).outbox.pending === 0, 90_000),
      (await product.get<StatusView>('/api/status')).history,
    )
    const { snapshots } = await product.get<HistoryView>('/api/history?days=1')
    const shown = new Set(snapshots.map(({ premium_tokens }) => premium_tokens))
    found.check(
      'the history has every poll',
      wanted.every(total => shown.has(total)),
      snapshots,
    )
    const { alerts } = await product.get<AlertsView>('/api/alerts')
    socket.hangUp()
    await product.kill()
    const rows = storedRows<{ premium_tokens: number }>(product.dir, 'SELECT premium_tokens FROM usage_snapshots')
    const inD1 = new Set(rows.map(row => row.premium_tokens))
    found.check(
      'D1 has every poll',
      wanted.every(total => inD1.has(total)),
      rows,
    )
    found.equal(
      'D1 has the alert',
      storedRows(product.dir, 'SELECT id, sent FROM alerts'),
      alerts.map(({ id }) => ({ id, sent: 1 })),
    )
  } finally {
    await product.end()
    await receiver.close()
    await simulator.close()
  }
}
