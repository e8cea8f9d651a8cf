// What is asked for by plain requests for the first paint, and for whatever the socket does not carry.
import type { AlertsView, HistoryView, Problem, SnapshotPoint, StatusView, UsageView } from '../../wire.ts'
import { type Answer, ask } from '../link/askServer.ts'
import { utcDate } from '../words/clock.ts'
import { withAlerts, withPoints, withStatus, withUsage } from './applyFrame.ts'
import type { PageState } from './pageState.ts'

export interface Desk {
  get(): PageState
  update(change: (state: PageState) => PageState): void
  /** True when the answer means that nobody is signed in any more: then nothing of it is shown. */
  refused(problem: Problem): boolean
}

/** What could not be loaded is asked for again, so that its note ends with its cause. */
const AGAIN_MS = 5_000
/** Then the rest no longer waits for them. */
const NUMBERS_WITHIN_MS = 400

export class Loads {
  readonly #desk: Desk
  #again: ReturnType<typeof setTimeout> | null = null

  constructor(desk: Desk) {
    this.#desk = desk
  }

  /** Each part is shown as it comes, the numbers first: what is asked beside them holds them up. */
  async present(): Promise<void> {
    const numbers = this.#usage()
    await Promise.race([numbers, new Promise(done => setTimeout(done, NUMBERS_WITHIN_MS))])
    await Promise.all([numbers, this.status(), this.past()])
  }

  /** What no snapshot carries. */
  async past(): Promise<void> {
    await Promise.all([this.alerts(), this.#points()])
  }

  async #usage(): Promise<void> {
    this.#take('usage', await ask<UsageView>('/api/usage'), withUsage)
  }

  async status(): Promise<void> {
    const answer = await ask<StatusView>('/api/status')
    if (answer.ok) this.#desk.update(state => withStatus(state, answer.value, Date.now() / 1000))
  }

  async alerts(): Promise<void> {
    const answer = await ask<AlertsView>('/api/alerts?days=1&kinds=all')
    this.#take('alerts', answer, (state, { alerts }) => withAlerts(state, alerts))
  }

  async #points(): Promise<void> {
    const { usage, clockOffset } = this.#desk.get()
    const date = usage?.date ?? utcDate(Date.now() / 1000 + clockOffset)
    const answer = await ask<HistoryView<SnapshotPoint>>(`/api/history?date=${date}`)
    this.#take('points', answer, (state, { snapshots }) => withPoints(state, date, snapshots))
  }

  #take<T>(part: keyof PageState['missing'], answer: Answer<T>, show: (state: PageState, value: T) => PageState): void {
    if (!answer.ok && this.#desk.refused(answer.problem)) return
    if (!answer.ok) this.#askAgain()
    this.#desk.update(state => {
      const { [part]: _, ...missing } = state.missing
      if (answer.ok) return show({ ...state, missing }, answer.value)
      return { ...state, missing: { ...missing, [part]: answer.problem } }
    })
  }

  #askAgain(): void {
    this.#again ??= setTimeout(() => {
      this.#again = null
      const { access, missing, paused } = this.#desk.get()
      if (access.kind !== 'in' || paused || document.hidden) return
      void (missing.usage ? this.present() : this.past())
    }, AGAIN_MS)
  }
}
