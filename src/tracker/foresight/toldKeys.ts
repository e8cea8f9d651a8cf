import { readKnownKeys } from '../store/alertStore.ts'
import type { ForesightState } from '../store/pollState.ts'
import type { Sql } from '../store/sql.ts'

/** Beyond this many the rows themselves are asked each time. */
const MOST_REMEMBERED = 100

/**
 * Which dedupe keys have a row. A cause goes on for hours after it was told, so that today's are remembered beside the poll
 * state: each is asked for once a day, and the row is the truth.
 */
export class ToldKeys {
  readonly #sql: Sql
  readonly #date: string
  readonly #known: Set<string>

  constructor(sql: Sql, held: ForesightState['told'], date: string) {
    this.#sql = sql
    this.#date = date
    this.#known = new Set(held?.date === date ? held.keys : [])
  }

  /** Of some keys, those without a row. */
  freshOf(keys: readonly string[]): Set<string> {
    const asked = keys.filter(key => !this.#known.has(key))
    const told = readKnownKeys(this.#sql, asked)
    this.add([...told])
    return new Set(asked.filter(key => !told.has(key)))
  }

  /** These get their rows with this poll, or this poll is not stored. */
  add(keys: readonly string[]): void {
    for (const key of keys) this.#known.add(key)
  }

  get state(): NonNullable<ForesightState['told']> {
    return { date: this.#date, keys: [...this.#known].slice(0, MOST_REMEMBERED) }
  }
}
