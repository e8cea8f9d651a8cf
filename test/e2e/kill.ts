import { startSimulator } from '../../simulator/start-simulator.ts'
import type { AlertsView, AlertView, HistoryView, SnapshotPoint, StatusView, UsageView } from '../../src/wire.ts'
import { Dashboard } from './harness/dashboard.ts'
import type { Findings } from './harness/findings.ts'
import { Product } from './harness/product.ts'
import { type Received, type Receiver, startReceiver } from './harness/receiver.ts'
import { seededRandom } from './harness/seededRandom.ts'
import { storedRows } from './harness/storedRows.ts'
import { sleep, until } from './harness/until.ts'

const KILLS = Number(process.env.KILLS || (process.env.CI ? 5 : 30))
const SEED = Number(process.env.SEED || 20_261_123)
const POLL_EVERY_MS = 2_000
const MINUTE_MS = 60_000
const LONGEST_LIFE_MS = 3_000
const MODELS = { premium: 'gpt-4o-2024-08-06', mini: 'gpt-4o-mini-2024-07-18' }
const TIERS = ['premium', 'mini'] as const
/** A start takes five to ten of them. */
const SILENT_AFTER_MS = 30_000
const TOKENS_A_ROUND = 1_000
const DASHBOARDS = 3
/** The receiver that is slow: long enough that many kills come before its answer. */
const SLOW_MS = 800
/** The receiver that is sick fails for this many rounds, and is well for as many. */
const SICK_ROUNDS = 3
/** A commit and D1's write follow a read of OpenAI within this. */
const WRITES_WITHIN_MS = 15
/** The longest wait of a delivery that a sick spell leaves behind, and some. */
const DELIVERED_WITHIN_MS = 240_000
/** What may pass between an answer and its note, on a busy machine. */
const NOTED_WITHIN_MS = 5_000

type Acknowledged = { from: number; to: number; premium: number; mini: number }

/** A delivery that nobody has answered, D1's write, or whatever is going on. */
const AIMS = ['delivery', 'delivery', 'history', 'history', 'anywhere', 'anywhere', 'anywhere'] as const

