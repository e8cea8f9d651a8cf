import type { PollOutcome, TrackerFailure } from '../../rpc/trackerStub.ts'
import { dateOf } from '../../usage/utcDay.ts'
import type { PollView } from '../../wire.ts'
import type { Desk } from '../desk.ts'
import { totalsOf } from './pollCycle.ts'
import type { Settlement } from './settleReading.ts'

/** Whoever mends something tries again at once; who goes on pressing the button gets the cooldown. */
const QUICK_FAILURES = 3

/** What manual polls get that come too soon after each other. Kept in memory only: an object that starts anew may ask again. */
export class ManualPolls {
  readonly #desk: Desk
  #last: PollView | null = null
  /** Failures one after the other: when the last of them was, how many, and how it ended. */
  #failed: { last: number; count: number; failure: TrackerFailure } | null = null

  constructor(desk: Desk) {
    this.#desk = desk
  }

  /** Of the last cycle that succeeded, whoever asked for it. */
  get view(): PollView | null {
    return this.#last
  }

  noteSuccess({ snapshot }: Settlement, alertsTriggered: number): void {
    const { date, premium_tokens, mini_tokens } = snapshot
    this.#failed = null
    this.#last = { success: true, date, premium_tokens, mini_tokens, alerts_triggered: alertsTriggered, cached: false }
  }

  noteFailure(failure: TrackerFailure): void {
    const now = this.#desk.ports.now()
    const held = this.#failed
    const goesOn = held !== null && now >= held.last && now - held.last < this.#desk.config.pollCooldownMs
    this.#failed = { last: now, count: goesOn ? held.count + 1 : 1, failure }
  }

  /** The last one's result, good or bad, with the totals of now. Null: OpenAI may be asked. */
  cooledOutcome(): PollOutcome | null {
    const { memory, config, ports } = this.#desk
    const { lastSuccess, failures } = memory.state
    const now = ports.now()
    const isFresh = (at: number) => now >= at && now - at < config.pollCooldownMs
    const failed = this.#failed
    if (failed !== null && failed.count >= QUICK_FAILURES && isFresh(failed.last)) {
      const wait = Math.ceil((failed.last + config.pollCooldownMs - now) / 1000)
      return { ...failed.failure, retryAfterSeconds: Math.max(wait, failed.failure.retryAfterSeconds ?? 0) }
    }
    if (failures > 0 || lastSuccess === null || !isFresh(lastSuccess)) return null
    const date = dateOf(Math.floor(now / 1000))
    if (dateOf(Math.floor(lastSuccess / 1000)) !== date) return null
    const { premium, mini } = totalsOf(this.#desk, date)
    return {
      ok: true,
      view: {
        success: true,
        date,
        premium_tokens: premium.tokens,
        mini_tokens: mini.tokens,
        alerts_triggered: this.#last?.alerts_triggered ?? 0,
        cached: true,
      },
    }
  }
}
