import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startSimulator } from '../../simulator/start-simulator.ts'
import type { Findings } from './harness/findings.ts'
import { freePort } from './harness/freePort.ts'
import { type ProcessGroup, startGroup } from './harness/processGroup.ts'
import { Product } from './harness/product.ts'
import { programOf } from './harness/programOf.ts'
import { sleep, until } from './harness/until.ts'

const DAY_MS = 86_400_000
/** Enough to start two trackers, to fire, and to kill one, on a busy machine too. */
const BEFORE_RESET_MS = 75_000
const ENTRY = 'test/browser/clockAhead.ts'

interface Alert {
  labels: Record<string, string>
  startsAt: string
  endsAt: string
}
interface Posted {
  alerts: Alert[]
  /** Unix milliseconds. */
  at: number
}
interface Notified {
  status: 'firing' | 'resolved'
  alerts: (Alert & { status: 'firing' | 'resolved' })[]
}

/**
 * Debian's prometheus-alertmanager, and two trackers whose clocks are ahead so that their day ends in a minute; a relay takes
 * as much off the times that they send. One of the trackers is killed after it has fired and started again after the reset.
 */
export default async function alertmanager(found: Findings): Promise<void> {
  const program = programOf('prometheus-alertmanager') ?? programOf('alertmanager')
  if (program === null) return found.skip('the real Alertmanager', 'apt-get install prometheus-alertmanager')
  const resetAt = Date.now() + BEFORE_RESET_MS
  const ahead = Math.ceil(Date.now() / DAY_MS) * DAY_MS - resetAt
  const simulator = await startSimulator({ empty: true, now: () => Date.now() + ahead })
  const notified: Notified[] = []
  const pager = await listen((body, response) => {
    notified.push(JSON.parse(body) as Notified)
    response.end()
  })
  const manager = await startManager(program, pager.url)
  const lives = { alive: await relay(manager.url, ahead), killed: await relay(manager.url, ahead) }
  const products = Object.values(lives).map(({ url }) => trackerFor(simulator.baseUrl, url, ahead))
  const killed = products.at(-1) as Product
  const active = async () => (await fetch(`${manager.url}?active=true`)).json() as Promise<Alert[]>
  try {
    simulator.add({ model: 'gpt-4o-2024-08-06', input: 8_500, output: 0 })
    simulator.add({ model: 'gpt-4o-mini-2024-07-18', input: 95_000, output: 0 })
    await Promise.all(products.map(product => product.startAndWait()))
    await Promise.all(products.map(product => product.poll()))
    found.check(
      'Alertmanager has both tiers of both trackers',
      await until(async () => (await active()).length === 4, 20_000),
      await active(),
    )
    found.check(
      'and holds them until the reset, whatever its own resolve_timeout is',
      (await active()).every(({ endsAt }) => Math.abs(Date.parse(endsAt) - resetAt) < 2_000),
      await active(),
    )
    await killed.kill()
    found.check(
      'it groups them and tells of them as firing',
      await until(() => notified.some(({ status, alerts }) => status === 'firing' && alerts.length > 1), 10_000),
      notified,
    )
    found.check('all this was before the reset', Date.now() < resetAt - 5_000, resetAt - Date.now())
    await sleep(Math.max(0, resetAt - 3_000 - Date.now()))
    found.equal('they last until then', (await active()).length, 4)
    await sleep(resetAt + 1_000 - Date.now())
    found.check(
      'the one that lives ends its two within seconds',
      await until(() => ends(lives.alive.posted).length === 2, 10_000),
      lives.alive.posted,
    )
    found.note(`${Date.now() - resetAt} ms after the reset`)
    found.equal('the one that was killed has ended none yet', ends(lives.killed.posted).length, 0)
    await killed.startAndWait()
    found.check(
      'and ends its two when it is back',
      await until(() => ends(lives.killed.posted).length === 2, 20_000),
      lives.killed.posted,
    )
    await sleep(4_000)
    for (const [name, { posted, refused }] of Object.entries(lives)) {
      found.equal(`each is fired once and ended once, in order (${name})`, order(posted), [
        'fired',
        'fired',
        'ended',
        'ended',
      ])
      found.equal(`and Alertmanager refused nothing (${name})`, refused, [])
      found.equal(
        `what is ended is what was fired (${name})`,
        new Set(posted.flatMap(({ alerts }) => alerts.map(({ labels }) => JSON.stringify(labels)))).size,
        2,
      )
    }
    found.equal('nothing is active any more', await active(), [])
    found.check(
      'and Alertmanager tells that all are resolved',
      await until(() => notified.at(-1)?.status === 'resolved', 10_000),
      notified.map(({ status, alerts }) => [status, alerts.length]),
    )
  } finally {
    await Promise.all(products.map(product => product.end()))
    await manager.end()
    await Promise.all([pager, ...Object.values(lives), simulator].map(each => each.close()))
  }
}

