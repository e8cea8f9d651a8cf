import { startDeadline } from '../deadline.ts'
import type {
  BrakeOutcome,
  PollOutcome,
  ReceiverTestOutcome,
  ReconcileOutcome,
  TrackerFailure,
} from '../rpc/trackerStub.ts'
import type { BrakeView, HeadroomView, Tier } from '../wire.ts'
import { Brakes } from './brake/brakes.ts'
import { type Moment, pollDueAt, wakeTimes } from './cycle/agenda.ts'
import { logPoll, logProblems } from './cycle/cycleLog.ts'
import { ManualPolls } from './cycle/manualPolls.ts'
import { type CycleResult, pollCycle, type Trigger } from './cycle/pollCycle.ts'
import { Reconciler } from './cycle/reconciler.ts'
import { failureOf, refusalAt } from './cycle/refusals.ts'
import { napMs } from './cycle/schedule.ts'
import { Desk } from './desk.ts'
import { GrantBook } from './foresight/grantBook.ts'
import { digestDueAt, tellDigest } from './foresight/tellDigest.ts'
import { Deliveries } from './messages/deliveries.ts'
import { areSettingsNew, heedSettings } from './messages/heedSettings.ts'
import { ReceiverTests } from './messages/receiverTests.ts'
import { resolveEnded } from './messages/resolveEnded.ts'
import type { FrameBody, Ports } from './ports.ts'
import { areHourlyReadsDue, nextSideRead, runSideReads } from './reads/sideReads.ts'
import { drainHistory, nextDrainAt } from './replica/drainHistory.ts'
import { prune } from './store/prune.ts'
import { Dashboards } from './views/dashboards.ts'
import { isBlind } from './views/statusView.ts'
import { Views } from './views/views.ts'
import { Heartbeat } from './watch/heartbeat.ts'
import { tellIfBlind } from './watch/tellIfBlind.ts'

/** How long an answer to POST waits for D1 and the receivers: they have their own time-outs and go on. */
const REPLY_WAIT_MS = 3_000
/** Costs and names come with a poll; where a wake had no time or requests left for them, they do not wait for the next. */
const LEFT_OVER_AFTER_MS = 20_000
/** A storage that goes on refusing takes no note of giving up either, so this ends only what cannot be made at all. */
const MOST_DIGEST_TRIES = 5

/**
 * The tracker, without the platform: one cycle at a time, whoever asks for it, and everything that is owed kept until it
 * is done. The Durable Object gives it storage, clock and sockets; a simulation gives it others.
 */
export class Tracker {
  readonly views: Views
  /** For reads that write nothing: the object hands it to what it answers with. */
  readonly desk: Desk
  readonly #deliveries: Deliveries
  readonly #manual: ManualPolls
  readonly #heartbeat: Heartbeat
  readonly #grants: GrantBook
  readonly #dashboards: Dashboards
  readonly #brakes: Brakes
  readonly #reconciler: Reconciler
  readonly #tests: ReceiverTests
  readonly #onChange: () => void
  /** Polls and reconciles run one after the other, so that none can overwrite a later one. */
  #lane: Promise<unknown> = Promise.resolve()
  #polling: Promise<PollOutcome> | null = null
  #reading: Promise<void> | null = null
  #draining: Promise<boolean> | null = null
  #napUntil = 0
  /** Failures of the object's own making since storage last took a poll. */
  #ownFaults = 0
  /** Tries in a row of a digest that is due. */
  #digestFaults = 0

