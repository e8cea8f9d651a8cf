import { startDeadline } from '../deadline.ts'
import { faultWords, type UpstreamFault } from '../openai/upstreamFault.ts'
import type { PollOutcome, ReconcileOutcome, TrackerFailure } from '../rpc/trackerStub.ts'
import { addDays, dateOf, startOf } from '../usage/utcDay.ts'
import type { AlertView, PollView } from '../wire.ts'
import { historyRetryAt, type Moment, pollDueAt, wakeTimes } from './agenda.ts'
import { Deliveries } from './deliveries.ts'
import { Desk } from './desk.ts'
import { drainHistory } from './drainHistory.ts'
import { owedReads, readOwedBatch } from './owedReads.ts'
import { type CycleResult, pollCycle, type Trigger, todayTotals } from './pollCycle.ts'
import type { FrameBody, Ports } from './ports.ts'
import { reconcileClosedDay, reconcileOpenHours } from './reconcileDay.ts'
import { failureOf, refusalAt } from './refusals.ts'
import { napMs } from './schedule.ts'
import { statusKey } from './statusView.ts'
import { isHistoryOwed } from './store/historyQueue.ts'
import { tellIfBlind } from './tellIfBlind.ts'
import { tierOutcome } from './tierOutcome.ts'
import { Views } from './views.ts'

/** How long an answer to POST waits for D1 and the receivers: they have their own time-outs and go on. */
const REPLY_WAIT_MS = 3_000
/** Nothing is re-read from further back. */
export const RECONCILED_AT_MOST_DAYS = 400

/**
 * The tracker, without the platform: one cycle at a time, whoever asks for it, and everything that is owed kept until it
 * is done. The Durable Object gives it storage, clock and sockets; a simulation gives it others.
 */
export class Tracker {
  readonly views: Views
  readonly #desk: Desk
  readonly #deliveries: Deliveries
  readonly #onChange: () => void
  /** Reads of OpenAI run one after the other, so that none can overwrite a later one. */
  #lane: Promise<unknown> = Promise.resolve()
  #polling: Promise<PollOutcome> | null = null
  #draining: Promise<boolean> | null = null
  #owedFailed = false
  #napUntil = 0
  /** Failures of the object's own making since storage last took a poll. */
  #ownFaults = 0
  #shownDate: string | null = null
  #lastView: PollView | null = null
  #shownStatus: string | null = null

  /** `onChange`: something became due sooner, so the alarm must be set anew. */
  constructor(ports: Ports, onChange: () => void) {
    this.#desk = new Desk(ports)
    this.views = new Views(this.#desk)
    this.#onChange = onChange
    this.#deliveries = new Deliveries(
      this.#desk,
      () => {
        this.#showStatus()
        const drained = this.#isDrainDue() ? this.#drain() : Promise.resolve()
        void drained.then(onChange)
      },
      error => void this.#ownFault('deliveries', error),
    )
  }

