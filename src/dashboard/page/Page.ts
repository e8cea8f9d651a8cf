// What the page knows and does by itself: who looks, what the socket says, what a poll brought. Components read the state and
// call the verbs; what a single view asks is a resource of its own.
import type { AlertView, LiveFrame, PollView, Problem, SessionView } from '../../wire.ts'
import { type Answer, ask, post, remove } from '../link/askServer.ts'
import { type LinkState, LiveLink } from '../link/liveLink.ts'
import { announce } from './announce.ts'
import { applyFrame } from './applyFrame.ts'
import { browserWorld } from './browserWorld.ts'
import { Loads } from './Loads.ts'
import { type Access, forget, INITIAL, type PageState } from './pageState.ts'
import { deliveriesMoved, historyBehind, rebuilt } from './rebuilt.ts'
import { Resources } from './resources.ts'
import { rollOver } from './rollOver.ts'
import { Store } from './store.ts'
import { createTicker } from './ticker.ts'

/** Sockets that keep failing may be blocked on the way; plain requests often are not. */
const ASK_AFTER_ATTEMPTS = 2
const HIDDEN_MS = 60_000
const ASK_HISTORY_AGAIN_MS = 3_000
/** The server closes the old day with a poll of its own; asking at once would bring the same zeros. */
const NEW_DAY_WAIT_MS = 5_000

