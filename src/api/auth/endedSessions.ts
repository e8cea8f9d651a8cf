/** How long a copy of an ended session's cookie may still be taken by an isolate that did not see the end. */
export const ENDED_FRESH_MS = 30_000

/**
 * The sessions that were signed out before their time, as the object last told this isolate. It is asked once for all of them,
 * and again when that is no longer fresh, so that a page pays no object request for each of its own.
 */
export class EndedSessions {
  #ids: ReadonlySet<string> = new Set()
  #readAt = Number.NEGATIVE_INFINITY

  /** `now` in Unix milliseconds; `ask` gives the ids of all ended sessions, and what it throws is thrown. */
  async has(id: string, now: number, ask: () => Promise<string[]>): Promise<boolean> {
    if (now - this.#readAt >= ENDED_FRESH_MS) {
      this.#ids = new Set(await ask())
      this.#readAt = now
    }
    return this.#ids.has(id)
  }

  /** The next question goes to the object. */
  forget(): void {
    this.#readAt = Number.NEGATIVE_INFINITY
  }
}
