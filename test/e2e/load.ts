import { startSimulator } from '../../simulator/start-simulator.ts'
import type { AlertsView, StatusView, UsageView } from '../../src/wire.ts'
import { Dashboard } from './harness/dashboard.ts'
import type { Findings } from './harness/findings.ts'
import { heapUsage } from './harness/heapUsage.ts'
import { type ProcessFigures, processFigures } from './harness/processFigures.ts'
import { Product } from './harness/product.ts'
import { startReceiver } from './harness/receiver.ts'
import { seededRandom } from './harness/seededRandom.ts'
import { storedRows } from './harness/storedRows.ts'
import { sleep, until } from './harness/until.ts'

/** Two hours of traffic pass in this time. */
const LOAD_SECONDS = Number(process.env.LOAD_SECONDS || 60)
const SEED = Number(process.env.SEED || 20_261_123)
const TRAFFIC_S = 7_200
const LEAST_POLLS = 400
/** A busy machine gets this many times as long for them. */
const SLOWEST = 8
const DASHBOARDS = 20
const MODELS = { premium: 'gpt-4o-2024-08-06', mini: 'gpt-4o-mini-2024-07-18' }
const THRESHOLDS = Array.from({ length: 40 }, (_, at) => (at + 1) * 2.5)
const ROUTES = [
  '/',
  '/health',
  '/ready',
  '/api/usage',
  '/api/status',
  '/api/models',
  '/api/alerts?days=7',
  '/api/session',
  '/api/history?days=1',
  '/api/history?days=7&interval=hour',
  '/api/history?days=30&interval=day',
  '/api/history?limit=50&offset=0',
]
const SAMPLE_EVERY_MS = 1_000
/** The share of the run after which all has been done once, and the first asking for the heap is over. */
const WARM_AFTER = 0.6
/** Of what the Worker holds after a collection, at the end over after the warm-up. */
const MOST_HEAP_GROWTH = 1.25
/** The same of the whole process, local D1, trace store and uncollected garbage included: medians of a quarter each. */
const MOST_GROWTH = 1.6
const MOST_FILES_MORE = 40
const MOST_PENDING_ROWS = 300
/** The hours of the week that the curve begins with, and of today; the days of the month before. */
const MOST_HOUR_ROWS = 8 * 24 + 1
const MOST_DAY_ROWS = 33

type Sample = ProcessFigures & { at: number; pending: number; owed: number; connections: number }