/** kill -9 of the whole process group, again and again, on one folder, with receivers, D1 and dashboards attached. */
export default async function kill(found: Findings): Promise<void> {
  found.note(`SEED=${SEED} KILLS=${KILLS}`)
  const random = seededRandom(SEED)
  const simulator = await startSimulator({ empty: true })
  const receivers = { healthy: await startReceiver(), slow: await startReceiver(), sick: await startReceiver() }
  receivers.slow.delay(SLOW_MS)
  // One threshold a round, in thousandths of a percent: there is always something to deliver.
  const thresholds = Array.from({ length: KILLS }, (_, at) => Math.floor(((at + 1) * 100_000) / KILLS) / 1000)
  const limit = String(KILLS * TOKENS_A_ROUND)
  const product = new Product({
    OPENAI_BASE_URL: simulator.baseUrl,
    POLL_CRON: '*/2 * * * * *',
    ALERT_THRESHOLD: thresholds.join(','),
    PREMIUM_TIER_LIMIT: limit,
    MINI_TIER_LIMIT: limit,
    ALERT_WEBHOOK_URL: Object.values(receivers)
      .map(({ url }) => url)
      .join(','),
  })
  const acknowledged: Acknowledged[] = []
  const kills: number[] = []
  let dashboards: Dashboard[] = []
  let slowest = 0
  let silent = 0
  const struck = { deliveries: 0, history: 0 }
  try {
    await product.migrate()
    await product.startAndWait()
    dashboards = Array.from({ length: DASHBOARDS }, () => new Dashboard(product.url))
    await until(() => simulator.requests().length > 0, 20_000, 50)
    for (let round = 1; round <= KILLS; round++) {
      await Promise.all(dashboards.map(dashboard => dashboard.connect()))
      const isSick = Math.floor((round - 1) / SICK_ROUNDS) % 2 === 0
      receivers.sick.answer(isSick ? 503 : 200)
      receivers.sick.down(isSick && random() < 0.3)
      for (const tier of TIERS) simulator.add({ model: MODELS[tier], input: TOKENS_A_ROUND - 100, output: 100 })
      await live(AIMS[Math.floor(random() * AIMS.length)] ?? 'anywhere')
      if (Object.values(receivers).some(receiver => receiver.unanswered() > 0)) struck.deliveries += 1
      await product.kill()
      kills.push(Date.now())
      receivers.slow.hold(false)
      if (count(product, 'SELECT count(*) AS n FROM tick_book WHERE acked < revision') > 0) struck.history += 1
      // Once it is down over a full minute, so that a tick is missed for certain.
      if (round === Math.ceil(KILLS / 2)) await sleep(MINUTE_MS - (Date.now() % MINUTE_MS) + POLL_EVERY_MS)
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
    found.note(
      `killed with an unanswered delivery: ${struck.deliveries}; with rows on their way to D1: ${struck.history}`,
    )
    receivers.sick.answer(200)
    receivers.sick.down(false)
    await product.ready()
    await Promise.all(dashboards.map(dashboard => dashboard.connect()))
    await alarmGoesOn(found)
    await product.poll()
    await judgeTotals()
    const alerts = await judgeAlerts()
    await until(
      async () => (await product.get<StatusView>('/api/status')).deliveries.pending === 0,
      DELIVERED_WITHIN_MS,
      1_000,
    )
    for (const [name, receiver] of Object.entries(receivers)) judgeReceiver(name, receiver, alerts)
    judgeDashboards()
    await until(async () => (await product.get<StatusView>('/api/status')).outbox.pending === 0, 20_000)
    const shown = await product.get<HistoryView>('/api/history?days=1')
    const endedAt = Date.now()
    await product.kill()
    judgeStored(shown.snapshots, endedAt)
  } finally {
    for (const dashboard of dashboards) dashboard.hangUp()
    await product.end()
    await Promise.all([...Object.values(receivers).map(receiver => receiver.close()), simulator.close()])
  }

  /** A life up to the moment of its end. */
  async function live(aim: (typeof AIMS)[number]): Promise<void> {
    if (aim === 'delivery') {
      receivers.slow.hold(true)
      await until(() => receivers.slow.unanswered() > 0, 4 * POLL_EVERY_MS, 10)
      await sleep(random() * 200)
      return
    }
    await sleep(random() * LONGEST_LIFE_MS)
    if (aim === 'history') {
      const { requests } = simulator.state()
      void product.poll().catch(() => {})
      await until(() => simulator.state().requests > requests, POLL_EVERY_MS, 1)
      await sleep(random() * WRITES_WITHIN_MS)
      return
    }
    if (random() < 0.5) await acknowledge()
    // Some of them while a poll is in flight.
    if (random() < 0.3) void product.poll().catch(() => {})
    await sleep(random() * 60)
  }

  async function acknowledge(): Promise<void> {
    const from = Math.floor(Date.now() / 1000)
    const poll = await product.poll().catch(() => null)
    if (poll?.status !== 200 || poll.cached) return
    // It may have joined a read that the alarm began a little earlier.
    acknowledged.push({
      from: from - 2,
      to: Math.floor(Date.now() / 1000),
      premium: poll.premium_tokens ?? -1,
      mini: poll.mini_tokens ?? -1,
    })
  }

  async function alarmGoesOn(f: Findings): Promise<void> {
    await sleep(3_000)
    const since = Date.now()
    await sleep(5 * POLL_EVERY_MS)
    const polls = simulator
      .requests()
      .filter(({ time, query }) => time >= since && query.includes('bucket_width=1d')).length
    f.check('left alone for ten seconds it polls every two', polls >= 4 && polls <= 6, polls)
  }

  async function judgeTotals(): Promise<void> {
    const truth = simulator.totals().by_model
    const usage = await product.get<UsageView>('/api/usage')
    for (const tier of TIERS)
      found.equal(`the ${tier} total is the ledger's`, usage[tier].tokens_used, truth[MODELS[tier]]?.total_tokens)
    // The last poll's row may still be on its way.
    await until(async () => (await product.get<StatusView>('/api/status')).outbox.pending === 0, 20_000)
    const { snapshots } = await product.get<HistoryView>('/api/history?days=1')
    found.equal('no snapshot is doubled', snapshots.length - new Set(snapshots.map(s => s.timestamp)).size, 0)
    const missing = acknowledged.filter(
      poll =>
        !snapshots.some(
          s =>
            s.timestamp >= poll.from &&
            s.timestamp <= poll.to &&
            s.premium_tokens === poll.premium &&
            s.mini_tokens === poll.mini,
        ),
    )
    found.equal(`each of the ${acknowledged.length} polls acknowledged before a kill is in the history`, missing, [])
    const wrong = snapshots.filter((s, at) => at > 0 && s.premium_tokens < (snapshots[at - 1]?.premium_tokens ?? 0))
    found.equal('the curve never falls', wrong, [])
    found.equal('its last point is the total', snapshots.at(-1)?.premium_tokens, usage.premium.tokens_used)
    found.note(`${snapshots.length} snapshots, ${usage.premium.tokens_used} premium tokens`)
  }

  async function judgeAlerts(): Promise<AlertView[]> {
    const { alerts } = await product.get<AlertsView>('/api/alerts?days=1')
    for (const tier of TIERS) {
      const fired = alerts
        .filter(alert => alert.tier === tier)
        .map(({ threshold }) => threshold ?? 0)
        .sort((a, b) => a - b)
      found.equal(`each expected alert of the ${tier} tier exists once`, fired, thresholds)
    }
    return alerts
  }

  function judgeReceiver(name: string, receiver: Receiver, alerts: readonly AlertView[]): void {
    // A plain message, as a receiver gets it that has failed at rich ones, names its thresholds in the text only.
    const delivered = new Map(receiver.delivered().map(message => [message.id, message]))
    const names = (threshold: number, message: Received | undefined) =>
      message?.thresholds?.includes(threshold) ?? message?.text.includes(`${threshold}%`)
    found.equal(
      `every alert was delivered to the ${name} receiver, under the id of its message`,
      alerts.filter(({ message_id, threshold }) => names(threshold ?? 0, delivered.get(message_id ?? '')) !== true),
      [],
    )
    const tries = [...Map.groupBy(receiver.received, ({ id }) => id).values()]
    const pairs = tries.flatMap(all => all.slice(1).map((later, at) => ({ later, earlier: all.slice(0, at + 1) })))
    const unmarked = pairs.filter(
      ({ later, earlier }) => !isMarked(later) && earlier.some(({ status }) => status < 500),
    )
    found.equal('a repeat of a try whose end was not known says so', unmarked, [])
    const needless = pairs.filter(({ earlier }) => earlier.some(isTaken) && !earlier.filter(isTaken).some(wasStruck))
    found.equal('what was taken came again only where a kill followed the answer', needless, [])
    const marked = receiver.received.filter(isMarked).length
    found.note(`${name}: ${delivered.size} messages in ${receiver.received.length} tries, ${marked} marked as repeats`)
  }

  function isMarked({ possible_repeat, text }: Received): boolean {
    return possible_repeat ?? text.includes('Possible repeat')
  }

  function wasStruck({ answeredAt }: Received): boolean {
    return kills.some(at => at >= answeredAt && at - answeredAt < NOTED_WITHIN_MS)
  }

  function judgeDashboards(): void {
    const truth = simulator.totals().by_model[MODELS.premium]?.total_tokens
    found.check(
      `numbers of frames only rise, over ${KILLS} kills`,
      dashboards.every(dashboard => dashboard.numbersRise()),
      dashboards.map(({ frames }) => frames.map(({ seq }) => seq)),
    )
    const fell = dashboards.flatMap(dashboard =>
      dashboard.totals().filter((total, at, all) => at > 0 && total < (all[at - 1] ?? 0)),
    )
    found.equal('no dashboard ever saw the total fall', fell, [])
    found.equal(
      'every dashboard ends at the ledger',
      dashboards.map(dashboard => dashboard.totals().at(-1)),
      dashboards.map(() => truth),
    )
    found.note(`${dashboards.reduce((sum, { frames }) => sum + frames.length, 0)} frames`)
  }

  function judgeStored(shown: readonly SnapshotPoint[], endedAt: number): void {
    const rows = storedRows<SnapshotPoint>(
      product.dir,
      'SELECT timestamp, premium_tokens FROM usage_snapshots ORDER BY timestamp',
    )
    const inD1 = new Set(rows.map(row => `${row.timestamp} ${row.premium_tokens}`))
    found.check(
      'every snapshot shown is in D1',
      shown.every(s => inD1.has(`${s.timestamp} ${s.premium_tokens}`)),
    )
    const since = Math.floor((kills[0] ?? 0) / 1000)
    const times = rows.map(({ timestamp }) => timestamp).filter(timestamp => timestamp >= since)
    found.equal('no full minute is missing between two snapshots', times.flatMap(minutesMissing), [])
    found.equal('all alerts are in D1, and sent', inTable('SELECT count(*) AS n FROM alerts WHERE sent = 1'), 2 * KILLS)
    found.equal(
      'the object owes nothing any more, but perhaps the rows of the poll that just was',
      [
        count(product, `SELECT count(*) AS n FROM tick_book WHERE acked < revision AND hour < ${runningHour(endedAt)}`),
        count(product, "SELECT count(*) AS n FROM delivery WHERE state <> 'delivered'"),
        count(product, 'SELECT count(*) AS n FROM gap'),
      ],
      [0, 0, 0],
    )
  }

  function inTable(sql: string): number | undefined {
    return storedRows<{ n: number }>(product.dir, sql)[0]?.n
  }
}

function isTaken({ status }: Received): boolean {
  return status >= 200 && status < 300
}

/** A tick inside a minute stands at its start; the one of a slot that has just passed is the next poll's own. */
function minutesMissing(at: number, index: number, times: readonly number[]): number[] {
  const next = times[index + 1] ?? at
  const first = (Math.floor(at / 60) + 1) * 60
  return Array.from({ length: Math.max(0, Math.ceil((next - 3 - first) / 60)) }, (_, minute) => first + minute * 60)
}

function count(product: Product, sql: string): number {
  return storedRows<{ n: number }>(product.dir, sql, 'object')[0]?.n ?? 0
}

/** The start (Unix seconds) of the hour of an instant (Unix ms): its ticks go to D1 with each poll. */
function runningHour(ms: number): number {
  return Math.floor(ms / 3_600_000) * 3600
}
