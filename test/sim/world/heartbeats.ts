import type { Random } from '../engine/random.ts'
import type { Answer } from './upstreamFaults.ts'

export const HEARTBEAT_URL = 'https://beats.example.org/ping/canarysecret'

export interface BeatArrival {
  /** True ms. */
  at: number
  /** What the tracker's clock said. */
  clockMs: number
  saysBlind: boolean
}

/** The watcher of HEARTBEAT_URL, which now and then does not answer well: nobody may mind. */
export class Heartbeats {
  readonly arrivals: BeatArrival[] = []
  readonly #random: Random

  constructor(random: Random) {
    this.#random = random
  }

  isFor(url: URL): boolean {
    return url.href.startsWith(HEARTBEAT_URL)
  }

  /** Null: no answer ever. Throws on a broken connection. */
  answer(url: URL, at: number, clockMs: number): Answer | null {
    this.arrivals.push({ at, clockMs, saysBlind: url.href === `${HEARTBEAT_URL}/fail` })
    const mood = this.#random.next()
    if (mood < 0.02) return null
    if (mood < 0.04) throw new TypeError('fetch failed', { cause: { code: 'ECONNRESET' } })
    return { status: mood < 0.08 ? 500 : 200, body: 'canary answer' }
  }
}
