import {
  abortAllDurableObjects,
  applyD1Migrations,
  type D1Migration,
  evictDurableObject,
  reset,
  runDurableObjectAlarm,
  runInDurableObject,
} from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { expect, vi } from 'vitest'
import { handleRequest } from '../../../src/api/handleRequest.ts'
import { VAR_NAMES, type Vars } from '../../../src/config/readConfig.ts'
import type { Env } from '../../../src/rpc/env.ts'
import type { UsageTracker } from '../../../src/tracker/usageTracker.ts'
import type {
  AlertsView,
  AlertView,
  ModelsView,
  PollView,
  Problem,
  SnapshotPoint,
  StatusView,
  UsageView,
} from '../../../src/wire.ts'
import { contract } from '../contract/contract.ts'
import { leakWatch } from '../security/leakWatch.ts'
import { Dashboard } from './dashboard.ts'
import { countedDb } from './faultyDb.ts'
import { Ledger, type Use } from './ledger.ts'

export { Dashboard } from './dashboard.ts'

export const ADMIN_KEY = 'sk-admin-canary-7d1f0c9a2b'
/** Secrets that most tests have no use for, and that nobody may see all the same. */
const CANARIES: Vars = {
  API_TOKEN: 'vK4tq9ZsW2mXc7Lb0RyH5nJd8PgF3uEaT6iQ1oCw',
  ALERT_WEBHOOK_SECRET: 'whsec_bWlsbGlvbiBsaXR0bGUgY2FuYXJpZXMgc2luZw==',
}
export const UPSTREAM = 'https://api.openai.com'
export const DAY = 86_400
/** A Wednesday that the real clock has not reached: alarms then never fire by themselves, only by `run`. */
export const MIDNIGHT = Date.UTC(2027, 2, 10) / 1000
export const DATE = '2027-03-10'

interface Bindings {
  DB: D1Database
  USAGE_TRACKER: DurableObjectNamespace<UsageTracker>
  TEST_MIGRATIONS: D1Migration[]
}
const bindings = env as unknown as Bindings
const realDb = bindings.DB

/** Of SQLite, without those of the platform. */
const TABLES_SQL =
  "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' AND name NOT GLOB '_cf*'"

export interface Sent {
  url: string
  headers: Headers
  body: string
}

export interface Options {
  vars?: Vars
  /** Seconds after midnight of DATE. */
  start?: number
  migrated?: boolean
}

export type Upstream = (url: URL, request: Request) => Response | Promise<Response | null> | null

/** A tracker in a world of its own: object, D1, ledger, receivers and clock. One at a time. */
export class World {
  readonly ledger = new Ledger(ADMIN_KEY)
  /** Requests for usage to OpenAI, in order. */
  asked: URL[] = []
  /** Requests to OpenAI for anything else, in order. */
  askedBeside: URL[] = []
  /** Answers any request to OpenAI instead of the ledger; null: the ledger answers. */
  upstream: Upstream = () => null
  sent: Sent[] = []
  receiver: (sent: Sent) => Response | Promise<Response> = () => new Response('ok')
  logs: string[] = []
  #http: Env | null = null

  static async make({ vars = {}, start = 12 * 3600, migrated = true }: Options = {}): Promise<World> {
    const world = new World()
    vi.useFakeTimers({ toFake: ['Date'], now: (MIDNIGHT + start) * 1000 })
    for (const method of ['log', 'warn', 'error'] as const) {
      vi.spyOn(console, method).mockImplementation(line => {
        world.logs.push(String(line))
        leakWatch.saw('the log', String(line))
      })
    }
    await reset()
    leakWatch.atEnd(() => world.stored())
    // Other kinds have tests of their own: what those count is what they made.
    const kinds = { ALERTS: 'threshold,watch' }
    world.deploy({ OPENAI_ADMIN_KEY: ADMIN_KEY, AUTH_MODE: 'open', ...kinds, ...CANARIES, ...vars })
    if (migrated) await world.migrate()
    vi.stubGlobal('fetch', (input: Request | string | URL, init?: RequestInit) =>
      world.#fetch(new Request(input, init)),
    )
    return world
  }

  static end(): void {
    vi.unstubAllGlobals()
    vi.restoreAllMocks()
    vi.useRealTimers()
    Object.assign(env, { DB: realDb })
  }

  get stub(): DurableObjectStub<UsageTracker> {
    return bindings.USAGE_TRACKER.getByName('organization')
  }

  /** Unix seconds. */
  get now(): number {
    return Math.floor(Date.now() / 1000)
  }

