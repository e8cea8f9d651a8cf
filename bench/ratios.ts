// What the product costs beside a bare object on the same runtime, in one run: medians of batches that take turns, so that a
// busy machine slows both down.

import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Audience } from './audience.ts'
import { answerOf, limitsFor, ORDINARY } from './organisation.ts'
import { count, Report } from './report.ts'
import { type Runtime, startRuntime } from './runtime.ts'

const DAY_MS = 86_400_000
const TICK_MS = 300_000
const START_MS = Date.parse('2026-01-05T00:00:00Z')
/** Of a `GET`, as it was wished for; the least poll there can be is past it, so it is shown and not held. */
const WISHED_POLL_TIMES = 5
const MOST_POLL_TIMES = 5
const MOST_FAN_OUT_TIMES = 1.3
const BATCHES = 15
const POLLS_A_BATCH = 40
const GETS_A_BATCH = 200
/** Of the organisation's minutes, as a poll asks for them. */
const LEAST_POLL = 'bucket_width=1m&limit=20&group_by=model&group_by=project_id&group_by=service_tier&group_by=batch'
const LEAST_POLL_LOOKS_BACK_S = 900
const DASHBOARDS = 1000
const FAN_OUTS = 20
const FAN_OUT_WARM_UPS = 3

/** What OpenAI's stand-in takes for now (Unix ms); null: the real time. */
let upstreamNow: number | null = null
const upstream = await startUpstream()
const OPENAI_BASE_URL = `http://127.0.0.1:${(upstream.address() as AddressInfo).port}/v1`
const runtime = await startRuntime({
  OPENAI_BASE_URL,
  OPENAI_ADMIN_KEY: 'sk-admin-bench',
  AUTH_MODE: 'open',
  POLL_COOLDOWN_SECONDS: '0',
  ...limitsFor(ORDINARY),
})
try {
  const report = new Report()
  report.text(`## Beside a bare object

45 groups; medians of batches that take turns in one run of workerd. CPU is that of the whole
workerd, by the scheduler's own account. The poll is an alarm with all that follows it, of an object that was evicted before; hours are read
in each third, all of them in each twelfth; OpenAI answers over the network from another process, D1 at once. The least poll is
one request to OpenAI by a bare object, its answer parsed, one row written.
`)
  // The clock of this runtime is moved by what comes second.
  const fanOut = await fanOutTimes(runtime)
  const poll = await pollTimes(runtime)
  report.table(
    ['What', 'Product', 'Bare object', 'Ratio', 'At most'],
    [
      [
        'CPU of a whole poll beside the least one, ms',
        count(poll.besideLeast.product),
        count(poll.besideLeast.bare),
        report.bounded('CPU of a poll beside the least one', poll.besideLeast.ratio, MOST_POLL_TIMES),
        count(MOST_POLL_TIMES),
      ],
      [
        "CPU of a whole poll beside a bare object's `GET`, ms",
        count(poll.cpu.product),
        count(poll.cpu.bare),
        count(poll.cpu.ratio),
        `wished: ${WISHED_POLL_TIMES}`,
      ],
      [
        'CPU of the least poll beside the same `GET`, ms',
        count(poll.least.product),
        count(poll.least.bare),
        count(poll.least.ratio),
        '',
      ],
      [
        'a whole poll beside a `GET` by the wall clock, ms',
        count(poll.wall.product),
        count(poll.wall.bare),
        count(poll.wall.ratio),
        '',
      ],
      [
        'a poll with 1,000 dashboards until the last has it, beside a bare loop of `send`, ms',
        count(fanOut.product),
        count(fanOut.bare),
        report.bounded('a poll until the last dashboard has it', fanOut.ratio, MOST_FAN_OUT_TIMES),
        count(MOST_FAN_OUT_TIMES),
      ],
    ],
  )
  report.end()
} finally {
  await runtime.end()
  upstream.close()
}

interface Cost {
  cpuMs: number
  wallMs: number
}

interface Times {
  product: number
  bare: number
  ratio: number
}

