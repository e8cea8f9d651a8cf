// What a client costs that asks with If-None-Match, beside one that does not: the same tracker, the same questions, in one
// workerd, in small batches that take turns. CPU of workerd by the scheduler's own account.

import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { convertV4MiniflareOptions, Miniflare } from 'miniflare'
import { bundle, ROOT } from './bundle.ts'
import { answerOf, limitsFor, ORDINARY } from './organisation.ts'
import { count, Report } from './report.ts'
import { settledTracker } from './settledTracker.ts'
import { Clients } from './usageReadClients.ts'
import { workerdCpuMs } from './usageReadCpu.ts'

/** `most`: of the CPU of a client that does not say what it has. */
const QUESTIONS = [
  { path: '/api/usage', most: 1, requestsABatch: 100, rounds: 100 },
  { path: '/api/breakdown?by=model&days=30', most: 0.5, requestsABatch: 20, rounds: 30 },
  { path: '/api/history?days=7&interval=hour', most: 0.5, requestsABatch: 20, rounds: 30 },
] as const
type Question = (typeof QUESTIONS)[number]
const WARM_UP_ROUNDS = 10
const API_TOKEN = 'bench-token-0123456789abcdef0123456789abcdef'
const AUTHORIZATION = { authorization: `Bearer ${API_TOKEN}` }

const upstream = await startUpstream()
const folder = mkdtempSync(join(tmpdir(), 'conditional-'))
const runtime = startRuntime()
try {
  await migrate()
  const url = await runtime.unsafeGetDirectURL('product')
  await settledTracker(url, AUTHORIZATION)
  const report = new Report()
  report.text(`## A client that says what it has

\`If-None-Match\` with the tag of the last answer, beside the same question without: medians of batches that take turns, µs of CPU a request.
`)
  const rows: string[][] = []
  for (const question of QUESTIONS) {
    const { path, most } = question
    const { asks, says } = await measure(url, question)
    const share = median(says.map((cpu, round) => cpu / (asks[round] ?? Number.NaN)))
    const shown = report.bounded(`${path} with If-None-Match`, share, most)
    rows.push([`\`GET ${path}\``, us(asks), us(says), shown, count(most)])
  }
  report.table(['What', '200', '304', 'Share', 'At most'], rows)
  report.end()
} finally {
  await runtime.dispose()
  rmSync(folder, { recursive: true, force: true })
  upstream.close()
}

/** CPU of a request in each round, ms. */
async function measure(
  url: URL,
  { path, requestsABatch, rounds }: Question,
): Promise<{ asks: number[]; says: number[] }> {
  const answer = await mustBeOk(await fetch(new URL(path, url), { headers: AUTHORIZATION }))
  const tag = answer.headers.get('etag') ?? ''
  await answer.arrayBuffer()
  const clients = [
    await Clients.of(url, path, AUTHORIZATION),
    await Clients.of(url, path, { ...AUTHORIZATION, 'if-none-match': tag }, 304),
  ] as const
  const costs = { asks: [] as number[], says: [] as number[] }
  const turns = [['asks', clients[0]] as const, ['says', clients[1]] as const]
  for (let round = 0; round < WARM_UP_ROUNDS + rounds; round++) {
    // Whoever comes after another may find the machine in another state.
    turns.reverse()
    for (const [name, asking] of turns) {
      const before = workerdCpuMs()
      await asking.ask(requestsABatch)
      if (round >= WARM_UP_ROUNDS) costs[name].push((workerdCpuMs() - before) / requestsABatch)
    }
  }
  for (const client of clients) client.end()
  return costs
}

function startRuntime(): Miniflare {
  const { script } = bundle(folder, { config: 'wrangler.toml', minify: true })
  const toml = readFileSync(join(ROOT, 'wrangler.toml'), 'utf8')
  const product = {
    name: 'product',
    modules: true,
    script,
    compatibilityDate: /^compatibility_date = "(.*)"/m.exec(toml)?.[1] ?? '',
    unsafeDirectSockets: [{ host: '127.0.0.1', port: 0 }],
    durableObjects: { USAGE_TRACKER: { className: 'UsageTracker', useSQLite: true } },
    d1Databases: ['DB'],
    bindings: {
      OPENAI_BASE_URL: `http://127.0.0.1:${(upstream.address() as AddressInfo).port}/v1`,
      OPENAI_ADMIN_KEY: 'sk-admin-bench',
      AUTH_MODE: 'token',
      API_TOKEN,
      // What a poll changes is another answer: none comes while this measures.
      POLL_CRON: '0 12 1 1 *',
      ...limitsFor(ORDINARY),
    },
  }
  return new Miniflare(convertV4MiniflareOptions({ workers: [product], handleStructuredLogs: () => {} }))
}

async function migrate(): Promise<void> {
  const db = await runtime.getD1Database('DB')
  const migrations = join(ROOT, 'migrations')
  for (const name of readdirSync(migrations).sort()) {
    const statements = readFileSync(join(migrations, name), 'utf8').replace(/--.*$/gm, '').split(';')
    for (const statement of statements.filter(each => each.trim() !== '')) await db.prepare(statement).run()
  }
}

async function mustBeOk(response: Response): Promise<Response> {
  if (!response.ok) throw new Error(`${response.url}: ${response.status} ${await response.text()}`)
  return response
}

function us(costs: readonly number[]): string {
  return String(Math.round(1000 * median(costs)))
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}

/** OpenAI in this process. */
async function startUpstream(): Promise<Server> {
  const server = createServer((request, response) => {
    response.setHeader('content-type', 'application/json')
    response.end(answerOf(ORDINARY, new URL(request.url ?? '/', 'http://upstream'), Math.floor(Date.now() / 1000)))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return server
}
