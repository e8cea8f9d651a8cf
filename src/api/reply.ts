interface Of {
  status?: number
  headers?: Readonly<Record<string, string>>
  /** Its entity tag, where it has one. */
  tag?: string | null
}

/** An answer whose text is ready (JSON; null: none), or that has a status or headers of its own. */
export class Reply {
  readonly text: string | null
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly tag: string | null

  constructor(text: string | null, { status = 200, headers = {}, tag = null }: Of = {}) {
    this.text = text
    this.status = status
    this.headers = headers
    this.tag = tag
  }

  static json(view: object, of?: Of): Reply {
    return new Reply(JSON.stringify(view), of)
  }
}
