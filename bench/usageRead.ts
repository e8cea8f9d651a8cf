// GET /api/usage beside a bare Worker whose bare object returns the same text by RPC: all in one workerd, the product built as
// it is deployed, asked in small batches that take turns. CPU time of workerd, whose one thread answers everything, is what
// bounds its rate, and stays about the same on a machine that does other things too; the wall clock does not.

import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { convertV4MiniflareOptions, Miniflare } from 'miniflare'
import { bundle, ROOT } from './bundle.ts'
import { limitsFor, ORDINARY, usagePage } from './organisation.ts'
import { settledTracker } from './settledTracker.ts'
import { Clients } from './usageReadClients.ts'
import { workerdCpuMs } from './usageReadCpu.ts'

const LEAST_RATIO = 0.85
const MODES = ['open', 'token'] as const
const ROUNDS = 400
/** Until V8 has compiled what is asked often. */
const WARM_UP_ROUNDS = 30
const REQUESTS_A_BATCH = 100
const API_TOKEN = 'bench-token-0123456789abcdef0123456789abcdef'
const AUTHORIZATION = { authorization: `Bearer ${API_TOKEN}` }

/** What a read costs at the least: a Worker that asks one object, and hands on what it says. */
const BARE = `import { DurableObject } from 'cloudflare:workers'
export class Bare extends DurableObject {
  #text = ''
  async keep(text) { this.#text = text }
  async text() { return this.#text }
}
const headers = { 'content-type': 'application/json' }
export default {
  async fetch(request, env) {
    const bare = env.BARE.getByName('bare')
    if (request.method === 'POST') return new Response(await bare.keep(await request.text()))
    return new Response(await bare.text(), { headers })
  },
}`

/** Of one request, on average over a batch. */
interface Cost {
  cpuMs: number
  wallMs: number
}

const upstream = await startUpstream()
const folder = mkdtempSync(join(tmpdir(), 'usage-read-'))
const runtime = startRuntime()
try {
  const costs = await measure()
  const bare = costs.get('bare') ?? []
  console.log(`## \`GET /api/usage\` beside a bare object that returns the same text

Medians of ${ROUNDS} rounds, in brackets what half of them lie between.

| AUTH_MODE | Its rate beside the bare object's, by CPU time | At least | By the wall clock | CPU of a request, µs | of the bare object, µs |
| --- | ---: | ---: | ---: | ---: | ---: |`)
  for (const mode of MODES) {
    const [cpu, wall] = [
      comparison(costs.get(mode) ?? [], bare, 'cpuMs'),
      comparison(costs.get(mode) ?? [], bare, 'wallMs'),
    ]
    const isEnough = cpu.ratio >= LEAST_RATIO
    const shown = isEnough ? cpu.shown : `**${cpu.shown}**`
    console.log(`| ${mode} | ${shown} | ${LEAST_RATIO} | ${wall.shown} | ${cpu.productUs} | ${cpu.bareUs} |`)
    if (isEnough) continue
    console.error(`PAST ITS BOUND: GET /api/usage, AUTH_MODE=${mode}: ${cpu.shown}, wanted at least ${LEAST_RATIO}`)
    process.exitCode = 1
  }
} finally {
  await runtime.dispose()
  rmSync(folder, { recursive: true, force: true })
  upstream.close()
}

