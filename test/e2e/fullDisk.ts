import { startSimulator } from '../../simulator/start-simulator.ts'
import type { AlertsView, HistoryView, Problem, StatusView, UsageView } from '../../src/wire.ts'
import { Dashboard } from './harness/dashboard.ts'
import type { Findings } from './harness/findings.ts'
import { Product } from './harness/product.ts'
import { startReceiver } from './harness/receiver.ts'
import { SmallDisk } from './harness/smallDisk.ts'
import { startSays } from './harness/startSays.ts'
import { sleep, until } from './harness/until.ts'

const MODEL = 'gpt-4o-2024-08-06'
const LIMIT = 20_000
const THRESHOLDS = [20, 50, 80, 100]
const FULL_ROUNDS = 6
const ROUTES = ['/api/usage', '/api/models', '/api/status', '/api/alerts?days=1', '/api/history?days=1']
/** The platform runs an alarm that failed again after 2, 4, 8 ... s. */
const BACK_WITHIN_MS = 90_000

/** No room is left while it polls: it says so, shows nothing false, loses nothing, and goes on once there is room. */
export default async function fullDisk(found: Findings): Promise<void> {
  const disk = SmallDisk.make(24)
  if (typeof disk === 'string') return found.skip('a full disk', `no file system can be made here: ${disk}`)
  const simulator = await startSimulator({ empty: true })
  const receiver = await startReceiver()
  const product = new Product(
    {
      OPENAI_BASE_URL: simulator.baseUrl,
      POLL_CRON: '*/2 * * * * *',
      PREMIUM_TIER_LIMIT: String(LIMIT),
      ALERT_THRESHOLD: THRESHOLDS.join(','),
      ALERT_WEBHOOK_URL: receiver.url,
    },
    disk.dir,
  )
  const truth = () => simulator.totals().by_model[MODEL]?.total_tokens ?? 0
  const acknowledged: number[] = []
  try {
    await product.migrate()
    await product.startAndWait()
    const dashboard = new Dashboard(product.url)
    await dashboard.connect()
    use(5_000)
    await poll()
    await until(() => receiver.received.length === 1, 10_000)
    disk.fill()

    const refused: string[] = []
    for (let round = 0; round < FULL_ROUNDS; round++) {
      use(1_500)
      const problem = await poll()
      if (problem !== null) refused.push(problem)
      for (const route of ROUTES) await judgeAnswer(route, refused)
      await sleep(1_500)
    }
    const codes = [...new Set(refused)].sort()
    found.check(
      'while the disk is full, what cannot be answered says that it is the storage',
      codes.includes('storage_failed') &&
        codes.every(code => code === 'storage_failed' || code === 'history_unavailable'),
      codes,
    )
    found.equal('/ready says that it is blind', (await fetch(`${product.url}/ready`)).status, 503)
    const shown = dashboard.totals()
    found.check(
      'no dashboard was shown what is not stored',
      shown.every(total => total === 0 || acknowledged.includes(total)),
      shown,
    )
    found.note(`${refused.length} answers refused, ${acknowledged.length} polls acknowledged`)
    await startSays(found, disk.dir, 'has no room left (ENOSPC)')

    dashboard.hangUp()
    const requests = simulator.state().requests
    disk.makeRoom()
    const freedAt = Date.now()
    found.check(
      'once there is room it goes on by itself, nobody asking',
      await until(() => simulator.state().requests > requests, BACK_WITHIN_MS),
    )
    found.note(`${((Date.now() - freedAt) / 1000).toFixed(1)} s after there was room`)
    await dashboard.connect()
    await converges('after the room came back')
    found.check('numbers of frames only rise', dashboard.numbersRise())

    disk.fill()
    use(2_000)
    await poll()
    await product.kill()
    disk.makeRoom()
    await product.startAndWait()
    await converges('killed while the disk was full')
    dashboard.hangUp()
  } finally {
    await product.kill()
    await Promise.all([receiver.close(), simulator.close()])
    disk.end()
  }

  function use(tokens: number): void {
    simulator.add({ model: MODEL, input: tokens, output: 0 })
  }

  /** The code of the refusal, or null where it was taken. */
  async function poll(): Promise<string | null> {
    const answer = await fetch(`${product.url}/api/poll`, { method: 'POST' })
    const body = (await answer.json()) as Problem & { premium_tokens: number }
    if (answer.status !== 200) return body.code
    acknowledged.push(body.premium_tokens)
    return null
  }

  async function judgeAnswer(route: string, refused: string[]): Promise<void> {
    const answer = await fetch(product.url + route)
    if (answer.status !== 200) return void refused.push(((await answer.json()) as Problem).code)
    if (route !== '/api/usage') return
    const { premium } = (await answer.json()) as UsageView
    const known = acknowledged.at(-1) ?? 0
    if (premium.tokens_used < known || premium.tokens_used > truth())
      found.check('what is shown lies between what was acknowledged and the ledger', false, premium.tokens_used)
  }

  async function converges(when: string): Promise<void> {
    const status = () => product.get<StatusView>('/api/status')
    const usage = () => product.get<UsageView>('/api/usage')
    await until(async () => (await usage()).premium.tokens_used === truth(), 20_000)
    found.equal(`the total is the ledger's, ${when}`, (await usage()).premium.tokens_used, truth())
    await until(async () => (await status()).outbox.pending === 0 && (await status()).deliveries.pending === 0, 60_000)
    const { snapshots } = await product.get<HistoryView>('/api/history?days=1')
    const totals = new Set(snapshots.map(({ premium_tokens }) => premium_tokens))
    found.equal(
      `every poll that was acknowledged is in the history, ${when}`,
      acknowledged.filter(total => !totals.has(total)),
      [],
    )
    const { alerts } = await product.get<AlertsView>('/api/alerts?days=1')
    const crossed = THRESHOLDS.filter(threshold => truth() >= (threshold / 100) * LIMIT)
    found.equal(
      `each alert exists once and was sent, ${when}`,
      alerts.map(({ threshold, sent }) => `${threshold} ${sent}`).sort(),
      crossed.map(threshold => `${threshold} true`).sort(),
    )
    const told = new Set(receiver.delivered().flatMap(({ thresholds }) => thresholds))
    found.equal(
      `and arrived, ${when}`,
      crossed.filter(threshold => !told.has(threshold)),
      [],
    )
    const { state, history } = await status()
    found.equal(`the status is well, ${when}`, [state, history.state], ['ok', 'ok'])
  }
}