const order = (posted: readonly Posted[]) => posted.map(({ alerts, at }) => (isEnd(alerts, at) ? 'ended' : 'fired'))
const ends = (posted: readonly Posted[]) => order(posted).filter(each => each === 'ended')
const isEnd = (alerts: readonly Alert[], at: number) => alerts.every(({ endsAt }) => Date.parse(endsAt) <= at)

function trackerFor(upstream: string, url: string, ahead: number): Product {
  const vars = {
    OPENAI_BASE_URL: upstream,
    POLL_CRON: '0 12 1 1 *',
    PREMIUM_TIER_LIMIT: '10000',
    MINI_TIER_LIMIT: '100000',
    ALERT_WEBHOOK_URL: `alertmanager+${url}/api/v2/alerts`,
    CLOCK_AHEAD_MS: String(ahead),
  }
  return new Product(vars, undefined, ENTRY)
}

async function startManager(program: string, pager: string) {
  const dir = mkdtempSync(join(tmpdir(), 'alertmanager-'))
  const port = await freePort()
  const config = join(dir, 'alertmanager.yml')
  writeFileSync(
    config,
    `global: { resolve_timeout: 2s }
route: { receiver: pager, group_by: [alertname], group_wait: 1s, group_interval: 2s, repeat_interval: 1h }
receivers: [{ name: pager, webhook_configs: [{ url: '${pager}', send_resolved: true }] }]
`,
  )
  const listen = ['--web.listen-address', `127.0.0.1:${port}`, '--cluster.listen-address', '']
  const group: ProcessGroup = startGroup(program, ['--config.file', config, '--storage.path', dir, ...listen])
  const url = `http://127.0.0.1:${port}/api/v2/alerts`
  if (!(await until(async () => (await fetch(url)).ok, 20_000))) throw new Error(`no Alertmanager:\n${group.printed()}`)
  return {
    url,
    async end() {
      await group.kill()
      rmSync(dir, { recursive: true, force: true })
    },
  }
}

/** Takes what the trackers' clocks are ahead off the times, and passes it on. */
async function relay(to: string, ahead: number) {
  const posted: Posted[] = []
  const refused: string[] = []
  const back = (time: string) => new Date(Date.parse(time) - ahead).toISOString()
  const server = await listen(async (body, response) => {
    const at = Date.now()
    const alerts = (JSON.parse(body) as Alert[]).map(alert => ({
      ...alert,
      startsAt: back(alert.startsAt),
      endsAt: back(alert.endsAt),
    }))
    const answer = await fetch(to, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(alerts),
    })
    const text = await answer.text()
    if (answer.ok) posted.push({ alerts, at })
    else refused.push(text)
    response.writeHead(answer.status).end(text)
  })
  return { ...server, posted, refused }
}

async function listen(heard: (body: string, response: Parameters<RequestListener>[1]) => unknown) {
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', part => (body += part))
    request.on('end', () => void heard(body, response))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections()
      await new Promise(done => server.close(done))
    },
  }
}
