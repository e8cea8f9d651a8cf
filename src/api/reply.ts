interface Of {
  status?: number
  headers?: Readonly<Record<string, string>>
}

/** An answer whose text is ready (JSON; null: none), or that has a status or headers of its own. */
export class Reply {
  readonly text: string | null
  readonly status: number
  readonly headers: Readonly<Record<string, string>>

  constructor(text: string | null, { status = 200, headers = {} }: Of = {}) {
    this.text = text
    this.status = status
    this.headers = headers
  }

  static json(view: object, of?: Of): Reply {
    return new Reply(JSON.stringify(view), of)
  }
}