/** Two hours of load in accelerated time: what it holds is bounded, and all of it is exact at the end. */
export default async function load(found: Findings): Promise<void> {
  found.note(`SEED=${SEED} LOAD_SECONDS=${LOAD_SECONDS}`)
  const random = seededRandom(SEED)
  const simulator = await startSimulator({
    trace: {
      source: traffic(),
      speed: TRAFFIC_S / LOAD_SECONDS,
      models: [
        { name: MODELS.premium, weight: 1 },
        { name: MODELS.mini, weight: 2 },
      ],
    },
  })
  const receivers = [await startReceiver(), await startReceiver()] as const
  const inTheEnd = simulator.totals(undefined, 4e9).by_model
  const product = new Product({
    OPENAI_BASE_URL: simulator.baseUrl,
    POLL_CRON: '* * * * * *',
    ALERT_THRESHOLD: THRESHOLDS.join(','),
    PREMIUM_TIER_LIMIT: String(inTheEnd[MODELS.premium]?.total_tokens),
    MINI_TIER_LIMIT: String(inTheEnd[MODELS.mini]?.total_tokens),
    ALERT_WEBHOOK_URL: receivers.map(({ url }) => url).join(','),
  })
  const status = () => product.get<StatusView>('/api/status')
  const samples: Sample[] = []
  const refused: string[] = []
  let polls = 0
  let asked = 0
  let visits = 0
  let fallen = 0
  let over = false
  try {
    await product.migrate()
    await product.startAndWait()
    const startedAt = Date.now()
    const progress = () => (Date.now() - startedAt) / 1000 / LOAD_SECONDS
    const work = Promise.all([
      polling(),
      asking(),
      sampling(progress),
      ...Array.from({ length: DASHBOARDS }, visiting),
    ]).finally(() => {
      over = true
    })
    // Seen below, when it is waited for.
    work.catch(() => {})
    const reached = (share: number, least = 0) =>
      until(() => over || (progress() > share && polls >= least), 1000 * SLOWEST * LOAD_SECONDS)
    // In the middle third one receiver refuses, the other is not there.
    await reached(1 / 3)
    const heapBefore = await heapUsage(product.inspectorPort)
    receivers[0].answer(503)
    receivers[1].down(true)
    await reached(2 / 3)
    receivers[0].answer(200)
    receivers[1].down(false)
    await reached(1, LEAST_POLLS)
    // While its inspector is asked, workerd keeps the sockets that were closed: those are not the product's.
    const undisturbed = [...samples]
    const heapAfter = await heapUsage(product.inspectorPort)
    over = true
    await work
    found.check(`at least ${LEAST_POLLS} polls`, polls >= LEAST_POLLS, polls)
    found.note(
      `${polls} polls, ${asked} requests, ${visits} visits of dashboards in ${(progress() * LOAD_SECONDS).toFixed(0)} s`,
    )
    found.equal('every request was answered', [...new Set(refused)], [])
    found.equal('no dashboard saw a number fall, nor a frame out of its order', fallen, 0)
    const heapGrowth = heapAfter / heapBefore
    found.check(
      `the Worker holds less than ${MOST_HEAP_GROWTH} times what it held after the warm-up`,
      heapGrowth < MOST_HEAP_GROWTH,
      heapGrowth,
    )
    found.note(`its heap: ${megabytes(heapBefore)} warm, ${megabytes(heapAfter)} at the end`)
    judgeSamples(found, undisturbed)
    await judgeEnd()
  } finally {
    over = true
    await product.end()
    await Promise.all([...receivers.map(receiver => receiver.close()), simulator.close()])
  }

  async function polling(): Promise<void> {
    while (!over) {
      const poll = await product.poll()
      if (poll.status !== 200) refused.push(`POST /api/poll ${poll.status}`)
      else polls += 1
    }
  }

  async function asking(): Promise<void> {
    while (!over) {
      const route = ROUTES[asked++ % ROUTES.length] ?? '/'
      const answer = await fetch(product.url + route)
      await answer.arrayBuffer()
      if (answer.status !== 200) refused.push(`GET ${route} ${answer.status}`)
      await sleep(random() * 100)
    }
  }

  async function visiting(): Promise<void> {
    while (!over) {
      const dashboard = new Dashboard(product.url)
      await dashboard.connect()
      visits += 1
      await sleep(500 + random() * 4_000)
      dashboard.hangUp()
      const totals = dashboard.totals()
      if (!dashboard.numbersRise() || totals.some((total, at) => total < (totals[at - 1] ?? 0))) fallen += 1
      await sleep(random() * 500)
    }
  }

  async function sampling(progress: () => number): Promise<void> {
    while (!over) {
      const { outbox, deliveries, connections } = await status()
      const figures = processFigures(product.pid, 'workerd')
      samples.push({ ...figures, at: progress(), pending: outbox.pending, owed: deliveries.pending, connections })
      await sleep(SAMPLE_EVERY_MS)
    }
  }

  async function judgeEnd(): Promise<void> {
    await until(() => simulator.state().replay?.complete === true, 20_000)
    await product.poll()
    const usage = await product.get<UsageView>('/api/usage')
    for (const tier of ['premium', 'mini'] as const)
      found.equal(`the ${tier} total is the ledger's`, usage[tier].tokens_used, inTheEnd[MODELS[tier]]?.total_tokens)
    const { alerts } = await product.get<AlertsView>('/api/alerts')
    found.equal('every threshold of both tiers fired once', alerts.length, 2 * THRESHOLDS.length)
    // A receiver that was sick for a third of the run is asked again after about as long.
    await until(async () => (await status()).deliveries.pending === 0, 60_000 + 1000 * LOAD_SECONDS, 1_000)
    const messages = new Set(alerts.map(({ message_id }) => message_id))
    found.equal(
      'every message arrived at both receivers',
      receivers.map(receiver => new Set(receiver.delivered().map(({ id }) => id)).size),
      receivers.map(() => messages.size),
    )
    found.check(
      'none is connected once all are gone',
      await until(async () => (await status()).connections === 0, 10_000),
    )
    await until(async () => (await status()).outbox.pending === 0, 20_000)
    await product.kill()
    const rows = Object.fromEntries(
      ['alert_book', 'message', 'delivery', 'day_book', 'hour_book', 'tick_book', 'side_read', 'gap'].map(table => [
        table,
        storedRows<{ n: number }>(product.dir, `SELECT count(*) AS n FROM ${table}`, 'object')[0]?.n ?? 0,
      ]),
    )
    found.note(`rows of the object: ${JSON.stringify(rows)}`)
    found.check(
      'the object holds what is open and its alerts, nothing that grows with the polls',
      (rows.gap ?? 0) === 0 &&
        (rows.hour_book ?? 0) <= MOST_HOUR_ROWS &&
        (rows.tick_book ?? 0) <= MOST_HOUR_ROWS &&
        (rows.day_book ?? 0) <= MOST_DAY_ROWS &&
        rows.alert_book === alerts.length,
      rows,
    )
    const seconds = storedRows<{ n: number; s: number }>(
      product.dir,
      'SELECT count(*) AS n, max(timestamp) - min(timestamp) + 1 AS s FROM usage_snapshots WHERE timestamp % 3600 <> 0',
    )[0]
    found.check('D1 has at most one snapshot a second', seconds !== undefined && seconds.n <= seconds.s, seconds)
    found.note(`${seconds?.n} snapshots over ${seconds?.s} s in D1`)
  }
}

