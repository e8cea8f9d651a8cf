import { DAY_SECONDS, dayOf } from './ledger/bucket-width.ts'
import { type ExactTotals, exactTotals } from './ledger/exact-totals.ts'
import { Ledger } from './ledger/ledger.ts'
import { type EventInput, usageEvent } from './ledger/usage-event.ts'
import { generateDay } from './organisation/generate-day.ts'

export type SimulationOptions = {
  /** Seed of a generated organisation. Without it, with a trace or with `empty`, nothing is generated. */
  seed?: number
  empty?: boolean
  /** More or less generated traffic than on an ordinary day. */
  scale?: number
  /** UTC days generated before the day of the start. */
  historyDays?: number
  /** The simulator's clock in milliseconds. */
  now?: () => number
}

/** The state behind the port: a ledger and a clock. */
export class Simulation {
  readonly now: () => number
  readonly ledger: Ledger

  constructor({ seed = 1, empty = false, scale = 1, historyDays = 30, now = Date.now }: SimulationOptions) {
    this.now = now
    const oldest = dayOf(now() / 1000) - historyDays
    this.ledger = new Ledger(day => (empty || day < oldest ? [] : generateDay(day, { seed, scale })))
  }

  seconds(): number {
    return this.now() / 1000
  }

  add(events: EventInput[]): { added: number } {
    this.ledger.add(events.map(event => usageEvent(event, this.seconds())))
    return { added: events.length }
  }

  /** The truth about one UTC date as it could be known at a moment; by default today and now. */
  totals(date?: string, at = this.seconds()): { date: string; at: number } & ExactTotals {
    const day = date === undefined ? dayOf(this.seconds()) : dayOf(Date.parse(`${date}T00:00:00Z`) / 1000)
    if (Number.isNaN(day)) throw new Error(`date: '${date}' is not a UTC date such as 2026-11-23.`)
    const name = new Date(day * DAY_SECONDS * 1000).toISOString().slice(0, 10)
    return { date: name, at, ...exactTotals(this.ledger.events(day), at) }
  }
}
