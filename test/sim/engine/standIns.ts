import type { Timeline } from './timeline.ts'

// What the product finds in the global scope: clock, timers, randomness, fetch and sockets, all of them the world's own.
// Set once; the world that is being run is put in their place before each run.

export interface Surroundings {
  timeline: Timeline
  clockMs(): number
  random(): number
  fetch(url: string, init: RequestInit): Promise<unknown>
  log(line: string): void
}

let current: Surroundings | null = null

export function surround(surroundings: Surroundings): void {
  current = surroundings
}

function here(): Surroundings {
  if (current === null) throw new Error('the product ran outside a world')
  return current
}

/** A socket's server end, as far as the hub uses it. */
export class SimSocket {
  readyState = 1
  readonly frames: string[] = []
  closedWith: number | null = null
  onFrame: ((text: string) => void) | null = null
  /** A half-open connection: every send throws, and so does its close. */
  broken = false
  #attachment: unknown = null

  send(text: string): void {
    if (this.broken || this.readyState !== 1) throw new Error('socket is not open')
    this.onFrame?.(text)
    this.frames.push(text)
  }

  close(code = 1000): void {
    const throws = this.broken && this.readyState === 1
    this.cut(code)
    if (throws) throw new Error('socket is not open')
  }

  /** What the platform does when the process ends. */
  cut(code: number): void {
    this.closedWith ??= code
    this.readyState = 3
  }

  serializeAttachment(value: unknown): void {
    this.#attachment = structuredClone(value)
  }

  deserializeAttachment(): unknown {
    return this.#attachment
  }
}

class SimSocketPair {
  readonly 0 = new SimSocket()
  readonly 1 = new SimSocket()
}

class UpgradeResponse extends Response {
  constructor(body?: BodyInit | null, init?: ResponseInit) {
    // Node refuses 101; the upgrade is the world's own affair.
    super(body, init?.status === 101 ? { ...init, status: 200 } : init)
  }
}

export function installStandIns(): { print(line: string): void } {
  const say = console.log.bind(console)
  Date.now = () => here().clockMs()
  Math.random = () => here().random()
  Object.assign(globalThis, {
    setTimeout: (run: () => void, ms = 0) => here().timeline.after(ms, run),
    clearTimeout: (cancel: (() => void) | undefined | null) => cancel?.(),
    fetch: (url: string, init: RequestInit) => here().fetch(url, init),
    WebSocketPair: SimSocketPair,
    WebSocketRequestResponsePair: class {},
    Response: UpgradeResponse,
  })
  console.log = (line: unknown) => here().log(String(line))
  return { print: say }
}