function startRuntime(): Miniflare {
  const { script } = bundle(folder, { config: 'wrangler.toml', minify: true })
  const toml = readFileSync(join(ROOT, 'wrangler.toml'), 'utf8')
  const shared = {
    modules: true,
    compatibilityDate: /^compatibility_date = "(.*)"/m.exec(toml)?.[1] ?? '',
    // Not through the simulator's own router, which costs more than what is measured.
    unsafeDirectSockets: [{ host: '127.0.0.1', port: 0 }],
  }
  const bindings = {
    OPENAI_BASE_URL: `http://127.0.0.1:${(upstream.address() as AddressInfo).port}/v1`,
    OPENAI_ADMIN_KEY: 'sk-admin-bench',
    ...limitsFor(ORDINARY),
  }
  const products = MODES.map(mode => ({
    ...shared,
    name: mode,
    script,
    durableObjects: { USAGE_TRACKER: { className: 'UsageTracker', useSQLite: true } },
    d1Databases: ['DB'],
    bindings: { ...bindings, AUTH_MODE: mode, API_TOKEN },
  }))
  const bare = {
    ...shared,
    name: 'bare',
    script: BARE,
    durableObjects: { BARE: { className: 'Bare', useSQLite: true } },
  }
  return new Miniflare(convertV4MiniflareOptions({ workers: [...products, bare], handleStructuredLogs: () => {} }))
}

/** Costs by what was asked, one a round. */
async function measure(): Promise<Map<string, Cost[]>> {
  const clients = new Map<string, Clients>()
  // All of them before the first connection: workerd closes one that is idle for some seconds.
  for (const mode of MODES) await settledTracker(await runtime.unsafeGetDirectURL(mode), AUTHORIZATION)
  for (const name of [...MODES, 'bare'] as const) {
    const url = await runtime.unsafeGetDirectURL(name)
    if (name === 'bare') await fetch(url, { method: 'POST', body: await usageText('open') })
    clients.set(name, await Clients.of(url, '/api/usage', AUTHORIZATION))
  }
  const costs = new Map([...clients.keys()].map(name => [name, [] as Cost[]]))
  const order = [...clients]
  for (let round = 0; round < WARM_UP_ROUNDS + ROUNDS; round++) {
    // Whoever comes after another may find the machine in another state.
    order.push(...order.splice(0, 1))
    if (round % order.length === 0) order.reverse()
    for (const [name, asking] of order) {
      const cost = await costOf(asking)
      if (round >= WARM_UP_ROUNDS) costs.get(name)?.push(cost)
    }
  }
  for (const asking of clients.values()) asking.end()
  return costs
}

async function usageText(mode: string): Promise<string> {
  const url = new URL('/api/usage', await runtime.unsafeGetDirectURL(mode))
  return (await mustBeOk(await fetch(url, { headers: AUTHORIZATION }))).text()
}

async function mustBeOk(response: Response): Promise<Response> {
  if (!response.ok) throw new Error(`${response.url}: ${response.status} ${await response.text()}`)
  return response
}

async function costOf(clients: Clients): Promise<Cost> {
  const [cpu, wall] = [workerdCpuMs(), performance.now()]
  await clients.ask(REQUESTS_A_BATCH)
  const [cpuMs, wallMs] = [workerdCpuMs() - cpu, performance.now() - wall]
  return { cpuMs: cpuMs / REQUESTS_A_BATCH, wallMs: wallMs / REQUESTS_A_BATCH }
}

function comparison(product: readonly Cost[], bare: readonly Cost[], by: keyof Cost) {
  const ratios = product.map((cost, round) => (bare[round]?.[by] ?? Number.NaN) / cost[by])
  const [lower, ratio, upper] = [0.25, 0.5, 0.75].map(at => quantile(ratios, at))
  const us = (costs: readonly Cost[]) =>
    Math.round(
      1000 *
        quantile(
          costs.map(cost => cost[by]),
          0.5,
        ),
    )
  return {
    ratio: ratio ?? Number.NaN,
    shown: `${ratio?.toFixed(3)} (${lower?.toFixed(2)} to ${upper?.toFixed(2)})`,
    productUs: us(product),
    bareUs: us(bare),
  }
}

function quantile(values: readonly number[], at: number): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length * at)] ?? Number.NaN
}

/** OpenAI in this process. */
async function startUpstream(): Promise<Server> {
  const server = createServer((request, response) => {
    response.setHeader('content-type', 'application/json')
    response.end(usagePage(ORDINARY, new URL(request.url ?? '/', 'http://upstream'), Math.floor(Date.now() / 1000)))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return server
}