function judgeSamples(found: Findings, samples: readonly Sample[]): void {
  const end = samples.at(-1)?.at ?? 1
  const warm = samples.filter(({ at }) => at >= WARM_AFTER * end)
  const quarter = Math.max(1, Math.floor(warm.length / 4))
  const before = median(warm.slice(0, quarter).map(({ memory }) => memory))
  const after = median(warm.slice(-quarter).map(({ memory }) => memory))
  const growth = after / before
  found.check(
    `workerd's memory grows to less than ${MOST_GROWTH} times what it was after the warm-up`,
    growth < MOST_GROWTH,
    growth,
  )
  const most = (of: (sample: Sample) => number) => Math.max(...samples.map(of))
  found.note(
    `workerd: ${megabytes(samples[0]?.memory ?? 0)} at first, ${megabytes(before)} warm, ${megabytes(after)} at the end, ` +
      `${megabytes(most(({ memory }) => memory))} at most (factor ${growth.toFixed(2)})`,
  )
  const [filesBefore, filesAfter] = [warm.slice(0, quarter), warm.slice(-quarter)].map(some =>
    median(some.map(({ files }) => files)),
  ) as [number, number]
  found.check('its open files do not grow', filesAfter - filesBefore < MOST_FILES_MORE, [filesBefore, filesAfter])
  const pending = most(sample => sample.pending)
  found.check(`never more than ${MOST_PENDING_ROWS} rows wait for D1`, pending <= MOST_PENDING_ROWS, pending)
  const connections = most(sample => sample.connections)
  // One that hangs up is counted until the tracker has heard of it.
  found.check('no socket stays behind a dashboard', connections <= 2 * DASHBOARDS, connections)
  found.note(
    `at most ${pending} rows waiting for D1, ${most(s => s.owed)} deliveries owed, ${connections} sockets, ` +
      `${filesBefore} open files warm, ${filesAfter} at the end`,
  )
}

function traffic() {
  return Array.from({ length: TRAFFIC_S / 2 }, (_, at) => ({
    offset: at * 2,
    input: 700 + ((at * 37) % 900),
    output: 90 + ((at * 53) % 300),
  }))
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`
}
