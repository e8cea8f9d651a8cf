import type { Answer } from './api/answer.ts'
import { type ApiRequest, serveApi } from './api/serve-api.ts'
import type { Armed } from './faults/fault-switch.ts'
import { FaultSwitch } from './faults/fault-switch.ts'
import { spoilAnswer } from './faults/spoil-answer.ts'
import { DAY_SECONDS, dayOf } from './ledger/bucket-width.ts'
import { type ExactTotals, exactTotals } from './ledger/exact-totals.ts'
import { Ledger } from './ledger/ledger.ts'
import { type EventInput, usageEvent } from './ledger/usage-event.ts'
import { generateDay } from './organisation/generate-day.ts'
import { RequestLog } from './request-log.ts'
import { type TraceOptions, TraceReplay } from './trace/trace-replay.ts'

export type SimulationOptions = {
  /** Seed of a generated organisation, 1 by default. With a trace or with `empty` nothing is generated. */
  seed?: number
  trace?: TraceOptions
  empty?: boolean
  /** More or less generated traffic than on an ordinary day, 1 by default. */
  scale?: number
  /** UTC days generated before the day of the start, 30 by default. */
  historyDays?: number
  /** Only this key may read; without it any that begins with `sk-admin-`. */
  adminKey?: string
  /** The simulator's clock in milliseconds. */
  now?: () => number
}

/** The state behind the port: a ledger, a clock, the faults to come and a log of who asked what. */
export class Simulation {
  readonly mode: 'organisation' | 'trace' | 'empty'
  readonly now: () => number
  readonly ledger: Ledger
  readonly faults: FaultSwitch
  readonly requests = new RequestLog()
  readonly replay: TraceReplay | null
  readonly #adminKey: string | undefined

  constructor(options: SimulationOptions) {
    const { seed = 1, scale = 1, historyDays = 30, now = Date.now } = options
    this.mode = options.trace ? 'trace' : options.empty ? 'empty' : 'organisation'
    this.now = now
    this.faults = new FaultSwitch(now)
    this.#adminKey = options.adminKey
    const oldest = dayOf(now() / 1000) - historyDays
    const generated = this.mode === 'organisation'
    this.ledger = new Ledger(day => (generated && day >= oldest ? generateDay(day, { seed, scale }) : []))
    this.replay = options.trace ? new TraceReplay(options.trace, now() / 1000) : null
    if (this.replay) this.ledger.add(this.replay.events)
  }

  seconds(): number {
    return this.now() / 1000
  }

  /** OpenAI's answer at this moment, or what a fault makes of it; a fault of the wire acts later, in sending. */
  answer(request: ApiRequest, armed: Armed | undefined): Answer {
    return spoilAnswer(request, armed, this.seconds(), view => serveApi(this.ledger, this.#adminKey, request, view))
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

  state() {
    return {
      mode: this.mode,
      now: this.seconds(),
      replay: this.replay?.progress(this.seconds()) ?? null,
      faults: this.faults.list(),
      requests: this.requests.count,
    }
  }
}
