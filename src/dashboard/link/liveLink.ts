// One socket to `GET /api/live`, kept open for as long as the page is looked at. Live means that the server's snapshot
// has arrived, not only that a socket opened. A socket that stays silent after a ping is given up: after a laptop's
// sleep the browser may hold a connection that the network forgot hours ago.
import type { LiveFrame } from '../../wire.ts'
import { closeReason, type Refusal } from './closeReason.ts'
import { parseFrame } from './parseFrame.ts'
import { retryDelay } from './retryDelay.ts'

export type LinkState =
  | { kind: 'idle' }
  | { kind: 'connecting'; attempt: number }
  | { kind: 'live' }
  | { kind: 'waiting'; attempt: number; retryAt: number; since: number }
  | { kind: 'offline'; since: number }
  | { kind: 'paused' }
  | { kind: 'refused'; why: Refusal }

export interface LinkSocket {
  send(text: string): void
  close(): void
  onmessage: ((event: { data: unknown }) => void) | null
  onclose: ((event: { code: number }) => void) | null
}

export interface LinkWorld {
  open(): LinkSocket
  now(): number
  chance(): number
  after(ms: number, run: () => void): () => void
}

export interface LinkListener {
  onFrame(frame: LiveFrame): void
  onState(state: LinkState): void
}

const PING_EVERY_MS = 30_000
const PONG_WITHIN_MS = 8_000
const SNAPSHOT_WITHIN_MS = 15_000

export class LiveLink {
  readonly #world: LinkWorld
  readonly #listener: LinkListener
  #state: LinkState = { kind: 'idle' }
  #socket: LinkSocket | null = null
  #seq = -1
  #attempt = 0
  #lostAt: number | null = null
  #cancelTimer = () => {}

  constructor(world: LinkWorld, listener: LinkListener) {
    this.#world = world
    this.#listener = listener
  }

  get state(): LinkState {
    return this.#state
  }

  /** Connects at once, whatever was waited for. */
  connect(): void {
    this.#drop()
    this.#enter({ kind: 'connecting', attempt: this.#attempt })
    const socket = this.#world.open()
    this.#socket = socket
    this.#seq = -1
    socket.onmessage = event => this.#receive(socket, event.data)
    socket.onclose = event => this.#lost(socket, event.code)
    this.#timer(SNAPSHOT_WITHIN_MS, () => this.#lost(socket, 1006))
  }

  pause(): void {
    this.#drop()
    this.#enter({ kind: 'paused' })
  }

  stop(): void {
    this.#drop()
    this.#enter({ kind: 'idle' })
  }

  offline(): void {
    this.#drop()
    this.#lostAt ??= this.#world.now()
    this.#enter({ kind: 'offline', since: this.#lostAt })
  }

  /** Makes sure that an open socket still has somebody at its other end. */
  check(): void {
    if (this.#state.kind === 'live') this.#ping()
    else if (this.#state.kind === 'waiting' || this.#state.kind === 'offline') this.connect()
  }

  #receive(socket: LinkSocket, data: unknown): void {
    if (socket !== this.#socket) return
    const frame = parseFrame(data)
    if (frame && (frame.type === 'snapshot' || frame.seq > this.#seq)) {
      this.#seq = frame.seq
      if (frame.type === 'snapshot') this.#alive()
      this.#listener.onFrame(frame)
    }
    // Whatever arrives proves that the other end is there.
    if (this.#state.kind === 'live') this.#timer(PING_EVERY_MS, () => this.#ping())
  }

  #alive(): void {
    this.#attempt = 0
    this.#lostAt = null
    this.#enter({ kind: 'live' })
  }

  #ping(): void {
    const socket = this.#socket
    if (!socket) return
    this.#timer(PONG_WITHIN_MS, () => this.#lost(socket, 1006))
    try {
      socket.send('ping')
    } catch {
      this.#lost(socket, 1006)
    }
  }

  #lost(socket: LinkSocket, code: number): void {
    if (socket !== this.#socket) return
    this.#drop()
    const why = closeReason(code)
    if (why) {
      this.#enter({ kind: 'refused', why })
      return
    }
    const now = this.#world.now()
    this.#lostAt ??= now
    const delay = retryDelay(this.#attempt, this.#world.chance())
    this.#attempt++
    this.#enter({ kind: 'waiting', attempt: this.#attempt, retryAt: now + delay, since: this.#lostAt })
    this.#timer(delay, () => this.connect())
  }

  #drop(): void {
    this.#cancelTimer()
    const socket = this.#socket
    this.#socket = null
    if (!socket) return
    socket.onmessage = null
    socket.onclose = null
    socket.close()
  }

  #timer(ms: number, run: () => void): void {
    this.#cancelTimer()
    this.#cancelTimer = this.#world.after(ms, run)
  }

  #enter(state: LinkState): void {
    this.#state = state
    this.#listener.onState(state)
  }
}
