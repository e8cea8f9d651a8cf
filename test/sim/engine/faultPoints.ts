/** What happens at one call of the product to the outside: storage, OpenAI, D1, a receiver, the alarm. */
export type Blow = 'crashBefore' | 'crashAfter' | 'throwBefore' | 'throwAfter' | 'hang'

export type PortCall = 'sql' | 'transaction' | 'openai' | 'policy' | 'd1' | 'webhook' | 'heartbeat' | 'alarm' | 'socket'

/** The process ended here. Thrown only inside the incarnation that is no longer there. */
export class Crashed extends Error {
  override name = 'Crashed'
}

/** Storage or the network refused, once. */
export class Refused extends Error {
  override name = 'Refused'
}

/** A process that ends at each start does so 500 times in it: more of them show nothing more. */
const DYING_FOR_MS = 45 * 60_000

interface Armed {
  /** Calls still to pass. */
  left: number
  blow: Blow
  only: PortCall | null
  /** From the chosen call on, every call of its kind meets the same, until the faults end. */
  ever: boolean
  until: number
}

/** Counts every call through a port and strikes at the one that was chosen. */
export class FaultPoints {
  calls = 0
  struck: { call: PortCall; blow: Blow; at: number }[] = []
  readonly #now: () => number
  #armed: Armed[] = []

  constructor(now: () => number) {
    this.#now = now
  }

  /** Strikes at the `nth` call (0: the next one) from now on: once, or from then on. */
  arm(nth: number, blow: Blow, only: PortCall | null = null, ever = false): void {
    this.#armed.push({ left: nth, blow, only, ever, until: Number.POSITIVE_INFINITY })
  }

  disarm(): void {
    this.#armed = []
  }

  next(call: PortCall): Blow | null {
    this.calls++
    if (this.#armed.length === 0) return null
    let blow: Blow | null = null
    for (const armed of this.#armed) {
      if (armed.only !== null && armed.only !== call) continue
      if (armed.left-- > 0) continue
      blow = armed.blow
      if (!armed.ever) continue
      Object.assign(armed, { left: 0, only: call })
      if (blow.startsWith('crash')) armed.until = Math.min(armed.until, this.#now() + DYING_FOR_MS)
    }
    this.#armed = this.#armed.filter(armed => armed.left >= 0 && armed.until > this.#now())
    if (blow !== null) this.struck.push({ call, blow, at: this.#now() })
    return blow
  }
}
