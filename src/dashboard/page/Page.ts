// Everything the page knows and does: who looks, what was loaded, what the socket says. Components read the state and
// call the verbs; they hold no data of their own.
import type {
  AlertsView,
  DayPoint,
  HistoryView,
  ModelsView,
  PollView,
  Problem,
  SessionView,
  SnapshotPoint,
  StatusView,
  UsageView,
} from '../../wire.ts'
import { type Answer, ask, post, remove } from '../link/askServer.ts'
import { type LinkSocket, type LinkState, LiveLink } from '../link/liveLink.ts'
import { announce } from './announce.ts'
import { applyFrame, withAlerts, withPoints, withStatus, withUsage } from './applyFrame.ts'
import { type Access, forget, INITIAL, type PageState } from './pageState.ts'
import { rollOver } from './rollOver.ts'
import { Store } from './store.ts'
import { createTicker } from './ticker.ts'

const ALERT_DAYS = 7
/** Sockets that keep failing may be blocked on the way; plain requests often are not. */
const ASK_AFTER_ATTEMPTS = 2
const HIDDEN_MS = 60_000
const NEW_DAY_WAIT_MS = 5_000

const seconds = () => Date.now() / 1000

export class Page {
  readonly state = new Store<PageState>(INITIAL)
  readonly said = new Store('')
  readonly ticker = createTicker(() => this.#wake())
  readonly #link: LiveLink
  #days = 30
  #hiding: ReturnType<typeof setTimeout> | null = null

  constructor() {
    const world = {
      open: () => new WebSocket(`${location.origin.replace(/^http/, 'ws')}/api/live`) as unknown as LinkSocket,
      now: () => Date.now(),
      chance: () => Math.random(),
      after: (ms: number, run: () => void) => {
        const timer = setTimeout(run, ms)
        return () => clearTimeout(timer)
      },
    }
    this.#link = new LiveLink(world, {
      onFrame: frame => this.#update(state => this.#today(applyFrame(state, frame, seconds()))),
      onState: link => this.#linkIs(link),
    })
    this.ticker.subscribe(() => this.#update(state => this.#today(state)))
  }

  /** Asks who is looking, then loads. Without a session no data is asked for at all. */
  async boot(): Promise<void> {
    const session = await ask<SessionView>('/api/session')
    if (!session.ok) return this.#access({ kind: 'unreachable', problem: session.problem })
    await this.#admit(session.value, null)
  }

  async signIn(token: string): Promise<Answer<SessionView>> {
    const answer = await post<SessionView>('/api/session', { token })
    if (answer.ok) await this.#admit(answer.value, null)
    else if (answer.problem.code === 'auth_not_configured')
      this.#access({ kind: 'locked', detail: answer.problem.detail })
    return answer
  }

  async signOut(): Promise<void> {
    await remove('/api/session')
    this.#link.stop()
    await this.boot()
  }

