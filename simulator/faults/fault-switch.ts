import { type Fault, type FaultOrder, pathOf } from './fault.ts'
import { faultNamed } from './fault-catalogue.ts'

export type Armed = { order: FaultOrder; fault: Fault }

type Waiting = Armed & { left: number; spare: number; until: number }

/**
 * The faults to come. Bounded ones (count, seconds) act in the order in which they were given and then end; an
 * unbounded one comes after them and replaces the unbounded one before it.
 */
export class FaultSwitch {
  #waiting: Waiting[] = []
  #now: () => number

  constructor(now: () => number) {
    this.#now = now
  }

  arm(order: FaultOrder): void {
    const fault = faultNamed(order.fault)
    const until = order.seconds === undefined ? Infinity : this.#now() + order.seconds * 1000
    const waiting = { order, fault, left: order.count ?? Infinity, spare: order.after ?? 0, until }
    const bounded = this.#waiting.filter(isBounded)
    this.#waiting = isBounded(waiting)
      ? [...bounded, waiting, ...this.#waiting.filter(w => !isBounded(w))]
      : [...bounded, waiting]
  }

  /** The fault for a request to this path, if any. */
  take(path: string): Armed | undefined {
    this.#drop()
    const found = this.#waiting.find(
      ({ order, fault }) => path.startsWith(order.path ?? pathOf(fault)) && path.startsWith(pathOf(fault)),
    )
    if (!found) return undefined
    if (found.spare > 0) {
      found.spare -= 1
      return undefined
    }
    found.left -= 1
    return found
  }

  clear(): void {
    this.#waiting = []
  }

  list(): (FaultOrder & { left: number | null })[] {
    this.#drop()
    return this.#waiting.map(({ order, left }) => ({ ...order, left: Number.isFinite(left) ? left : null }))
  }

  #drop(): void {
    this.#waiting = this.#waiting.filter(({ left, until }) => left > 0 && until > this.#now())
  }
}

function isBounded({ left, until }: Waiting): boolean {
  return Number.isFinite(left) || Number.isFinite(until)
}
