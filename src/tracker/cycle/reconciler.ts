import type { ReconcileOutcome, TrackerFailure } from '../../rpc/trackerStub.ts'
import { addDays, dateOf } from '../../usage/utcDay.ts'
import type { ReconcileView } from '../../wire.ts'
import type { Desk } from '../desk.ts'
import { readHoursOf } from '../reads/readHours.ts'
import type { SideFault } from '../reads/sideRead.ts'
import type { Moment } from './agenda.ts'
import { type CycleResult, totalsOf } from './pollCycle.ts'
import { reconcileSettledDay } from './reconcileDay.ts'
import { failureOf, refusalAt } from './refusals.ts'
import { tierOutcome } from './tierOutcome.ts'

/** Nothing is re-read from further back. */
export const RECONCILED_AT_MOST_DAYS = 400

export interface ReconcilerDeps {
  /** A cycle of the open days, already in the lane. */
  poll(): Promise<CycleResult>
  inLane<T>(work: () => Promise<T>): Promise<T>
  moment(): Moment
}

/**
 * Re-reads one date on demand. One at a time, and not again within the cooldown: each costs OpenAI several requests, and a poll
 * must not stand behind a row of them. Whoever asks for the same date again is told the same.
 */
export class Reconciler {
  readonly #desk: Desk
  readonly #deps: ReconcilerDeps
  #running: { date: string; outcome: Promise<ReconcileOutcome> } | null = null
  #last: { date: string; at: number; view: ReconcileView } | null = null

  constructor(desk: Desk, deps: ReconcilerDeps) {
    this.#desk = desk
    this.#deps = deps
  }

  async reconcile(date: string): Promise<ReconcileOutcome> {
    const refusal = this.#refusal(date)
    if (refusal !== null) return refusal
    if (this.#running !== null) {
      if (this.#running.date === date) return this.#running.outcome
      return tooSoon(`${this.#running.date} is being re-read`, 2)
    }
    const { ports, config } = this.#desk
    const last = this.#last
    const wait = last === null ? 0 : last.at + config.pollCooldownMs - ports.now()
    if (last !== null && wait > 0 && wait <= config.pollCooldownMs) {
      if (last.date === date) return { ok: true, view: last.view }
      return tooSoon(`${last.date} was re-read just now`, Math.ceil(wait / 1000))
    }
    const outcome = this.#deps.inLane(() => this.#reconcileOnce(date))
    this.#running = { date, outcome }
    try {
      const done = await outcome
      if (done.ok) this.#last = { date, at: ports.now(), view: done.view }
      return done
    } finally {
      this.#running = null
      ports.log({ event: 'reconcile', date })
    }
  }

  #refusal(date: string): TrackerFailure | null {
    const today = this.#today()
    const oldest = addDays(today, -RECONCILED_AT_MOST_DAYS)
    if (date > today || date < oldest) {
      const detail = `date must be from ${oldest} to ${today} (UTC), but is ${date}`
      return { ok: false, status: 400, code: 'bad_date', detail, retryAfterSeconds: null }
    }
    return refusalAt(this.#deps.moment())
  }

  async #reconcileOnce(date: string): Promise<ReconcileOutcome> {
    const { memory } = this.#desk
    const isOpen = date === this.#today() || memory.days.get(date)?.final === false
    if (!isOpen) {
      const done = await reconcileSettledDay(this.#desk, date)
      if (done.ok) return { ok: true, view: { success: true, date, ...tierOutcome(done.before, done.after) } }
      if (done.fault === null) return notBelieved(done.error)
      this.#desk.heed(done.fault)
      return failureOf(done.fault, this.#deps.moment())
    }
    const before = totalsOf(this.#desk, date)
    const polled = await this.#deps.poll()
    if (!polled.ok) return failureOf(polled.fault, this.#deps.moment())
    const read = await readHoursOf(this.#desk, date)
    if (!read.ok) {
      if (read.fault === null) return notBelieved(read.error)
      this.#desk.heed(read.fault)
      return failureOf(read.fault, this.#deps.moment())
    }
    return { ok: true, view: { success: true, date, ...tierOutcome(before, totalsOf(this.#desk, date)) } }
  }

  #today(): string {
    return dateOf(Math.floor(this.#desk.ports.now() / 1000))
  }
}

function tooSoon(why: string, seconds: number): TrackerFailure {
  const detail = `${why}; try again in ${seconds} s`
  return { ok: false, status: 429, code: 'too_soon', detail, retryAfterSeconds: seconds }
}

function notBelieved({ code, message, action }: SideFault): TrackerFailure {
  return { ok: false, status: 502, code, detail: `${message} ${action}`, retryAfterSeconds: null }
}
