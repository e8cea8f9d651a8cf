/** What each run of the alarm cost. */
export interface Wake {
  at: number
  /** Requests to OpenAI and receivers, and queries to D1. */
  asked: number
}

export interface LoggedWake {
  at: number
  rowsRead: number
  rowsWritten: number
}

export class Wakes {
  readonly runs: Wake[] = []
  /** Rows of the object's storage, as the product counts them itself. */
  readonly costs: LoggedWake[] = []
  #began: { at: number; asked: number } | null = null

  note(begins: boolean, at: number, asked: number): void {
    if (begins) this.#began = { at, asked }
    else if (this.#began !== null) {
      this.runs.push({ at: this.#began.at, asked: asked - this.#began.asked })
      this.#began = null
    }
  }

  logged(at: number, line: string): void {
    const { rows_read, rows_written } = JSON.parse(line) as { rows_read: number; rows_written: number }
    this.costs.push({ at, rowsRead: rows_read, rowsWritten: rows_written })
  }
}
