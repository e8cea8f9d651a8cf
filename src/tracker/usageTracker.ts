import { DurableObject } from 'cloudflare:workers'
import { type Config, readConfig } from '../config/readConfig.ts'
import { writeHistory } from '../history/writeHistory.ts'
import { readPolicy, writePolicy } from '../openai/modelPermissions.ts'
import { readCosts } from '../openai/readCosts.ts'
import { readKeys, readProjects, readUsers } from '../openai/readNames.ts'
import { readUsage } from '../openai/readUsage.ts'
import { sendHeartbeat } from '../receivers/heartbeat.ts'
import { sendWebhook } from '../receivers/webhookSender.ts'
import type { Env } from '../rpc/env.ts'
import { SESSION_EXPIRY_HEADER, SESSION_ID_HEADER, type TrackerStub } from '../rpc/trackerStub.ts'
import type { AlertKind, BreakdownBy, CostsBy, RowHoursBy, Tier } from '../wire.ts'
import { nextWakeAt } from './cycle/schedule.ts'
import { LiveHub } from './liveHub.ts'
import type { Ports } from './ports.ts'
import { type NamedKind, readNames } from './store/nameStore.ts'
import { objectSql } from './store/objectSql.ts'
import { migrate } from './store/schema.ts'
import { isEndedSession, readEndedSessions, writeEndedSession } from './store/sessionStore.ts'
import type { Sql } from './store/sql.ts'
import { Tracker } from './tracker.ts'
import { costsView } from './views/costsView.ts'
import { metricsFacts } from './views/metricsFacts.ts'
import { hourPage, ownDays, ownHours, ownRowHours, ownTicks } from './views/ownHistory.ts'
import { ownUsage } from './views/ownUsage.ts'
import { receiversView } from './views/receiversView.ts'

/**
 * The platform runs an alarm again whose run was killed or threw, but drops it after six times. So from the second run on this
 * one is set first, in place of the retries: there is always one more. An alarm set is a row written, so no first run sets it.
 */
const FALLBACK_ALARM_MS = 5_000

/**
 * The one object of an organisation: its alarm is the scheduler, its storage the truth, its sockets the dashboards. A
 * shell: it lends the tracker storage, clock, randomness and sockets, and keeps the alarm set.
 */
