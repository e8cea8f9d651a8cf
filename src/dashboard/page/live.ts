// The socket and who looks: it is open while somebody does, asked after a sleep, and let go when nobody does any more.
import type { LiveFrame } from '../../wire.ts'
import { type LinkState, LiveLink } from '../link/liveLink.ts'
import { browserWorld } from './browserWorld.ts'
import { type Readable, Store } from './store.ts'

/** Sockets that keep failing may be blocked on the way; plain requests often are not. */
const ASK_AFTER_ATTEMPTS = 2
const HIDDEN_MS = 60_000

interface Told {
  frame(frame: LiveFrame): void
  /** The server closed the socket: who looks must be asked. */
  closed(): void
  /** The socket does not come; plain requests may. */
  blocked(): void
  /** Again, after it was away: what no snapshot carries was missed. */
  back(): void
}

export class Live {
  readonly #link: LiveLink
  readonly #state = new Store<LinkState>({ kind: 'idle' })
  readonly #paused = new Store(false)
  readonly #told: Told
  #wasLive = false
  #hiding = () => {}

  constructor(told: Told) {
    this.#told = told
    this.#link = new LiveLink(browserWorld, {
      onFrame: frame => told.frame(frame),
      onState: state => this.#is(state),
    })
  }

  get link(): Readable<LinkState> {
    return this.#state
  }

  /** By the reader, not by a page that is hidden. */
  get paused(): Readable<boolean> {
    return this.#paused
  }

  connect(): void {
    this.#link.connect()
  }

  setPaused(paused: boolean): void {
    this.#paused.set(paused)
    if (paused) this.#link.pause()
    else this.#link.connect()
  }

  /** Somebody looks again, or the machine has woken up. */
  wake(): void {
    if (this.#paused.get()) return
    if (this.#state.get().kind === 'paused') this.#link.connect()
    else this.#link.check()
  }

  /** Hidden pages cost nothing: after a while the socket goes. */
  visible(visible: boolean): void {
    this.#hiding()
    const leave = () => this.#link.state.kind !== 'idle' && this.#link.pause()
    this.#hiding = visible ? () => {} : browserWorld.after(HIDDEN_MS, leave)
  }

  offline(): void {
    if (!this.#paused.get()) this.#link.offline()
  }

  forget(): void {
    this.#wasLive = false
    this.#paused.set(false)
    this.#link.stop()
  }

  #is(state: LinkState): void {
    this.#state.set(state)
    if (state.kind === 'refused' && state.why !== 'origin') this.#told.closed()
    if (state.kind === 'waiting' && state.attempt >= ASK_AFTER_ATTEMPTS && state.attempt % 2 === 0) this.#told.blocked()
    if (state.kind !== 'live') return
    if (this.#wasLive) this.#told.back()
    this.#wasLive = true
  }
}
