// Slows down who guesses, without a lockout: a right token is compared first and never waits, so nobody can shut the
// owner out by guessing wrongly in his name. The token's length is what keeps guessing hopeless; this keeps it quiet.
// Counted per isolate, so it bounds a single talkative client, not a botnet.

const WINDOW_MS = 60_000
/** Typing errors; answered at once. */
const FREE_TRIES = 5
const WAIT_STEP_MS = 200
const LONGEST_WAIT_MS = 2_000
/** From here on the sign-in form is told when to come back. */
const MOST_TRIES = 10
const MOST_CLIENTS = 1_000

export interface Tries {
  count: number
  since: number
}

export interface Slowdown {
  waitMs: number
  /** Null while another try is welcome. */
  retryAfterSeconds: number | null
}

/** The count with this wrong try in it, and how the answer to it is slowed. */
export function countWrongTry(before: Tries | undefined, now: number): { tries: Tries; slowdown: Slowdown } {
  const current = before !== undefined && now - before.since < WINDOW_MS ? before : { count: 0, since: now }
  const tries = { count: current.count + 1, since: current.since }
  const waitMs = Math.min(LONGEST_WAIT_MS, Math.max(0, tries.count - FREE_TRIES) * WAIT_STEP_MS)
  const over = tries.count > MOST_TRIES
  return {
    tries,
    slowdown: { waitMs, retryAfterSeconds: over ? Math.ceil((tries.since + WINDOW_MS - now) / 1000) : null },
  }
}

/** Counts by client, in bounded memory: the one that has been quiet longest is forgotten first. */
export class WrongTries {
  readonly #byClient = new Map<string, Tries>()

  count(client: string, now: number): Slowdown {
    const { tries, slowdown } = countWrongTry(this.#byClient.get(client), now)
    this.#byClient.delete(client)
    this.#byClient.set(client, tries)
    const [oldest] = this.#byClient.keys()
    if (this.#byClient.size > MOST_CLIENTS && oldest !== undefined) this.#byClient.delete(oldest)
    return slowdown
  }

  get clients(): number {
    return this.#byClient.size
  }
}

/** Cloudflare sets CF-Connecting-IP, a client cannot. One IPv6 customer holds a /64 at least and counts as one. */
export function clientOf(headers: Headers): string {
  const address = headers.get('cf-connecting-ip') ?? 'local'
  if (address.includes('.')) return address
  // After `::`, which stands for zeros, comes what the customer may choose.
  const [network = ''] = address.split('::')
  return network.split(':').slice(0, 4).join(':')
}
