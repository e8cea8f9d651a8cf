import type { Answer } from './api/answer.ts'
import { SCOPES, type Scope } from './api/scopes.ts'
import { type ApiRequest, type Organisation, serveApi } from './api/serve-api.ts'
import type { Armed } from './faults/fault-switch.ts'
import { FaultSwitch } from './faults/fault-switch.ts'
import { spoilAnswer } from './faults/spoil-answer.ts'
import { DAY_SECONDS, dayOf } from './ledger/bucket-width.ts'
import { type ExactCosts, exactCosts } from './ledger/exact-costs.ts'
import { type ExactTotals, exactTotals } from './ledger/exact-totals.ts'
import { Ledger } from './ledger/ledger.ts'
import { type EventInput, usageEvent } from './ledger/usage-event.ts'
import { Directory } from './organisation/directory.ts'
import { generateDay } from './organisation/generate-day.ts'
import { Policies, type Policy } from './organisation/policies.ts'
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
  /** What the key may do, everything by default. */
  scopes?: readonly Scope[]
  /** Hours from usage that shows to its costs, 4 by default. */
  costLagHours?: number
  /** From a change of a project's model permissions to its effect on requests, 30 s by default. */
  policyEffectSeconds?: number
  /** The simulator's clock in milliseconds. */
  now?: () => number
}

const HOUR_SECONDS = 3600

/** The state behind the port: a ledger, names, a clock, the faults to come and a log of who asked what. */
export class Simulation {
  readonly mode: 'organisation' | 'trace' | 'empty'
  readonly now: () => number
  readonly ledger: Ledger
  readonly directory = new Directory()
  readonly policies: Policies
  readonly faults: FaultSwitch
  readonly requests = new RequestLog()
  readonly replay: TraceReplay | null
  scopes: readonly Scope[]
  readonly #adminKey: string | undefined
  readonly #costLagSeconds: number

  constructor(options: SimulationOptions) {
    const { seed = 1, scale = 1, historyDays = 30, costLagHours = 4, scopes = SCOPES, now = Date.now } = options
    this.mode = options.trace ? 'trace' : options.empty ? 'empty' : 'organisation'
    this.now = now
    this.faults = new FaultSwitch(now)
    this.scopes = scopes
    this.policies = new Policies(options.policyEffectSeconds ?? 30)
    this.#adminKey = options.adminKey
    this.#costLagSeconds = costLagHours * HOUR_SECONDS
    const oldest = dayOf(now() / 1000) - historyDays
    const generated = this.mode === 'organisation'
    this.ledger = new Ledger(
      day => (generated && day >= oldest ? generateDay(day, { seed, scale }) : []),
      ({ project, model, time }) => this.policies.permits(project, model, time),
    )
    this.replay = options.trace ? new TraceReplay(options.trace, now() / 1000) : null
    if (this.replay) this.ledger.add(this.replay.events)
  }

  seconds(): number {
    return this.now() / 1000
  }

  /** OpenAI's answer at this moment, or what a fault makes of it; a fault of the wire acts later, in sending. */
  answer(request: ApiRequest, armed: Armed | undefined): Answer {
    const organisation: Organisation = {
      ledger: this.ledger,
      directory: this.directory,
      policies: this.policies,
      acting: armed?.fault.kind === 'write' ? armed.fault.acting : 'acts',
      adminKey: this.#adminKey,
      scopes: new Set(this.scopes),
      costLagSeconds: this.#costLagSeconds,
    }
    return spoilAnswer(request, armed, this.seconds(), view => serveApi(organisation, request, view))
  }

  add(events: EventInput[]): { added: number } {
    this.ledger.add(events.map(event => usageEvent(event, this.seconds())))
    return { added: events.length }
  }

  /** The truth about one UTC date as it could be known at a moment; by default today and now. */
  totals(date?: string, at = this.seconds()): { date: string; at: number } & ExactTotals {
    const day = this.#dayOf(date)
    return { date: nameOf(day), at, ...exactTotals(this.ledger.events(day), at) }
  }

  /** What one UTC date cost, as the costs can be known at a moment; `Infinity` for all that will ever be known. */
  costs(date?: string, at = this.seconds()): { date: string; at: number } & ExactCosts {
    const day = this.#dayOf(date)
    return { date: nameOf(day), at, ...exactCosts(this.ledger.events(day), at - this.#costLagSeconds) }
  }

  /** The policy of a project as its owner changes it; null: none any more. */
  setPolicy(project: string, policy: Policy | null): void {
    this.policies.set(project, policy, this.seconds())
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

  /** Today where no date is given. */
  #dayOf(date: string | undefined): number {
    const day = date === undefined ? dayOf(this.seconds()) : dayOf(Date.parse(`${date}T00:00:00Z`) / 1000)
    if (Number.isNaN(day)) throw new Error(`date: '${date}' is not a UTC date such as 2026-11-23.`)
    return day
  }
}

function nameOf(day: number): string {
  return new Date(day * DAY_SECONDS * 1000).toISOString().slice(0, 10)
}
