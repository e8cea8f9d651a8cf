import { DurableObject } from 'cloudflare:workers'
import type { Env } from '../../src/rpc/env.ts'
import { UsageTracker } from '../../src/tracker/usageTracker.ts'
import { answerOf, LARGE, limitsFor, ORDINARY } from '../organisation.ts'
import { bareDb, blindDb } from './blindDb.ts'
import { type Alarm, countStorage } from './countedStorage.ts'
import { type Counts, noCounts } from './counts.ts'
import { moveClock } from './movedClock.ts'

export const SIZES = { ordinary: ORDINARY, large: LARGE } as const
export type SizeName = keyof typeof SIZES

export interface Life {
  size: SizeName
  startMs: number
  vars: Record<string, string>
}

export interface Stretch {
  untilMs: number
  vars: Record<string, string>
  /** `blind`: takes every write and keeps nothing; `bare`: has no tables. */
  d1: 'real' | 'blind' | 'bare'
  dashboards: number
  /** Days before this (Unix ms) have all their use in one hour; as it was where it is not said. */
  busyFromMs?: number
  /** True: nothing happens before `untilMs`. */
  absent?: boolean
}

/** The platform takes an idle object from memory after about so long. */
const HIBERNATES_AFTER_MS = 10_000
/** A page that is opened asks for all it shows. */
const PAGE_OPENED_EVERY_MS = 3_600_000
const DAY_MS = 86_400_000

/**
 * The product's object on a clock that is moved: its own code on its own storage, with a stand-in for OpenAI and the receivers.
 * Every wake after a pause finds it evicted: it is constructed anew.
 */
