import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { startSimulator } from '../../simulator/start-simulator.ts'
import { readTrace, type TraceRow } from '../../simulator/trace/read-trace.ts'
import type { AlertsView, HistoryPage, HistoryView, HourPoint, ModelsView, UsageView } from '../../src/wire.ts'
import type { Findings } from './harness/findings.ts'
import { ROOT } from './harness/processGroup.ts'
import { Product } from './harness/product.ts'
import { startReceiver } from './harness/receiver.ts'
import { storedRows } from './harness/storedRows.ts'
import { until } from './harness/until.ts'

const RECORDED = join(ROOT, '../shared/data/azure-llm-trace-conv-2023.csv.gz')
const RECORDED_TOTALS = { input: 22_361_870, output: 4_088_665 }
const PREMIUM = 'gpt-4o-2024-08-06'
const MINI = 'gpt-4o-mini-2024-07-18'
const SPEED = 240
const THRESHOLDS = [50, 80, 95, 100]

/** A recorded hour of real requests, replayed as today's traffic: every total and every alert to the token. */
export default async function trace(found: Findings): Promise<void> {
  const recorded = existsSync(RECORDED)
  const source = recorded ? readTrace(RECORDED) : madeUp()
  const wanted = recorded ? RECORDED_TOTALS : { input: sum(source, 'input'), output: sum(source, 'output') }
  found.note(recorded ? 'the recorded trace' : 'the recorded trace is not here; a made-up one')
  const simulator = await startSimulator({
    trace: {
      source,
      speed: SPEED,
      models: [
        { name: PREMIUM, weight: 1 },
        { name: MINI, weight: 2 },
      ],
    },
  })
  const receiver = await startReceiver()
  const truth = (model: string) => simulator.totals(undefined, 4e9).by_model[model]
  // Each limit is a little less than what comes, so that the last threshold is crossed on the way.
  const limit = (model: string) => String(Math.floor((truth(model)?.total_tokens ?? 0) * 0.9))
  const product = new Product({
    OPENAI_BASE_URL: simulator.baseUrl,
    POLL_CRON: '* * * * * *',
    ALERT_THRESHOLD: THRESHOLDS.join(','),
    PREMIUM_TIER_LIMIT: limit(PREMIUM),
    MINI_TIER_LIMIT: limit(MINI),
    ALERT_WEBHOOK_URL: receiver.url,
  })
  try {
    await product.migrate()
    await product.startAndWait()
    found.check(
      'the replay comes to its end',
      await until(() => simulator.state().replay?.complete === true, 120_000),
      simulator.state().replay,
    )
    await product.poll()
    const { date } = await product.get<UsageView>('/api/usage')
    // Today's hours are settled by the hourly read; this asks for it now.
    await fetch(`${product.url}/api/reconcile?date=${date}`, { method: 'POST' })
    const usage = await product.get<UsageView>('/api/usage')
    const of = (rows: readonly { input_tokens: number; output_tokens: number }[]) => ({
      input: rows.reduce((total, row) => total + row.input_tokens, 0),
      output: rows.reduce((total, row) => total + row.output_tokens, 0),
    })
    found.equal('/api/usage ends at the trace, to the token', of([usage.premium, usage.mini]), wanted)
    found.equal('/api/models ends at the trace', of((await product.get<ModelsView>('/api/models')).models), wanted)
    const entries = await allPages(product)
    found.equal(
      'the pages of /api/history add up to the trace',
      of(
        entries.map(entry => ({
          input_tokens: entry.prompt_tokens,
          output_tokens: entry.completion_tokens,
        })),
      ),
      wanted,
    )
    const hours = await product.get<HistoryView<HourPoint>>(`/api/history?date=${date}&interval=hour`)
    const last = hours.snapshots.at(-1)
    found.equal(
      'the last hourly point is the day so far, by tier',
      [last?.premium_tokens, last?.mini_tokens],
      [truth(PREMIUM)?.total_tokens, truth(MINI)?.total_tokens],
    )

    const { alerts } = await product.get<AlertsView>('/api/alerts')
    const crossed = (tier: string) =>
      alerts
        .filter(alert => alert.tier === tier)
        .map(a => a.threshold ?? 0)
        .sort((a, b) => a - b)
    found.equal('every threshold of the premium tier fired once', crossed('premium'), THRESHOLDS)
    found.equal('every threshold of the mini tier fired once', crossed('mini'), THRESHOLDS)
    const messages = new Set(alerts.map(alert => alert.message_id))
    await until(() => receiver.delivered().length >= messages.size, 15_000)
    found.equal('the receiver got one message a jump', receiver.received.length, messages.size)
    found.equal('and each only once', new Set(receiver.received.map(({ id }) => id)).size, receiver.received.length)
    found.equal(
      'the messages name every threshold between them',
      receiver.received.flatMap(({ tier, thresholds = [] }) => thresholds.map(t => `${tier} ${t}`)).sort(),
      alerts.map(({ tier, threshold }) => `${tier} ${threshold}`).sort(),
    )
    found.note(`${alerts.length} alerts in ${receiver.received.length} messages`)
    await product.kill()
    const sums = storedRows(
      product.dir,
      'SELECT sum(input_tokens) AS input, sum(output_tokens) AS output FROM model_usage',
    )
    found.equal("D1's hours add up to the trace", sums[0], wanted)
    const rows = storedRows<{ n: number }>(product.dir, 'SELECT count(*) AS n FROM alerts WHERE sent = 1')
    found.equal("D1's alerts are the same and marked as sent", rows[0]?.n, alerts.length)
  } finally {
    await product.end()
    await receiver.close()
    await simulator.close()
  }
}

async function allPages(product: Product): Promise<HistoryPage['data']> {
  const entries: HistoryPage['data'] = []
  for (;;) {
    const page = await product.get<HistoryPage>(`/api/history?limit=5&offset=${entries.length}`)
    entries.push(...page.data)
    if (!page.pagination.hasMore || page.data.length === 0) return entries
  }
}

function madeUp(): TraceRow[] {
  return Array.from({ length: 4_000 }, (_, at) => ({
    offset: at * 0.9,
    input: 700 + ((at * 37) % 900),
    output: 90 + ((at * 53) % 300),
  }))
}

function sum(rows: readonly TraceRow[], of: 'input' | 'output'): number {
  return rows.reduce((total, row) => total + row[of], 0)
}