export class Page {
  readonly state = new Store<PageState>(INITIAL)
  readonly said = new Store('')
  /** The last alert that came over the socket. */
  readonly fresh = new Store<AlertView | null>(null)
  readonly ticker = createTicker(() => this.#wake())
  readonly resources = new Resources({
    ask,
    now: () => Date.now() / 1000,
    after: browserWorld.after,
    refused: problem => this.#refused(problem),
  })
  readonly #link: LiveLink
  readonly #loads: Loads
  #booting: Promise<void> | null = null
  #wasLive = false
  #hiding: ReturnType<typeof setTimeout> | null = null
  #asking: ReturnType<typeof setTimeout> | null = null

  constructor() {
    this.#link = new LiveLink(browserWorld, {
      onFrame: frame => this.#take(frame),
      onState: link => this.#linkIs(link),
    })
    this.#loads = new Loads({
      get: () => this.state.get(),
      update: change => this.#update(change),
      refused: problem => this.#refused(problem),
    })
    this.ticker.subscribe(() => this.#update(state => state))
  }

  /** Asks who is looking, then loads. Without a session no data is asked for at all. */
  boot(): Promise<void> {
    this.#booting ??= this.#boot().finally(() => {
      this.#booting = null
    })
    return this.#booting
  }

  async signIn(token: string): Promise<Answer<SessionView>> {
    const answer = await post<SessionView>('/api/session', { token })
    if (answer.ok) void this.#admit(answer.value)
    else if (answer.problem.code === 'auth_not_configured') {
      this.#access({ kind: 'locked', detail: answer.problem.detail })
    }
    return answer
  }

  async signOut(): Promise<void> {
    await remove('/api/session')
    this.#link.stop()
    this.#access({ kind: 'asking' })
    await this.boot()
  }

  async pollNow(): Promise<void> {
    if (this.state.get().poll.kind === 'busy') return
    this.#patch({ poll: { kind: 'busy' } })
    const answer = await post<PollView>('/api/poll', {})
    const at = Date.now() / 1000
    if (answer.ok) this.#patch({ poll: { kind: 'done', at, view: answer.value } })
    else if (!this.#refused(answer.problem)) {
      this.#patch({ poll: { kind: 'failed', at, problem: answer.problem, retryAfter: answer.retryAfter } })
    }
    if (this.#link.state.kind !== 'live' && this.#isIn()) await this.#loads.present()
  }

  retryNow(): void {
    if (this.#isIn()) this.#link.connect()
    else void this.boot()
  }

  setPaused(paused: boolean): void {
    this.#patch({ paused })
    if (paused) this.#link.pause()
    else this.#link.connect()
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
      this.#hiding = setTimeout(() => this.#isIn() && this.#link.pause(), HIDDEN_MS)
    }
  }

  online(online: boolean): void {
    if (!online && this.#isIn() && !this.state.get().paused) this.#link.offline()
    else if (online && !document.hidden) this.#wake()
  }

  #isIn(): boolean {
    return this.state.get().access.kind === 'in'
  }

  #wake(): void {
    const { access, paused } = this.state.get()
    if (access.kind === 'unreachable') void this.boot()
    if (access.kind !== 'in' || paused) return
    if (this.#link.state.kind === 'paused') this.#link.connect()
    else this.#link.check()
  }

  async #boot(): Promise<void> {
    const session = await ask<SessionView>('/api/session')
    if (session.ok) void this.#admit(session.value)
    else this.#access({ kind: 'unreachable', problem: session.problem })
  }

  async #admit(session: SessionView): Promise<void> {
    if (session.auth_mode === 'locked') {
      return this.#access({ kind: 'locked', detail: session.detail ?? 'No access is configured for this tracker.' })
    }
    if (!session.authenticated) {
      const note = this.#isIn() ? 'Your session has ended. Sign in again.' : null
      return this.#access({ kind: 'sign_in', session, note })
    }
    this.#patch({ access: { kind: 'in', session } })
    this.#link.connect()
    await this.#loads.present()
  }

  #take(frame: LiveFrame): void {
    const before = this.state.get().status
    this.#update(state => applyFrame(state, frame, Date.now() / 1000))
    if (frame.type === 'alert') this.fresh.set(frame.alert)
    if (frame.type === 'notice') this.fresh.set(frame.notice)
    if (frame.type === 'usage') this.resources.refresh('/api/breakdown')
    const after = this.state.get().status
    if (!before || !after) return
    if (rebuilt(before, after)) this.#past()
    else if (deliveriesMoved(before, after)) void this.#loads.alerts()
  }

  #linkIs(link: LinkState): void {
    this.#patch({ link })
    if (link.kind === 'refused' && link.why !== 'origin') void this.boot()
    const blocked = link.kind === 'waiting' && link.attempt >= ASK_AFTER_ATTEMPTS && link.attempt % 2 === 0
    if (blocked) void this.#loads.present()
    if (link.kind !== 'live') return
    // The snapshot carries no history: whatever was missed while away is read again.
    if (this.#wasLive) this.#past()
    this.#wasLive = true
  }

  /** What the socket does not carry reads differently now. */
  #past(): void {
    void this.#loads.past()
    this.resources.refresh()
  }

  #all(): void {
    void this.#loads.present()
    this.resources.refresh()
  }

  #refused(problem: Problem): boolean {
    const ended = problem.status === 401 || problem.code === 'auth_not_configured'
    if (ended && this.#isIn()) {
      this.#link.stop()
      void this.boot()
    }
    return ended
  }

  #access(access: Access): void {
    this.#wasLive = false
    this.resources.forget()
    this.state.set(forget(access))
  }

  #patch(patch: Partial<PageState>): void {
    this.#update(state => ({ ...state, ...patch }))
  }

  #update(change: (state: PageState) => PageState): void {
    const before = this.state.get()
    const after = this.#today(change(before))
    if (after === before) return
    this.state.set(after)
    if (after.clockOffset !== before.clockOffset) this.ticker.again()
    if (after.status !== before.status) this.#askHistoryAgain()
    const said = announce(before, after)
    if (said.length > 0) this.said.set(said.join('. '))
  }

  #askHistoryAgain(): void {
    const { status } = this.state.get()
    if (this.#asking !== null || document.hidden || !status || !historyBehind(status)) return
    this.#asking = setTimeout(() => {
      this.#asking = null
      if (this.#isIn()) void this.#loads.status().then(() => this.#past())
    }, ASK_HISTORY_AGAIN_MS)
  }

  #today(state: PageState): PageState {
    if (!state.usage) return state
    const usage = rollOver(state.usage, Date.now() / 1000 + state.clockOffset)
    if (usage === state.usage) return state
    setTimeout(() => this.#isIn() && this.#all(), NEW_DAY_WAIT_MS * (1 + Math.random()))
    return { ...state, usage, points: [] }
  }
}