  set now(seconds: number) {
    vi.setSystemTime(seconds * 1000)
  }

  /** The variables of a deploy. An object that is awake keeps the old ones, as in production: `evict` it. */
  deploy(vars: Vars): void {
    for (const name of VAR_NAMES) delete (env as unknown as Record<string, unknown>)[name]
    Object.assign(env, { ...this.vars, ...vars })
    this.vars = { ...this.vars, ...vars }
    leakWatch.learnVars(this.vars)
    this.#http = null
  }
  vars: Vars = {}

  async redeploy(vars: Vars): Promise<void> {
    this.deploy(vars)
    await this.evict()
  }

  /** Null: the real one. */
  useDb(db: D1Database | null): void {
    Object.assign(env, { DB: db ?? realDb })
    this.#http = null
  }

  countD1(): void {
    const count = (statements: number) => {
      this.#requests += statements
    }
    this.useDb(countedDb(realDb, count))
  }

  /** As where wrangler.toml binds none. */
  unbindDb(): void {
    Object.assign(env, { DB: undefined })
    this.#http = null
  }

  get db(): D1Database {
    return realDb
  }

  async migrate(): Promise<void> {
    await applyD1Migrations(realDb, bindings.TEST_MIGRATIONS)
  }

  async rows<Row>(sql: string, ...params: unknown[]): Promise<Row[]> {
    return (
      await realDb
        .prepare(sql)
        .bind(...params)
        .all<Row>()
    ).results
  }

  use(use: Partial<Use> & { at: number }): Use {
    return this.ledger.add(use)
  }

  /** Tokens of `[from, to)` as visible at `now`, by the tier of the test's own models. */
  truth(from: number, to: number, now = this.now): { premium: number; mini: number } {
    const sum = { premium: 0, mini: 0 }
    for (const use of this.ledger.visible(from, to, now)) {
      sum[/mini|nano|3\.5/.test(use.model ?? '') ? 'mini' : 'premium'] += use.input + use.output
    }
    return sum
  }

  async call<T>(
    line: string,
    headers: Record<string, string> = {},
  ): Promise<{ status: number; body: T; raw: Response }> {
    const [method = 'GET', path = '/'] = line.split(' ')
    const response = await this.fetchApi(new Request(`https://tracker.example${path}`, { method, headers }))
    const text = await response.clone().text()
    return { status: response.status, body: JSON.parse(text) as T, raw: response }
  }

