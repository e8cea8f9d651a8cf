const MOST_ENDED = 1_000

/**
 * Sessions that were signed out before their time. Only this isolate knows them: elsewhere a copy of the cookie, which the
 * browser has already dropped, stays good for the rest of its 12 h. Rotating API_TOKEN ends all copies everywhere.
 */
export class EndedSessions {
  readonly #ids = new Set<string>()

  end(id: string): void {
    this.#ids.add(id)
    const [oldest] = this.#ids
    if (this.#ids.size > MOST_ENDED && oldest !== undefined) this.#ids.delete(oldest)
  }

  has(id: string): boolean {
    return this.#ids.has(id)
  }
}