  /** Everything that is due now. Never throws. */
  async wake(): Promise<void> {
    const { ports } = this.#desk
    const [written, read] = [ports.sql.rowsWritten(), ports.sql.rowsRead()]
    try {
      if (pollDueAt(this.#moment()) <= ports.now()) await this.poll('alarm')
      else if (this.#hasOwedReads()) await this.#inLane(() => this.#readOwed())
      await this.#lane
      tellIfBlind(this.#desk)
      void this.#deliveries.kick()
      if (this.#isDrainDue()) await this.#drain()
      this.#logProblems()
      if (this.#shownDate !== this.views.today()) this.#show([])
      this.#showStatus()
    } catch (error) {
      this.#ownFault('wake', error)
    }
    const rows = { rows_written: ports.sql.rowsWritten() - written, rows_read: ports.sql.rowsRead() - read }
    ports.log({ event: 'wake', ...rows })
  }

  /** When the alarm is next needed (Unix ms). Never empty: the next poll is always one of them. */
  dues(): number[] {
    return wakeTimes(this.#moment(), {
      deliveryAt: this.#deliveries.nextDue(),
      history: isHistoryOwed(this.#desk.ports.sql),
      reads: this.#hasOwedReads(),
    })
  }

  /** Reads OpenAI now, or joins the read that is under way. The answer waits a little for D1 and the receivers. */
  async pollNow(): Promise<PollOutcome> {
    const outcome = await this.poll('manual')
    await this.#settled(Promise.all([this.#drain(), this.#deliveries.kick()]))
    this.#onChange()
    return outcome
  }

  poll(trigger: Trigger): Promise<PollOutcome> {
    this.#polling ??= this.#inLane(() => this.#pollOnce(trigger)).finally(() => {
      this.#polling = null
    })
    return this.#polling
  }

  async reconcile(date: string): Promise<ReconcileOutcome> {
    const today = this.views.today()
    const oldest = addDays(today, -RECONCILED_AT_MOST_DAYS)
    if (date > today || date < oldest) {
      const detail = `date must be from ${oldest} to ${today} (UTC), but is ${date}`
      return { ok: false, status: 400, code: 'bad_date', detail, retryAfterSeconds: null }
    }
    const refusal = refusalAt(this.#moment())
    if (refusal !== null) return refusal
    const outcome = await this.#inLane(() => this.#reconcileOnce(date))
    await this.#settled(Promise.all([this.#drain(), this.#deliveries.kick()]))
    this.#showStatus()
    this.#onChange()
    return outcome
  }

  /** What a dashboard that connects is told first. */
  snapshot(): FrameBody {
    const snapshot = this.views.snapshot()
    const key = statusKey(snapshot.status)
    if (this.#desk.ports.connections() === 0) this.#shownStatus = key
    // Those who are here already were shown another one: the next is for everybody, also if it is theirs again.
    else if (this.#shownStatus !== key) this.#shownStatus = null
    return snapshot
  }

  /** Reserves frame numbers up to `frames`, so that numbers go on rising after the object was evicted. */
  framesReserved(): number {
    return this.#desk.memory.state.framesReserved
  }

  reserveFrames(upTo: number): void {
    this.#desk.note({ framesReserved: upTo })
  }

  async #pollOnce(trigger: Trigger): Promise<PollOutcome> {
    const refusal = refusalAt(this.#moment())
    if (refusal !== null) return refusal
    const cached = trigger === 'manual' ? this.#cooledResult() : null
    if (cached !== null) return { ok: true, view: cached }
    const { ports } = this.#desk
    const startedAt = ports.now()
    const rowsBefore = ports.sql.rowsWritten()
    let result: CycleResult
    try {
      result = await pollCycle(this.#desk)
    } catch (error) {
      return this.#ownFault('poll', error)
    }
    this.#ownFaults = 0
    this.#logPoll(trigger, startedAt, rowsBefore, result)
    if (!result.ok) {
      this.#showStatus()
      return failureOf(result.fault, this.#moment())
    }
    this.#owedFailed = false
    this.#show(result.alerts)
    if (this.#hasOwedReads()) void this.#inLane(() => this.#readOwed()).catch(() => {})
    const { date, premium_tokens, mini_tokens } = result.settlement.snapshot
    this.#lastView = {
      success: true,
      date,
      premium_tokens,
      mini_tokens,
      alerts_triggered: result.alerts.length,
      cached: false,
    }
    return { ok: true, view: this.#lastView }
  }

  async #reconcileOnce(date: string): Promise<ReconcileOutcome> {
    const { ports } = this.#desk
    try {
      if (date !== this.views.today() && !this.#desk.memory.days.has(date)) {
        const done = await reconcileClosedDay(this.#desk, date)
        if (!done.ok) return this.#reconcileFailed(done.fault)
        return { ok: true, view: { success: true, date, ...tierOutcome(done.before, done.after) } }
      }
      const totals = () => this.#totals(date)
      const before = totals()
      const result = await pollCycle(this.#desk)
      if (!result.ok) return this.#reconcileFailed(result.fault)
      this.#show(result.alerts)
      const fault = await reconcileOpenHours(this.#desk, date)
      if (fault !== null) return this.#reconcileFailed(fault)
      return { ok: true, view: { success: true, date, ...tierOutcome(before, totals()) } }
    } catch (error) {
      return this.#ownFault('reconcile', error)
    } finally {
      ports.log({ event: 'reconcile', date })
    }
  }

  #reconcileFailed(fault: UpstreamFault): TrackerFailure {
    this.#desk.heed(fault)
    return failureOf(fault, this.#moment())
  }

  #totals(date: string) {
    return todayTotals(this.#desk, startOf(date) * 1000)
  }

  #cooledResult(): PollView | null {
    const { memory, config, ports } = this.#desk
    const { lastSuccess, failures } = memory.state
    const age = lastSuccess === null ? Number.POSITIVE_INFINITY : ports.now() - lastSuccess
    const sameDay = lastSuccess !== null && dateOf(Math.floor(lastSuccess / 1000)) === this.views.today()
    if (failures > 0 || !sameDay || age < 0 || age >= config.pollCooldownMs) return null
    if (this.#lastView !== null) return { ...this.#lastView, cached: true }
    const { premium, mini } = todayTotals(this.#desk, ports.now())
    return {
      success: true,
      date: this.views.today(),
      premium_tokens: premium.tokens,
      mini_tokens: mini.tokens,
      alerts_triggered: 0,
      cached: true,
    }
  }

  #moment(): Moment {
    const { memory, config, ports } = this.#desk
    return { now: ports.now(), config, state: memory.state, napUntil: this.#napUntil }
  }

  #hasOwedReads(): boolean {
    const { memory, ports, config } = this.#desk
    if (config.adminKey === null || this.#owedFailed) return false
    return owedReads(memory, Math.floor(ports.now() / 1000), config.pollCron).length > 0
  }

  async #readOwed(): Promise<void> {
    if (refusalAt(this.#moment()) !== null) return
    this.#owedFailed = !(await readOwedBatch(this.#desk))
  }

  /** A D1 that failed is left alone until its time. */
  #isDrainDue(): boolean {
    return historyRetryAt(this.#moment()) <= this.#desk.ports.now()
  }

  #drain(): Promise<boolean> {
    this.#draining ??= drainHistory(this.#desk)
      .catch(error => {
        this.#ownFault('history', error)
        return false
      })
      .finally(() => {
        this.#draining = null
      })
    return this.#draining
  }

  /** The numbers as they are now, and what fired with them. */
  #show(alerts: readonly AlertView[]): void {
    const { ports } = this.#desk
    this.#shownDate = this.views.today()
    if (ports.connections() === 0) return
    ports.broadcast([
      { type: 'usage', usage: this.views.usage() },
      ...alerts.map(alert => ({ type: 'alert' as const, alert })),
    ])
  }

  #showStatus(): void {
    const { ports } = this.#desk
    if (ports.connections() === 0) return
    const status = this.views.status()
    const key = statusKey(status)
    if (key === this.#shownStatus) return
    // After a wake from hibernation nobody knows what was shown last; one frame too many does no harm.
    this.#shownStatus = key
    ports.broadcast([{ type: 'status', status }])
  }

  #inLane<T>(work: () => Promise<T>): Promise<T> {
    const next = this.#lane.then(work, work)
    this.#lane = next.catch(() => {})
    return next
  }

  /** Waits for work that has time-outs of its own, but not for long. */
  async #settled(work: Promise<unknown>): Promise<void> {
    const { passed, clear } = startDeadline(REPLY_WAIT_MS)
    await Promise.race([work, passed]).catch(() => {})
    clear()
  }

  /** Each set of problems once, not at every wake. */
  #logProblems(): void {
    const { config, memory, ports } = this.#desk
    const problems = JSON.stringify(config.problems)
    if (problems === (memory.state.problemsLogged ?? '[]')) return
    for (const { name, message } of config.problems) ports.log({ event: 'config', level: 'warn', name, message })
    this.#desk.note({ problemsLogged: problems })
  }

  #logPoll(trigger: Trigger, startedAt: number, rowsBefore: number, result: CycleResult): void {
    const { ports } = this.#desk
    ports.log({
      event: 'poll',
      level: result.ok ? 'info' : 'warn',
      trigger,
      outcome: result.ok ? 'ok' : faultWords(result.fault).code,
      duration_ms: ports.now() - startedAt,
      upstream_requests: result.requests,
      rows_written: ports.sql.rowsWritten() - rowsBefore,
      ...(result.ok && {
        premium_tokens: result.settlement.snapshot.premium_tokens,
        mini_tokens: result.settlement.snapshot.mini_tokens,
        alerts_triggered: result.alerts.length,
      }),
      ...(!result.ok && { error: faultWords(result.fault).message, failures: this.#desk.memory.state.failures }),
    })
  }

  #ownFault(where: string, error: unknown): TrackerFailure {
    const { ports } = this.#desk
    const nap = napMs(++this.#ownFaults)
    this.#napUntil = ports.now() + nap
    ports.log({ event: 'fault', level: 'error', where, error: error instanceof Error ? error.message : String(error) })
    const detail = 'The tracker could not store what it read; see its log. It tries again by itself.'
    return { ok: false, status: 503, code: 'storage_failed', detail, retryAfterSeconds: nap / 1000 }
  }
}