export class AgedTracker extends DurableObject<Env> {
  readonly #alarm: Alarm = { at: null }
  readonly #readCursors: () => void
  #counts = noCounts()
  #life: Life | null = null
  #clock = 0
  #lastWake = 0
  #tracker: UsageTracker | null = null
  #vars: Env = this.env
  #usesNetwork = false
  #busyFromS = 0
  #pending = 0
  #subrequests = 0
  #dashboards: WebSocket[] = []

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env)
    this.#readCursors = countStorage(ctx.storage, this.#alarm, () => this.#counts)
  }

  async begin(life: Life): Promise<void> {
    this.#life = life
    // What is logged is made and thrown away: here it would be written to a terminal.
    console.log = () => {}
    const fetchOutside = globalThis.fetch
    globalThis.fetch = async (input, init) => {
      this.#subrequests += 1
      const url = new URL(input instanceof Request ? input.url : String(input))
      if (!url.pathname.startsWith('/v1/organization/')) {
        this.#counts.messages += 1
        return new Response('ok')
      }
      this.#counts.openaiRequests += 1
      if (this.#usesNetwork) return fetchOutside(input, init)
      const body = answerOf(SIZES[life.size], url, Math.floor(this.#clock / 1000), this.#busyFromS)
      return new Response(body, { headers: { 'content-type': 'application/json' } })
    }
    this.#setClock(life.startMs)
    this.#configure({}, 'real')
    await this.#object().watch()
  }

  /** Lets time pass and tells what it cost. */
  async run(stretch: Stretch): Promise<Counts> {
    this.#configure(stretch.vars, stretch.d1)
    if (stretch.busyFromMs !== undefined) this.#busyFromS = stretch.busyFromMs / 1000
    this.#connect(stretch.dashboards)
    await this.#settle()
    this.#counts = noCounts()
    if (stretch.absent === true) {
      this.#setClock(stretch.untilMs)
      return this.#counts
    }
    const from = this.#clock
    let opensAt = stretch.dashboards > 0 ? this.#clock + PAGE_OPENED_EVERY_MS / 4 : Number.POSITIVE_INFINITY
    for (;;) {
      const at = this.#alarm.at
      if (at === null) throw new Error('no alarm is set: the tracker would never wake again')
      const next = Math.min(at, opensAt)
      if (next >= stretch.untilMs) break
      this.#setClock(Math.max(next, this.#clock))
      if (next === at) {
        await this.wake()
        this.#counts.lastWakeS = Math.round((this.#clock - from) / 1000)
      }
      if (next === opensAt) {
        await this.#openPage()
        opensAt += PAGE_OPENED_EVERY_MS
      }
    }
    this.#setClock(stretch.untilMs)
    return this.#counts
  }

  /** From now on requests to OpenAI leave the runtime. */
  async useNetwork(): Promise<void> {
    this.#usesNetwork = true
  }

  /** One alarm, with all that follows it. */
  async wake(nowMs?: number): Promise<void> {
    if (nowMs !== undefined) this.#setClock(nowMs)
    this.#alarm.at = null
    this.#subrequests = 0
    await this.#object().alarm()
    await this.#settle()
    this.#counts.wakes += 1
    this.#counts.mostSubrequests = Math.max(this.#counts.mostSubrequests, this.#subrequests)
  }

  async usageText(): Promise<string> {
    return this.#object().usageText()
  }

  /** Rows that D1 is owed, 200 of each table at most. */
  async owed(): Promise<number> {
    return (await this.#object().status()).outbox.pending
  }

  /** Bytes. */
  async databaseSize(): Promise<number> {
    return this.ctx.storage.sql.databaseSize
  }

  #setClock(ms: number): void {
    this.#clock = ms
    moveClock(ms)
  }

  #configure(vars: Record<string, string>, d1: Stretch['d1']): void {
    const { size, vars: ofLife } = this.#life ?? { size: 'ordinary' as const, vars: {} }
    this.#tracker = null
    this.#vars = {
      ...this.env,
      OPENAI_ADMIN_KEY: 'sk-admin-bench',
      AUTH_MODE: 'open',
      ...limitsFor(SIZES[size]),
      ...ofLife,
      ...vars,
      DB: this.#db(d1),
    }
  }

  #db(d1: Stretch['d1']): D1Database {
    if (d1 === 'real') return this.#countedDb()
    const count = () => void this.#subrequests++
    return d1 === 'blind' ? blindDb(count) : bareDb(count)
  }

  #object(): UsageTracker {
    if (this.#tracker === null || this.#clock - this.#lastWake >= HIBERNATES_AFTER_MS) {
      this.#tracker = new UsageTracker(this.ctx, this.#vars)
    }
    this.#lastWake = this.#clock
    return this.#tracker
  }

  /** Messages go out beside the wake: it is over when nothing is under way any more. */
  async #settle(): Promise<void> {
    do await scheduler.wait(1)
    while (this.#pending > 0)
    this.#readCursors()
  }

  #countedDb(): D1Database {
    const { DB } = this.env
    const batch = async (statements: D1PreparedStatement[]) => {
      this.#subrequests += statements.length
      this.#pending += 1
      try {
        const results = await DB.batch(statements)
        for (const { meta } of results) {
          this.#counts.d1RowsWritten += meta.rows_written
          this.#counts.d1RowsRead += meta.rows_read
        }
        return results
      } finally {
        this.#pending -= 1
      }
    }
    return { prepare: (query: string) => DB.prepare(query), batch } as unknown as D1Database
  }

  #connect(wanted: number): void {
    for (const socket of this.#dashboards.splice(wanted)) socket.close()
    while (this.#dashboards.length < wanted) {
      const { 0: client, 1: server } = new WebSocketPair()
      this.ctx.acceptWebSocket(server)
      server.serializeAttachment({ expiresAt: null, sessionId: null })
      client.accept()
      this.#dashboards.push(client)
    }
  }

  /** What the page asks of the object when it is opened. */
  async #openPage(): Promise<void> {
    const object = this.#object()
    const date = (ms: number) => new Date(ms).toISOString().slice(0, 10)
    const today = date(this.#clock)
    await object.watch()
    await object.usageText()
    await object.status()
    await object.alerts(7, ['threshold'])
    await object.ownTicks(today, today)
    await object.ownDays(date(this.#clock - 29 * DAY_MS), today)
    await this.#settle()
  }
}
