import type { LiveFrame } from '../../../src/wire.ts'
import { until } from './until.ts'

const SNAPSHOT_WITHIN_MS = 20_000

/** A browser tab that is left open: it connects again and again, and keeps every frame that it was ever sent. */
export class Dashboard {
  readonly frames: LiveFrame[] = []
  readonly #url: string
  #socket: WebSocket | null = null

  constructor(url: string) {
    this.#url = `${url.replace(/^http/, 'ws')}/api/live`
  }

  /** Opens a connection and waits for its snapshot. */
  async connect(): Promise<void> {
    const seen = this.frames.length
    const opened = await until(() => this.#snapshotAfter(seen), SNAPSHOT_WITHIN_MS, 50)
    if (!opened) throw new Error('no snapshot came over the socket')
  }

  /** Tries anew where the last try has failed: a tracker that has just started may refuse the first. */
  #snapshotAfter(seen: number): boolean {
    if (this.#socket === null || this.#socket.readyState === WebSocket.CLOSED) {
      const socket = new WebSocket(this.#url)
      this.#socket = socket
      socket.addEventListener('message', ({ data }) => {
        // What still comes after the end of a connection is nothing that anybody would see.
        if (this.#socket === socket) this.frames.push(JSON.parse(String(data)) as LiveFrame)
      })
    }
    return this.#socket.readyState === WebSocket.OPEN && this.frames.length > seen
  }

  get connected(): boolean {
    return this.#socket?.readyState === WebSocket.OPEN
  }

  hangUp(): void {
    this.#socket?.close()
    this.#socket = null
  }

  /** Premium tokens of every frame that carried usage, in the order of their arrival. */
  totals(): number[] {
    return this.frames.flatMap(frame => ('usage' in frame ? [frame.usage.premium.tokens_used] : []))
  }

  /** True when each frame has a higher number than the one before, over all connections. */
  numbersRise(): boolean {
    return this.frames.every(({ seq }, at) => at === 0 || seq > (this.frames[at - 1]?.seq ?? 0))
  }
}