  async fetchApi(request: Request): Promise<Response> {
    this.#http ??= { ...(env as unknown as Env) }
    const waits: Promise<unknown>[] = []
    leakWatch.sawRequest(request)
    const response = await handleRequest(request, this.#http, { waitUntil: promise => void waits.push(promise) })
    await Promise.all(waits)
    await contract.sawAnswer(request, response)
    await leakWatch.sawResponse(`the answer to ${request.method} ${request.url}`, response)
    return response
  }

  usage = async () => (await this.call<UsageView>('GET /api/usage')).body
  status = async () => (await this.call<StatusView>('GET /api/status')).body
  models = async (date = '') => (await this.call<ModelsView>(`GET /api/models${date && `?date=${date}`}`)).body
  alerts = async () => (await this.call<AlertsView>('GET /api/alerts?days=7')).body.alerts
  poll = async () =>
    this.call<Omit<PollView, 'success'> & Omit<Problem, 'success'> & { success: boolean }>('POST /api/poll')
  async history<Point = SnapshotPoint>(query: string): Promise<Point[]> {
    const { status, body } = await this.call<{ snapshots: Point[]; count: number }>(`GET /api/history?${query}`)
    expect(status, JSON.stringify(body)).toBe(200)
    expect(body.count).toBe(body.snapshots.length)
    return body.snapshots
  }

  /** A poll that must succeed and is no cooldown answer, with everything that follows it. */
  async polled() {
    const { status, body } = await this.poll()
    expect([status, body], JSON.stringify(body)).toMatchObject([200, { success: true, cached: false }])
    await this.settle()
    return body
  }

  alarmAt(): Promise<number | null> {
    return runInDurableObject(this.stub, (_, state) => state.storage.getAlarm())
  }

  async watch(): Promise<void> {
    await this.stub.watch()
  }

  /** Runs the alarm that is set, now. */
  async alarm(): Promise<boolean> {
    this.#requestsBefore.push(this.#requests)
    const ran = await runDurableObjectAlarm(this.stub)
    await this.settle()
    return ran
  }

  /** Requests from each alarm to the next: to OpenAI, receivers and, where `countD1` looks, D1. */
  get spent(): number[] {
    return this.#requestsBefore.map((before, n) => (this.#requestsBefore[n + 1] ?? this.#requests) - before)
  }
  #requestsBefore: number[] = []
  #requests = 0

  /** Time passes to `until` (Unix seconds): every alarm runs at its time. */
  async run(until: number): Promise<number> {
    for (let wakes = 0; ; wakes++) {
      const at = await this.alarmAt()
      if (at === null) throw new Error('no alarm is set: the tracker would never wake again')
      if (at > until * 1000) {
        this.now = until
        return wakes
      }
      if (wakes > 5000) throw new Error('the alarm spins')
      vi.setSystemTime(Math.max(at, Date.now()))
      await this.alarm()
    }
  }

  /** Time passes in strides of `stride` seconds: what comes due within one runs late, at its end, as on a busy platform. */
  async stride(until: number, stride: number): Promise<void> {
    while (this.now < until) {
      this.now = Math.min(until, (Math.floor(this.now / stride) + 1) * stride)
      await this.run(this.now + 30)
    }
  }

  /** Runs alarms until nothing is owed soon: backfill, gaps and hours are read. */
  async catchUp(): Promise<void> {
    await this.watch()
    await this.run(this.now + 30)
  }

  async settle(): Promise<void> {
    await runInDurableObject(this.stub, () => new Promise<void>(resolve => setTimeout(resolve, 1)))
  }

  async evict(): Promise<void> {
    await this.stub.ready()
    await evictDurableObject(this.stub)
  }

  async crash(): Promise<void> {
    await abortAllDurableObjects()
  }

  /** Every row of D1 and of the object, as one text. */
  async stored(): Promise<string> {
    const tables = await this.rows<{ name: string }>(TABLES_SQL)
    const d1 = await Promise.all(tables.map(({ name }) => this.rows(`SELECT * FROM ${name}`)))
    const object = await runInDurableObject(this.stub, async (_, { storage }) => {
      const names = [...storage.sql.exec<{ name: string }>(TABLES_SQL)]
      return [names.map(({ name }) => [...storage.sql.exec(`SELECT * FROM ${name}`)]), [...(await storage.list())]]
    })
    return JSON.stringify([d1, object])
  }

  /** A dashboard: its frames as they come. */
  async connect(headers: Record<string, string> = {}): Promise<Dashboard> {
    const request = new Request('https://tracker.example/api/live', { headers: { upgrade: 'websocket', ...headers } })
    const response = await this.fetchApi(request)
    if (response.webSocket === null) throw new Error(`no socket: ${response.status}`)
    return new Dashboard(response.webSocket)
  }

  async #fetch(request: Request): Promise<Response> {
    this.#requests += 1
    const url = new URL(request.url)
    if (url.origin !== UPSTREAM) {
      const sent = { url: request.url, headers: request.headers, body: await request.text() }
      // Where a service wants what it knows a receiver by in the body, there it stands.
      const body = sent.body.replace(/"(routing_key|chat_id|topic)":"[^"]*"/g, '')
      leakWatch.saw('a webhook', JSON.stringify([[...sent.headers], body]))
      this.sent.push(sent)
      return this.receiver(sent)
    }
    const { authorization: _, ...others } = Object.fromEntries(request.headers)
    leakWatch.saw('a request to OpenAI', JSON.stringify([request.url, others]))
    const isUsage = url.pathname === '/v1/organization/usage/completions'
    ;(isUsage ? this.asked : this.askedBeside).push(url)
    const instead = await this.upstream(url, request)
    if (instead !== null) return instead
    if (!isUsage) return nothingElse(url.pathname)
    const { status, body } = this.ledger.answer(url, request.headers, this.now)
    return Response.json(body, { status, headers: { 'x-request-id': 'req_0123' } })
  }
}

/** An organisation without costs and without names. */
function nothingElse(path: string): Response {
  if (path === '/v1/organization/costs')
    return Response.json({ object: 'page', data: [], has_more: false, next_page: null })
  if (/^\/v1\/organization\/(users|projects(\/[^/]+\/api_keys)?)$/.test(path))
    return Response.json({ object: 'list', data: [], first_id: null, last_id: null, has_more: false })
  return Response.json({ error: {} }, { status: 404 })
}

export function byThreshold(alerts: readonly AlertView[]): AlertView[] {
  return [...alerts].sort((a, b) => (a.threshold ?? 0) - (b.threshold ?? 0))
}
