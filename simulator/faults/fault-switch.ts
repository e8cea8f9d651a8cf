import type { Fault, FaultOrder } from './fault.ts'
import { faultNamed } from './fault-catalogue.ts'
import { fitsOrder, startOfDate } from './fits-order.ts'

export type Armed = { order: FaultOrder; fault: Fault }

type Waiting = Armed & { left: number; spare: number; until: number }

/**
 * The faults to come. Bounded ones (count, seconds) act in the order in which they were given and then end. After them
 * come the lasting ones, the last given first: one replaces that before it for the same path, width and date.
 */
export class FaultSwitch {
  #waiting: Waiting[] = []
  #now: () => number

  constructor(now: () => number) {
    this.#now = now
  }

  arm(order: FaultOrder): void {
    const fault = faultNamed(order.fault)
    if (order.date !== undefined) startOfDate(order.date)
    const until = order.seconds === undefined ? Infinity : this.#now() + order.seconds * 1000
    const waiting = { order, fault, left: order.count ?? Infinity, spare: order.after ?? 0, until }
    const bounded = this.#waiting.filter(isBounded)
    const lasting = this.#waiting.filter(each => !isBounded(each))
    this.#waiting = isBounded(waiting)
      ? [...bounded, waiting, ...lasting]
      : [...bounded, waiting, ...lasting.filter(each => scopeOf(each.order) !== scopeOf(order))]
  }

  /** The fault for a request to this address, if any. */
  take(url: URL): Armed | undefined {
    this.#drop()
    const found = this.#waiting.find(({ order, fault }) => fitsOrder(order, fault, url, this.#now() / 1000))
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

/** What a lasting fault is about: two of one scope would hide one another. */
function scopeOf({ path, width, date }: FaultOrder): string {
  return JSON.stringify([path, width, date])
}
