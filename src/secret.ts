/**
 * A value that must not leave the process by accident: printing, serialising or concatenating it gives `[redacted]`.
 * `reveal()` is the one way to the value, so that a review of who sees secrets is a search for that word.
 */
export class Secret {
  readonly #value: string

  constructor(value: string) {
    this.#value = value
  }

  reveal(): string {
    return this.#value
  }

  toString(): string {
    return '[redacted]'
  }

  toJSON(): string {
    return '[redacted]'
  }
}
