/**
 * The requests that one wake may still make: to OpenAI, D1 and receivers together. The free plan ends a run at 50
 * subrequests (https://developers.cloudflare.com/workers/platform/limits/), wherever it is; what does not fit waits for the next wake.
 */
export class Budget {
  #left: number

  constructor(most: number) {
    this.#left = most
  }

  get left(): number {
    return this.#left
  }

  /** Takes `count` requests, or none and returns false where fewer are left. */
  take(count = 1): boolean {
    if (count > this.#left) return false
    this.#left -= count
    return true
  }
}
