// What every view speaks of, each a question of its own: today's numbers, the state of the tracker, alerts, and the day's
// readings. Plain requests bring them for the first paint and while the socket is away, frames of the socket after that.
import type { AlertsView, AlertView, HistoryView, LiveFrame, SnapshotPoint, StatusView, UsageView } from '../../wire.ts'
import { ask } from '../link/askServer.ts'
import { utcDate } from '../words/clock.ts'
import { clockOffsetOf, mergeAlerts, type ReadingsOfDate, readingsOf, withReading } from './merge.ts'
import { Question, type QuestionWorld } from './question.ts'
import { deliveriesMoved, historyBehind, rebuilt } from './rebuilt.ts'
import { rollOver } from './rollOver.ts'
import { type Readable, Store } from './store.ts'

/** Then the rest no longer waits for the numbers. */
const NUMBERS_WITHIN_MS = 400
const ASK_HISTORY_AGAIN_MS = 3_000
/** The server closes the old day with a poll of its own; asking at once would bring the same zeros. */
const NEW_DAY_WAIT_MS = 5_000

interface Told {
  /** What history says may read differently now. */
  past(): void
  /** A new UTC day has begun a moment ago. */
  day(): void
}

export class Facts {
  readonly usage: Question<UsageView>
  readonly status: Question<StatusView>
  /** Today's, of every kind, and what has come since the page was opened. Newest first. */
  readonly alerts: Question<AlertView[], readonly AlertView[]>
  /** Readings of `usage.date`, oldest first. */
  readonly readings: Question<SnapshotPoint[], ReadingsOfDate>
  /** The last alert that came over the socket. */
  readonly fresh = new Store<AlertView | null>(null)
  readonly #world: QuestionWorld
  readonly #told: Told
  readonly #clockOffset = new Store(0)
  #askedAgain = () => {}
  #isAskedAgain = false

  constructor(world: QuestionWorld, told: Told) {
    this.#world = world
    this.#told = told
    this.usage = new Question(
      world,
      () => ask<UsageView>('/api/usage'),
      (_, usage) => this.#today(usage),
    )
    this.status = new Question(
      world,
      () => ask<StatusView>('/api/status'),
      (_, status) => status,
    )
    this.alerts = new Question<AlertView[], readonly AlertView[]>(
      world,
      async () => {
        const answer = await ask<AlertsView>('/api/alerts?days=1&kinds=all')
        return answer.ok ? { ok: true, value: answer.value.alerts } : answer
      },
      mergeAlerts,
    )
    this.readings = new Question<SnapshotPoint[], ReadingsOfDate>(
      world,
      async () => {
        const date = this.usage.value.get()?.date ?? utcDate(this.serverNow())
        const answer = await ask<HistoryView<SnapshotPoint>>(`/api/history?date=${date}`)
        return answer.ok ? { ok: true, value: { date, points: answer.value.snapshots } } : answer
      },
      (held, loaded) => readingsOf(held, loaded, this.usage.value.get()),
    )
    for (const question of this.#all) question.hold()
    this.usage.value.subscribe(() => {
      const usage = this.usage.value.get()
      if (usage !== null) this.readings.amend(held => withReading(held ?? [], usage))
    })
    this.status.value.subscribe(() => this.#clock())
  }

  get #all() {
    return [this.usage, this.status, this.alerts, this.readings]
  }

  /** Server clock minus this machine's, in seconds. */
  get clockOffset(): Readable<number> {
    return this.#clockOffset
  }

  /** Unix seconds by the server's clock. */
  serverNow(): number {
    return this.#world.now() + this.#clockOffset.get()
  }

  /** Each is shown as it comes, the numbers first: what is asked beside them holds them up. */
  async present(): Promise<void> {
    const numbers = this.usage.ask()
    await Promise.race([numbers, new Promise<void>(done => this.#world.after(NUMBERS_WITHIN_MS, done))])
    await Promise.all([numbers, this.status.ask(), this.past()])
  }

  /** What no snapshot carries. */
  async past(): Promise<void> {
    await Promise.all([this.alerts.ask(), this.readings.ask()])
  }

  take(frame: LiveFrame): void {
    // The status first: it tells whose clock says which day it is.
    if (frame.type === 'snapshot' || frame.type === 'status') this.#say(frame.status)
    if (frame.type === 'snapshot' || frame.type === 'usage') this.usage.put(frame.usage)
    if (frame.type === 'snapshot') this.alerts.put([...frame.alerts, ...frame.notices])
    if (frame.type === 'alert') this.#tell(frame.alert)
    if (frame.type === 'notice') this.#tell(frame.notice)
  }

  /** Shows the new day's zeros from its first second on. */
  tick(): void {
    this.usage.amend(held => (held === null ? held : this.#today(held)) as UsageView)
  }

  forget(): void {
    this.#askedAgain()
    this.#isAskedAgain = false
    for (const question of this.#all) question.forget()
    this.#clockOffset.set(0)
  }

  #tell(alert: AlertView): void {
    this.alerts.amend(held => mergeAlerts(held, [alert]))
    this.fresh.set(alert)
  }

  #say(status: StatusView): void {
    const before = this.status.value.get()
    this.status.put(status)
    if (before === null) return
    if (rebuilt(before, status)) this.#told.past()
    else if (deliveriesMoved(before, status)) void this.alerts.ask()
  }

  #clock(): void {
    const status = this.status.value.get()
    if (status === null) return
    this.#clockOffset.set(clockOffsetOf(status, this.#world.now()))
    // Nobody will say when the rows that are on their way have arrived.
    if (this.#isAskedAgain || this.#world.quiet() || !historyBehind(status)) return
    this.#isAskedAgain = true
    this.#askedAgain = this.#world.after(ASK_HISTORY_AGAIN_MS, () => {
      this.#isAskedAgain = false
      void this.status.ask().then(() => this.#told.past())
    })
  }

  /** Before the status is there nobody knows how far this machine's clock is off: numbers are of the day that they say. */
  #today(usage: UsageView): UsageView {
    if (this.status.value.get() === null) return usage
    const today = rollOver(usage, this.serverNow())
    if (today !== usage) this.#world.after(NEW_DAY_WAIT_MS * (1 + Math.random()), () => this.#told.day())
    return today
  }
}
