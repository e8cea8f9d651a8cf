import type { Walk } from '../world/upstream.ts'
import type { World } from '../world/world.ts'
import { DAY, dateText, tierOf } from './truth.ts'

// What OpenAI had said of a date, as it was read, read by read: what the product may have known at any time.

const STORED_WITHIN_MS = 1000
/** A steep fall is read a second time, and only that is believed. */
const READ_AGAIN_WITHIN_MS = 125_000

export const UNKNOWN_MODELS: ReadonlySet<string> = new Set(['zeta-9', '__proto__', 'omega-2', 'toString', 'gpt-9'])

export interface TierView {
  tokens: number
  free: number
  requests: number
  /** Billed, of models that the catalogue knows. */
  billed: number
  /** API keys, or projects where there was no key. */
  users: Map<string, number>
}

export interface DayView {
  date: string
  walk: Walk
  /** Nothing struck while it was read and stored, and nothing in it was wrong. */
  isCertain: boolean
  tiers: Record<'premium' | 'mini', TierView>
  /** Tokens of models that the catalogue does not know. */
  unknown: Map<string, number>
}

export class Known {
  readonly #days = new Map<string, DayView[]>()
  /** Reads that took in the date of their own clock: polls, by time. */
  readonly polls: DayView[] = []

  constructor(world: World) {
    const walks = world.openai.walks.filter(({ width }) => width === '1d')
    const cuts = [...world.cuts, ...world.points.struck.map(({ at }) => at)].sort((a, b) => a - b)
    for (const [index, walk] of walks.entries()) {
      const next = walks[index + 1]
      const isAgain = next !== undefined && next.startedAt - walk.endedAt < READ_AGAIN_WITHIN_MS
      const isCut = cuts.some(at => at >= walk.startedAt && at <= walk.endedAt + STORED_WITHIN_MS)
      const isCertain = !walk.lie && walk.spoiled.length === 0 && !isCut && !isAgain
      for (const view of viewsOf(walk, isCertain)) {
        const held = this.#days.get(view.date)
        if (held === undefined) this.#days.set(view.date, [view])
        else held.push(view)
        if (view.date === dateText(walk.clockS)) this.polls.push(view)
      }
    }
  }

  /**
   * What may have been known of a date once a read was stored: what that read says of it, or else what was said since the last
   * time that is sure to have been stored. Empty: nothing.
   */
  at(date: string, walk: Walk): DayView[] {
    const before = (this.#days.get(date) ?? []).filter(view => view.walk.startedAt <= walk.startedAt)
    const own = before.filter(view => view.walk === walk)
    if (own.length > 0) return own
    const last = before.findLastIndex(({ isCertain }) => isCertain)
    return before.slice(Math.max(0, last))
  }

  /** True where all of that may have been known is sure to be. */
  isSure(date: string, walk: Walk): boolean {
    return this.at(date, walk)[0]?.isCertain === true
  }

  /** Of the days before a read's own, the nearest first. */
  before(walk: Walk, days: number): DayView[][] {
    return datesBefore(walk, days).map(date => this.at(date, walk))
  }
}

export function datesBefore({ clockS }: Walk, days: number): string[] {
  return Array.from({ length: days }, (_, index) => dateText(clockS - (index + 1) * DAY))
}

function viewsOf(walk: Walk, isCertain: boolean): DayView[] {
  const views = new Map<number, DayView>()
  // The last day is the one that its end lies in.
  for (let start = Math.floor(walk.from / DAY) * DAY; start < walk.to; start += DAY) {
    if (walk.spoiled.includes(start)) continue
    const none = (): TierView => ({ tokens: 0, free: 0, requests: 0, billed: 0, users: new Map() })
    const date = dateText(start)
    views.set(start, { date, walk, isCertain, tiers: { premium: none(), mini: none() }, unknown: new Map() })
  }
  for (const { start, sum } of walk.sums) {
    const view = views.get(start)
    if (view === undefined) continue
    const tier = view.tiers[tierOf(sum.model)]
    const tokens = sum.input + sum.output
    tier.tokens += tokens
    tier.requests += sum.requests
    const isUnknown = UNKNOWN_MODELS.has(sum.model)
    if (sum.serviceTier === 'incentivized-tier') tier.free += tokens
    else if (!isUnknown) tier.billed += tokens
    if (isUnknown) view.unknown.set(sum.model, (view.unknown.get(sum.model) ?? 0) + tokens)
    const user = sum.apiKey ?? sum.project
    if (user !== null) tier.users.set(user, (tier.users.get(user) ?? 0) + tokens)
  }
  return [...views.values()]
}