  async pollNow(): Promise<void> {
    if (this.state.get().poll.kind === 'busy') return
    this.#patch({ poll: { kind: 'busy' } })
    const answer = await post<PollView>('/api/poll', {})
    const at = seconds()
    if (answer.ok) this.#patch({ poll: { kind: 'done', at, view: answer.value } })
    else if (!this.#refused(answer.problem))
      this.#patch({ poll: { kind: 'failed', at, problem: answer.problem, retryAfter: answer.retryAfter } })
    if (this.#link.state.kind !== 'live') await this.#refresh()
  }

  retryNow(): void {
    if (this.state.get().access.kind === 'in') this.#link.connect()
    else void this.boot()
  }

  setPaused(paused: boolean): void {
    this.#patch({ paused })
    if (paused) this.#link.pause()
    else this.#resume()
  }

  showDays(days: number): void {
    const known = this.#days === days
    this.#days = days
    if (!known && this.state.get().access.kind === 'in') void this.loadDays(days)
  }

  async loadDays(days: number): Promise<void> {
    this.#days = days
    const answer = await ask<HistoryView<DayPoint>>(`/api/history?days=${days}&interval=day`)
    if (this.#days === days) this.#loaded('days', answer, ({ snapshots }) => ({ days: snapshots }))
  }

  async loadPast(date: string | null): Promise<void> {
    if (date === null) return this.#patch({ past: null })
    this.#patch({ past: { date, view: null, problem: null } })
    const answer = await ask<ModelsView>(`/api/models?date=${date}`)
    if (this.state.get().past?.date !== date) return
    this.#patch({ past: { date, view: answer.ok ? answer.value : null, problem: answer.ok ? null : answer.problem } })
  }

  /** Hidden pages cost nothing: the clock stops at once, the socket after a while. */
  visible(visible: boolean): void {
    if (this.#hiding !== null) clearTimeout(this.#hiding)
    this.#hiding = null
    if (visible) {
      this.ticker.run()
      this.#wake()
    } else {
      this.ticker.stop()
      this.#hiding = setTimeout(() => this.state.get().access.kind === 'in' && this.#link.pause(), HIDDEN_MS)
    }
  }

  online(online: boolean): void {
    if (this.state.get().access.kind !== 'in' || this.state.get().paused) return
    if (online) this.#resume()
    else this.#link.offline()
  }

  #wake(): void {
    const { access, paused } = this.state.get()
    if (access.kind === 'unreachable') void this.boot()
    if (access.kind !== 'in' || paused) return
    if (this.#link.state.kind === 'paused') this.#resume()
    else this.#link.check()
  }

  #resume(): void {
    this.#link.connect()
  }

  async #admit(session: SessionView, note: string | null): Promise<void> {
    if (session.auth_mode === 'locked') return this.#askWhyLocked()
    if (!session.authenticated) return this.#access({ kind: 'sign_in', session, note })
    this.#patch({ access: { kind: 'in', session } })
    this.#link.connect()
    await Promise.all([this.#refresh(), this.loadDays(this.#days)])
  }

  async #askWhyLocked(): Promise<void> {
    const answer = await ask<StatusView>('/api/status')
    const detail = answer.ok ? '' : answer.problem.detail
    this.#access({ kind: 'locked', detail: detail || 'No access is configured for this tracker.' })
  }

  /** Plain requests: for the first paint, and for whatever a missing socket would have told. */
  async #refresh(): Promise<void> {
    const [usage, status, alerts] = await Promise.all([
      ask<UsageView>('/api/usage'),
      ask<StatusView>('/api/status'),
      ask<AlertsView>(`/api/alerts?days=${ALERT_DAYS}`),
    ])
    if (!usage.ok && this.#refused(usage.problem)) return
    if (status.ok) this.#update(state => withStatus(state, status.value, seconds()))
    if (usage.ok) this.#update(state => this.#today(withUsage(state, usage.value)))
    this.#loaded('usage', usage, () => ({}))
    if (alerts.ok) this.#update(state => withAlerts(state, alerts.value.alerts))
    this.#loaded('alerts', alerts, () => ({}))
    await this.#loadPoints()
  }

  async #loadPoints(): Promise<void> {
    const date = this.state.get().usage?.date
    if (!date) return
    const answer = await ask<HistoryView<SnapshotPoint>>(`/api/history?date=${date}`)
    if (answer.ok) this.#update(state => withPoints(state, date, answer.value.snapshots))
    this.#loaded('points', answer, () => ({}))
  }

  #linkIs(link: LinkState): void {
    const before = this.state.get().link
    this.#patch({ link })
    if (link.kind === 'refused' && link.why !== 'origin') void this.boot()
    if (link.kind === 'waiting' && link.attempt >= ASK_AFTER_ATTEMPTS && link.attempt % 2 === 0) void this.#refresh()
    // The snapshot carries no history: whatever was missed while away is read again.
    const returned = link.kind === 'live' && before.kind !== 'live' && this.state.get().points !== null
    if (returned) void this.#catchUp()
  }

  async #catchUp(): Promise<void> {
    const alerts = await ask<AlertsView>(`/api/alerts?days=${ALERT_DAYS}`)
    if (alerts.ok) this.#update(state => withAlerts(state, alerts.value.alerts))
    await Promise.all([this.#loadPoints(), this.loadDays(this.#days)])
  }

  #today(state: PageState): PageState {
    if (!state.usage) return state
    const usage = rollOver(state.usage, seconds() + state.clockOffset)
    if (usage === state.usage) return state
    setTimeout(() => void this.#refresh().then(() => this.loadDays(this.#days)), NEW_DAY_WAIT_MS * (1 + Math.random()))
    return { ...state, usage, points: [] }
  }

  /** True when the answer means that nobody is signed in any more. */
  #refused(problem: Problem): boolean {
    const ended = problem.status === 401 || problem.code === 'auth_not_configured'
    if (ended) {
      this.#link.stop()
      void this.boot()
    }
    return ended
  }

  #loaded<T>(part: keyof PageState['missing'], answer: Answer<T>, patch: (value: T) => Partial<PageState>): void {
    const { [part]: _, ...missing } = this.state.get().missing
    if (answer.ok) this.#patch({ missing, ...patch(answer.value) })
    else this.#patch({ missing: { ...missing, [part]: answer.problem } })
  }

  #access(access: Access): void {
    if (access.kind === 'sign_in' && this.state.get().access.kind === 'in') {
      access = { ...access, note: 'Your session has ended. Sign in again.' }
    }
    this.state.set(forget(access))
  }

  #patch(patch: Partial<PageState>): void {
    this.#update(state => ({ ...state, ...patch }))
  }

  #update(change: (state: PageState) => PageState): void {
    const before = this.state.get()
    const after = change(before)
    if (after === before) return
    this.state.set(after)
    const said = announce(before, after)
    if (said.length > 0) this.said.set(said.join('. '))
  }
}
