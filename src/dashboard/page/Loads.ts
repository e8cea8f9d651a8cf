// What is asked for by plain requests: for the first paint, and for whatever the socket does not carry.
import type {
  AlertsView,
  CostsView,
  DayPoint,
  HistoryView,
  ModelsView,
  Problem,
  SnapshotPoint,
  StatusView,
  UsageView,
} from '../../wire.ts'
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

const ALERT_DAYS = 7

export class Loads {
  readonly #desk: Desk
  #days = 30

  constructor(desk: Desk) {
    this.#desk = desk
  }

  /** Each part is shown as it comes. */
  async everything(): Promise<void> {
    await Promise.all([this.present(), this.days(), this.#costsAgain()])
  }

  async present(): Promise<void> {
    await Promise.all([this.#usage(), this.status(), this.alerts(), this.#points()])
  }

  /** What no snapshot carries. */
  async past(): Promise<void> {
    await Promise.all([this.alerts(), this.#points(), this.days(), this.#costsAgain()])
  }

  /** False: the page shows as many already. */
  chooseDays(count: number): boolean {
    const other = this.#days !== count
    this.#days = count
    return other
  }

  async days(): Promise<void> {
    const count = this.#days
    const answer = await ask<HistoryView<DayPoint>>(`/api/history?days=${count}&interval=day`)
    if (this.#days === count) this.#take('days', answer, (state, { snapshots }) => ({ ...state, days: snapshots }))
  }

  async models(date: string | null): Promise<void> {
    const show = (past: PageState['past']) => this.#desk.update(state => ({ ...state, past }))
    if (date === null) return show(null)
    show({ date, view: null, problem: null })
    const answer = await ask<ModelsView>(`/api/models?date=${date}`)
    if (this.#desk.get().past?.date !== date) return
    show({ date, view: answer.ok ? answer.value : null, problem: answer.ok ? null : answer.problem })
  }

  async costs(): Promise<void> {
    this.#take('costs', await ask<CostsView>('/api/costs?days=1'), (state, costs) => ({ ...state, costs }))
  }

  /** Nobody waits for costs: they are first asked for when the numbers are there, and not before that because of a new day. */
  async #costsAgain(): Promise<void> {
    const { costs, missing } = this.#desk.get()
    if (costs || missing.costs) await this.costs()
  }

  async #usage(): Promise<void> {
    this.#take('usage', await ask<UsageView>('/api/usage'), withUsage)
  }

  async status(): Promise<void> {
    const answer = await ask<StatusView>('/api/status')
    if (answer.ok) this.#desk.update(state => withStatus(state, answer.value, Date.now() / 1000))
  }

  async alerts(): Promise<void> {
    const answer = await ask<AlertsView>(`/api/alerts?days=${ALERT_DAYS}`)
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
    this.#desk.update(state => {
      const { [part]: _, ...missing } = state.missing
      if (answer.ok) return show({ ...state, missing }, answer.value)
      return { ...state, missing: { ...missing, [part]: answer.problem } }
    })
  }
}
