import type { Beat } from '../../receivers/heartbeat.ts'
import type { Desk } from '../desk.ts'

const SHORTEST_MS = 60_000

/** The beats to HEARTBEAT_URL: beside everything, at most one a minute, never again. */
export class Heartbeat {
  readonly #desk: Desk
  #lastAt = Number.NEGATIVE_INFINITY
  #isUnderWay = false
  #last: { at: number; beat: Beat } | null = null

  constructor(desk: Desk) {
    this.#desk = desk
  }

  /** Unix milliseconds and outcome of the last beat since the object woke; null: none yet. */
  get last(): { at: number; beat: Beat } | null {
    return this.#last
  }

  /** After a poll. Returns at once. */
  beat(isBlind: boolean): void {
    const { config, ports, budget } = this.#desk
    const now = ports.now()
    const { heartbeatUrl } = config
    if (heartbeatUrl === null || this.#isUnderWay) return
    // A clock that jumped back must not silence it.
    if (now >= this.#lastAt && now - this.#lastAt < SHORTEST_MS) return
    if (!budget.take()) return
    this.#lastAt = now
    this.#isUnderWay = true
    void ports.sendHeartbeat(heartbeatUrl, isBlind).then(beat => {
      this.#isUnderWay = false
      this.#last = { at: now, beat }
      if (!beat.ok) ports.log({ event: 'heartbeat', level: 'warn', status: beat.status, detail: beat.detail })
    })
  }
}