  /** `onChange`: something became due sooner, so the alarm must be set anew. */
  constructor(ports: Ports, onChange: () => void) {
    this.desk = new Desk(ports)
    this.#heartbeat = new Heartbeat(this.desk)
    this.#grants = new GrantBook(this.desk)
    this.views = new Views(this.desk, this.#heartbeat, this.#grants)
    this.#dashboards = new Dashboards(this.desk, this.views)
    this.#brakes = new Brakes(this.desk, {
      used: tier => this.views.countedToday(tier),
      headroom: tier => {
        const { used, unreported_tokens } = this.views.headroom(tier, 0)
        return { used, unreported: unreported_tokens }
      },
      ended: onChange,
    })
    this.#onChange = onChange
    this.#manual = new ManualPolls(this.desk)
    this.#tests = new ReceiverTests(this.desk)
    this.#deliveries = new Deliveries(
      this.desk,
      () => {
        this.#dashboards.showStatus()
        void this.#drain().then(onChange)
      },
      error => void this.#ownFault('deliveries', error),
    )
    this.#reconciler = new Reconciler(this.desk, {
      poll: () => this.#cycle('manual'),
      inLane: work => this.#inLane(work),
      moment: () => this.#moment(),
    })
  }

  /** Everything that is due now. Never throws. */
  async wake(): Promise<void> {
    const { ports } = this.desk
    this.desk.begin()
    const [written, read] = [ports.sql.rowsWritten(), ports.sql.rowsRead()]
    try {
      heedSettings(this.desk)
      resolveEnded(this.desk)
      // Who waits for a release does not wait for the poll.
      const braking = this.#brake(() => this.#brakes.begin())
      if (pollDueAt(this.#moment()) <= ports.now()) await this.poll('alarm')
      await braking
      tellIfBlind(this.desk)
      this.#digest()
      this.#grants.keep(ports.now())
      this.#dashboards.showUnshown()
      // Messages wait for no other read.
      void this.#deliveries.kick()
      await this.#brake(() => this.#brakes.follow())
      this.#dashboards.showUnshown()
      void this.#deliveries.kick()
      await this.#readBeside()
      this.#dashboards.showUnshown()
      await this.#drain()
      this.#prune()
      logProblems(this.desk)
      this.#dashboards.showNewDate()
      this.#dashboards.showStatus()
    } catch (error) {
      this.#ownFault('wake', error)
    }
    const rows = { rows_written: ports.sql.rowsWritten() - written, rows_read: ports.sql.rowsRead() - read }
    ports.log({ event: 'wake', ...rows })
  }

  /** When the alarm is next needed (Unix ms). Never empty: the next poll is always one of them. */
  dues(): number[] {
    return wakeTimes(this.#moment(), {
      // New settings may have mended what a key or a receiver waits for.
      deliveryAt: areSettingsNew(this.desk) ? this.desk.ports.now() : this.#deliveries.nextDue(),
      historyAt: this.#draining === null ? nextDrainAt(this.desk) : null,
      readAt: this.#nextReadAt(),
      noteAt: earlier(earlier(digestDueAt(this.desk), this.#grants.dueAt()), this.#brakes.dueAt()),
    })
  }

  /** Reads OpenAI now, or joins the read that is under way. The answer waits a little for D1 and the receivers. */
  async pollNow(): Promise<PollOutcome> {
    this.desk.begin()
    heedSettings(this.desk)
    resolveEnded(this.desk)
    const outcome = await this.poll('manual')
    const braking = this.#brake(() => this.#brakes.follow()).then(() => this.#deliveries.kick())
    await this.#settled(Promise.all([this.#drain(), this.#deliveries.kick(), braking]))
    this.#dashboards.showUnshown()
    this.#dashboards.showStatus()
    this.#onChange()
    return outcome
  }

  /** What can be spent in a tier; where `strict`, what fits counts as used from now on. */
  headroom(tier: Tier, tokens: number, strict: boolean): HeadroomView {
    const view = this.views.headroom(tier, tokens)
    const isLetPass = strict && view.fits && !view.stale && tokens > 0
    if (isLetPass && this.#grants.add(tier, tokens, this.desk.ports.now())) this.#onChange()
    return view
  }

  poll(trigger: Trigger): Promise<PollOutcome> {
    this.#polling ??= this.#inLane(() => this.#pollOnce(trigger)).finally(() => {
      this.#polling = null
    })
    return this.#polling
  }

  async reconcile(date: string): Promise<ReconcileOutcome> {
    this.desk.begin()
    heedSettings(this.desk)
    resolveEnded(this.desk)
    let outcome: ReconcileOutcome
    try {
      outcome = await this.#reconciler.reconcile(date)
    } catch (error) {
      return this.#ownFault('reconcile', error)
    }
    this.desk.handsOverAll = outcome.ok
    await this.#settled(Promise.all([this.#drain(), this.#deliveries.kick()]))
    this.#dashboards.showStatus()
    this.#onChange()
    return outcome
  }

  /** Sends a test message; like every request, this one has its own budget. */
  async testReceiver(id: string): Promise<ReceiverTestOutcome> {
    this.desk.begin()
    heedSettings(this.desk)
    return this.#tests.test(id)
  }

  brake(): BrakeView {
    return this.#brakes.view()
  }

  /** The owner sets or releases the brake; the answer waits a little for OpenAI. */
  async changeBrake(action: 'set' | 'release', tiers: readonly Tier[]): Promise<BrakeOutcome> {
    this.desk.begin()
    heedSettings(this.desk)
    const refused = this.#brakes.decide(action, tiers)
    if (refused !== null) return refused
    await this.#settled(this.#brake(() => this.#brakes.follow()))
    this.#dashboards.showUnshown()
    void this.#deliveries.kick()
    this.#dashboards.showStatus()
    this.#onChange()
    return { ok: true, view: { success: true, ...this.#brakes.view() } }
  }

  /** A fault of ours costs the brake this turn, and nothing else. */
  async #brake(work: () => Promise<void>): Promise<void> {
    try {
      await work()
    } catch (error) {
      this.#ownFault('brake', error)
    }
  }

  /** What a dashboard that connects is told first. */
  snapshot(): Extract<FrameBody, { type: 'snapshot' }> {
    return this.#dashboards.snapshot()
  }

  /** Reserves frame numbers up to `frames`, so that numbers go on rising after the object was evicted. */
  framesReserved(): number {
    return this.desk.memory.state.framesReserved
  }

  reserveFrames(upTo: number): void {
    this.desk.note({ framesReserved: upTo })
  }

  async #pollOnce(trigger: Trigger): Promise<PollOutcome> {
    const refusal = refusalAt(this.#moment())
    if (refusal !== null) return refusal
    const cooled = trigger === 'manual' ? this.#manual.cooledOutcome() : null
    if (cooled !== null) return cooled
    const { ports } = this.desk
    const since = { ms: ports.now(), rows: ports.sql.rowsWritten() }
    let result: CycleResult
    try {
      result = await this.#cycle(trigger)
    } catch (error) {
      return this.#ownFault('poll', error)
    }
    logPoll(this.desk, trigger, since, result)
    const { view } = this.#manual
    if (result.ok && view !== null) return { ok: true, view }
    this.#dashboards.showStatus()
    if (!result.ok && isBlind(this.desk.memory, this.desk.config, ports.now())) this.#heartbeat.beat(true)
    const failure = failureOf(result.ok ? { kind: 'unreachable' } : result.fault, this.#moment())
    if (trigger === 'manual') this.#manual.noteFailure(failure)
    return failure
  }

  /** One cycle, with what follows a commit at once: frames to the dashboards, messages to the receivers. */
  async #cycle(trigger: Trigger): Promise<CycleResult> {
    const result = await pollCycle(this.desk, trigger)
    this.#ownFaults = 0
    if (!result.ok) return result
    this.#manual.noteSuccess(result.settlement, result.crossed)
    void this.#deliveries.kick()
    this.#heartbeat.beat(false)
    this.#dashboards.show(result.alerts)
    return result
  }

  #moment(): Moment {
    const { memory, config, ports } = this.desk
    return { now: ports.now(), config, state: memory.state, napUntil: this.#napUntil }
  }

  /** Side reads follow a poll that succeeded: while OpenAI fails, they would only fail too. */
  #mayRead(): boolean {
    return this.desk.memory.state.failures === 0 && refusalAt(this.#moment()) === null
  }

  #nextReadAt(): number | null {
    const { memory, ports, config } = this.desk
    if (this.#reading !== null || !this.#mayRead()) return null
    const next = nextSideRead(memory, ports.now(), config.projectIds.length > 0)
    return areHourlyReadsDue(ports.sql, memory, ports.now()) ? earlier(next, ports.now() + LEFT_OVER_AFTER_MS) : next
  }

  #readBeside(): Promise<void> {
    if (!this.#mayRead()) return Promise.resolve()
    this.#reading ??= runSideReads(this.desk)
      .catch(error => void this.#ownFault('read', error))
      .finally(() => {
        this.#reading = null
      })
    return this.#reading
  }

  #drain(): Promise<boolean> {
    this.#draining ??= drainHistory(this.desk)
      .catch(error => {
        this.#ownFault('history', error)
        return false
      })
      .finally(() => {
        this.#draining = null
      })
    return this.#draining
  }

  /** One that cannot be made is left out in the end: it must not stop what else a wake does, nor come due for ever. */
  #digest(): void {
    try {
      tellDigest(this.desk)
      this.#digestFaults = 0
    } catch (error) {
      this.#ownFault('digest', error)
      // Storage may have refused once: then it is still due after the nap.
      if (++this.#digestFaults < MOST_DIGEST_TRIES) return
      this.#digestFaults = 0
      const { foresight } = this.desk.memory.state
      this.desk.note({ foresight: { ...foresight, digestAt: this.desk.ports.now() } })
    }
  }

  /** Once a day, on a wake that has polled. */
  #prune(): void {
    const today = this.views.today()
    const { prunedDate, lastSuccess } = this.desk.memory.state
    if (prunedDate === today || lastSuccess === null) return
    this.desk.ports.sql.transaction(() => prune(this.desk.ports.sql, today, prunedDate) as never)
    this.desk.note({ prunedDate: today })
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

  #ownFault(where: string, error: unknown): TrackerFailure {
    const { ports } = this.desk
    const nap = napMs(++this.#ownFaults)
    this.#napUntil = ports.now() + nap
    ports.log({ event: 'fault', level: 'error', where, error: error instanceof Error ? error.message : String(error) })
    const detail = 'The tracker could not store what it read; see its log. It tries again by itself.'
    return { ok: false, status: 503, code: 'storage_failed', detail, retryAfterSeconds: nap / 1000 }
  }
}

function earlier(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : Math.min(a, b)
}
