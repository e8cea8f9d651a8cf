const KEPT = 10_000

export type LoggedRequest = {
  id: number
  /** Unix milliseconds by the simulator's clock. */
  time: number
  method: string
  path: string
  query: string
  /** Null until it is answered, and for ever if a fault cut the connection first. */
  status: number | null
  fault: string | null
  duration_ms: number | null
}

/** The API requests received, without headers: keys do not belong in a log. */
export class RequestLog {
  #entries: LoggedRequest[] = []
  count = 0

  begin(entry: Pick<LoggedRequest, 'time' | 'method' | 'path' | 'query' | 'fault'>): LoggedRequest {
    this.count += 1
    const logged = { id: this.count, ...entry, status: null, duration_ms: null }
    this.#entries.push(logged)
    if (this.#entries.length > KEPT) this.#entries.shift()
    return logged
  }

  list(): readonly LoggedRequest[] {
    return this.#entries
  }

  clear(): void {
    this.#entries = []
    this.count = 0
  }
}