export class UsageTracker extends DurableObject<Env> implements TrackerStub {
  readonly #tracker: Tracker
  readonly #hub: LiveHub
  readonly #sql: Sql
  /** Tells this start of the object from all others. */
  readonly #life = crypto.randomUUID()
  #config: { env: Env; config: Config } | null = null

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env)
    const sql = objectSql(ctx.storage)
    migrate(sql)
    this.#sql = sql
    this.#hub = new LiveHub(ctx, {
      reserved: () => this.#tracker.framesReserved(),
      reserve: upTo => this.#tracker.reserveFrames(upTo),
    })
    const ports: Ports = {
      sql,
      now: () => Date.now(),
      random: () => Math.random(),
      config: () => this.#readConfig(),
      readUsage,
      readCosts,
      readProjects,
      readUsers,
      readKeys,
      readPolicy,
      writePolicy,
      // Read at use: a test may put another database in its place.
      writeHistory: entries => writeHistory(this.env.DB, entries),
      sendWebhook: (channel, message, delivery) => {
        const { webhookSecret: secret, publicUrl, emailFrom: from } = this.#readConfig()
        const email = { binding: this.env.EMAIL ?? null, from }
        return sendWebhook(channel, message, delivery, { secret, publicUrl, email, now: Date.now() })
      },
      sendHeartbeat,
      broadcast: frames => this.#hub.broadcast(frames, nowS()),
      connections: () => this.#hub.count(),
      log: record => console.log(JSON.stringify(record)),
    }
    // A failure is logged, and the alarm that is set or the next watch makes up for it.
    this.#tracker = new Tracker(ports, () => void this.#arm().catch(() => {}))
  }

  /**
   * Sets the alarm when none is set or the set one is late: called on requests and by the cron trigger. Where no alarm
   * can be set, what is due is done at once, so that polls go on with the cron trigger.
   */
  async watch(): Promise<void> {
    await this.#arm().catch(() => this.#tracker.wake())
  }

  async usageText() {
    return this.#tracker.views.usageText()
  }

  async revision() {
    return `${this.#life} ${this.#tracker.views.revision()}`
  }

  async metrics() {
    return metricsFacts(this.#tracker.desk, this.#tracker.views)
  }

  async models(date: string) {
    return this.#tracker.views.models(date)
  }

  async alerts(days: number, kinds: readonly AlertKind[]) {
    return this.#tracker.views.alerts(days, kinds)
  }

  async forecast() {
    return this.#tracker.views.forecast()
  }

  async headroom(tier: Tier, tokens: number, strict: boolean) {
    return this.#tracker.headroom(tier, tokens, strict)
  }

  async status() {
    return this.#tracker.views.status()
  }

  async ready() {
    return this.#tracker.views.isReady()
  }

  async poll() {
    return this.#tracker.pollNow()
  }

  async reconcile(date: string) {
    return this.#tracker.reconcile(date)
  }

  async ownTicks(from: string, to: string) {
    return ownTicks(this.#tracker.desk, from, to)
  }

  async ownHours(from: string, to: string) {
    return ownHours(this.#tracker.desk, from, to)
  }

  async ownDays(from: string, to: string) {
    return ownDays(this.#tracker.desk, from, to)
  }

  async hourPage(limit: number, offset: number) {
    return hourPage(this.#tracker.desk, limit, offset)
  }

  async ownUsage(from: string, to: string, by: BreakdownBy) {
    return ownUsage(this.#tracker.desk, from, to, by)
  }

  async ownRowHours(date: string, by: RowHoursBy, id: string) {
    return ownRowHours(this.#tracker.desk, { date, by, id })
  }

  async names(kind: NamedKind, ids: string[]) {
    return Object.fromEntries(readNames(this.#sql, kind, ids))
  }

  async costs(by: CostsBy, from: string, to: string) {
    return costsView(this.#tracker.desk, { by, from, to })
  }

  async receivers() {
    return receiversView(this.#tracker.desk)
  }

  async brake() {
    return this.#tracker.brake()
  }

  async changeBrake(action: 'set' | 'release', tiers: readonly Tier[]) {
    return this.#tracker.changeBrake(action, tiers)
  }

  async testReceiver(id: string) {
    return this.#tracker.testReceiver(id)
  }

  async endSession(id: string, expiresAt: number) {
    writeEndedSession(this.#sql, id, expiresAt, nowS())
    this.#hub.endSession(id)
  }

  async endedSessions() {
    return readEndedSessions(this.#sql, nowS())
  }

  /** The socket upgrade of a request that the API has let pass. */
  override async fetch(request: Request): Promise<Response> {
    if (request.headers.get('upgrade')?.toLowerCase() !== 'websocket') return new Response(null, { status: 404 })
    const sessionId = request.headers.get(SESSION_ID_HEADER)
    if (sessionId !== null && isEndedSession(this.#sql, sessionId)) return new Response(null, { status: 401 })
    const expiry = Number(request.headers.get(SESSION_EXPIRY_HEADER) ?? Number.NaN)
    const listener = { expiresAt: Number.isFinite(expiry) ? expiry : null, sessionId }
    return this.#hub.accept(listener, this.#tracker.snapshot(), nowS())
  }

  /** Never throws and always re-arms: a throw after a new alarm was set is not retried, and six throws end it for good. */
  override async alarm(run?: AlarmInvocationInfo): Promise<void> {
    try {
      if (run?.isRetry === true) await this.ctx.storage.setAlarm(Date.now() + FALLBACK_ALARM_MS)
      await this.#tracker.wake()
    } finally {
      await this.#arm(true)
    }
  }

  override async webSocketMessage(socket: WebSocket) {
    this.#hub.refuse(socket)
  }

  override async webSocketClose(socket: WebSocket, code: number) {
    this.#hub.closed(socket, code)
  }

  override async webSocketError(socket: WebSocket) {
    this.#hub.closed(socket, 1011)
  }

  async #arm(anew = false): Promise<void> {
    try {
      const armed = anew ? null : await this.ctx.storage.getAlarm()
      const at = nextWakeAt(armed, this.#tracker.dues(), Date.now())
      if (at !== null) await this.ctx.storage.setAlarm(at)
    } catch (error) {
      console.log(JSON.stringify({ event: 'fault', level: 'error', where: 'arm', error: String(error) }))
      await this.ctx.storage.setAlarm(Date.now() + FALLBACK_ALARM_MS)
    }
  }

  #readConfig(): Config {
    if (this.#config?.env !== this.env) this.#config = { env: this.env, config: readConfig(this.env) }
    return this.#config.config
  }
}

function nowS(): number {
  return Math.floor(Date.now() / 1000)
}