/** Alarms of an object that is three days old and evicted before each, with OpenAI over the network and a D1 that answers at once: its work is not the object's. */
async function pollTimes({ ask, cpuNs }: Runtime): Promise<Record<'cpu' | 'wall' | 'least' | 'besideLeast', Times>> {
  await ask('/aged/begin', { size: 'ordinary', startMs: START_MS, vars: {} })
  let now = START_MS + 3 * DAY_MS + DAY_MS / 4
  await ask('/aged/run', { untilMs: now, vars: { POLL_CRON: '0 */6 * * *' }, d1: 'real', dashboards: 0 })
  await ask('/aged/run', { untilMs: now, vars: { OPENAI_BASE_URL }, d1: 'blind', dashboards: 0 })
  await ask('/aged/network', {})
  await ask('/bare/keep', await (await ask('/aged/usage')).text())
  const rounds: { product: Cost; least: Cost; bare: Cost }[] = []
  for (let batch = 0; batch <= BATCHES; batch++) {
    const product = await timed(cpuNs, POLLS_A_BATCH, async () => {
      now += TICK_MS
      upstreamNow = now
      await (await ask(`/aged/wake?now=${now}`)).arrayBuffer()
    })
    const bare = await timed(cpuNs, GETS_A_BATCH, async () => {
      await (await ask('/bare')).arrayBuffer()
    })
    const least = await timed(cpuNs, POLLS_A_BATCH, async () => {
      const from = Math.floor(now / 1000) - LEAST_POLL_LOOKS_BACK_S
      const query = `${OPENAI_BASE_URL}/organization/usage/completions?start_time=${from}&${LEAST_POLL}`
      await (await ask('/bare/poll', query)).arrayBuffer()
    })
    // The first batch warms up.
    if (batch > 0) rounds.push({ product, least, bare })
  }
  return {
    cpu: timesOf(rounds.map(({ product, bare }) => [product.cpuMs, bare.cpuMs])),
    wall: timesOf(rounds.map(({ product, bare }) => [product.wallMs, bare.wallMs])),
    least: timesOf(rounds.map(({ least, bare }) => [least.cpuMs, bare.cpuMs])),
    besideLeast: timesOf(rounds.map(({ product, least }) => [product.cpuMs, least.cpuMs])),
  }
}

/** From the request for a poll, or for a loop of `send`, until the last of 1,000 sockets has its frame; two of each a turn. */
async function fanOutTimes({ url, ask, hibernate }: Runtime): Promise<Times> {
  const live = url.replace('http', 'ws')
  await (await ask('/api/poll', '')).arrayBuffer()
  const dashboards = await Audience.of(`${live}/api/live`, DASHBOARDS, text => text.startsWith('{"type":"usage"'))
  const bare = await Audience.of(`${live}/bare/live`, DASHBOARDS, () => true)
  // What comes after the frame that is waited for (a status, a pong) is not to be taken in during the other's time.
  const quiet = () => new Promise(resolve => setTimeout(resolve, 100))
  const poll = async () => {
    await quiet()
    await hibernate('UsageTracker', 'organization')
    return dashboards.until(async () => void (await ask('/api/poll', '')))
  }
  const loop = async () => {
    await quiet()
    await hibernate('BareObject', 'bare')
    return bare.until(async () => void (await ask('/bare/send', dashboards.last)))
  }
  const pairs: [number, number][] = []
  for (let turn = 0; turn < FAN_OUT_WARM_UPS + FAN_OUTS; turn++) {
    // Each is first and last as often as in the middle, so that neither drift nor the other's garbage weighs on one alone.
    const [first, second, third, fourth] = [await poll(), await loop(), await loop(), await poll()]
    const pair: [number, number] = [(first + fourth) / 2, (second + third) / 2]
    if (turn >= FAN_OUT_WARM_UPS) pairs.push(pair)
  }
  dashboards.end()
  bare.end()
  return timesOf(pairs)
}

async function timed(cpuNs: () => number, times: number, work: () => Promise<void>): Promise<Cost> {
  const [cpu, wall] = [cpuNs(), performance.now()]
  for (let time = 0; time < times; time++) await work()
  return { cpuMs: (cpuNs() - cpu) / 1e6 / times, wallMs: (performance.now() - wall) / times }
}

function timesOf(pairs: readonly [number, number][]): Times {
  return {
    product: median(pairs.map(([product]) => product)),
    bare: median(pairs.map(([, bare]) => bare)),
    ratio: median(pairs.map(([product, bare]) => product / bare)),
  }
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}

/** OpenAI in this process, so that its work is not the product's. */
async function startUpstream(): Promise<Server> {
  const server = createServer((request, response) => {
    const nowS = Math.floor((upstreamNow ?? Date.now()) / 1000)
    response.setHeader('content-type', 'application/json')
    response.end(answerOf(ORDINARY, new URL(request.url ?? '/', 'http://upstream'), nowS))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return server
}
