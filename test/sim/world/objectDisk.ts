import { DatabaseSync, type StatementSync } from 'node:sqlite'

type Value = string | number | null

/** The platform takes milliseconds for it; this much longer, a crash may still find it undone. */
const FLUSHED_WITHIN_MS = 1_000

/**
 * The object's disk. As on the platform, writes without an await in between reach it together, and nothing leaves the
 * object before they have: `flush` runs before every byte that goes out, and by itself soon after a write. A crash may lose
 * what was not flushed.
 */
export class ObjectDisk {
  /** Wall clock of the object, ms; null: none is set. */
  alarm: number | null = null
  #flushedAlarm: number | null = null
  #open = false
  #depth = 0
  /** Lost in the middle of a transaction: undone as soon as the product has let go of it. */
  #doomed = false
  readonly #db = new DatabaseSync(':memory:')
  readonly #prepared = new Map<string, StatementSync>()
  readonly #flushSoon: () => void

  /** `after`: runs something when that many ms have passed. */
  constructor(after: (ms: number, run: () => void) => unknown) {
    this.#flushSoon = () => void after(FLUSHED_WITHIN_MS, () => this.flush())
  }

  exec(query: string, params: Value[]): Record<string, Value>[] {
    this.#begin()
    // D1 and the object bind booleans and undefined differently; the product uses neither.
    return this.#statement(query).all(...params) as Record<string, Value>[]
  }

  transaction<T>(write: () => T): T {
    this.#begin()
    const name = `nested_${this.#depth++}`
    this.#db.exec(`SAVEPOINT ${name}`)
    try {
      const result = write()
      this.#db.exec(`RELEASE ${name}`)
      return result
    } catch (error) {
      this.#db.exec(`ROLLBACK TO ${name}`)
      this.#db.exec(`RELEASE ${name}`)
      throw error
    } finally {
      this.#depth--
      if (this.#depth === 0 && this.#doomed) this.lose()
    }
  }

  flush(): void {
    if (this.#depth > 0) return
    if (this.#open) this.#db.exec('COMMIT')
    this.#open = false
    this.#flushedAlarm = this.alarm
  }

  /** The platform fires it: no crash brings it back, a retry takes its place. */
  takeAlarm(): void {
    this.alarm = null
    this.#flushedAlarm = null
  }

  /** Back to what was flushed. */
  lose(): void {
    this.alarm = this.#flushedAlarm
    this.#doomed = this.#depth > 0
    if (this.#doomed) return
    if (this.#open) this.#db.exec('ROLLBACK')
    this.#open = false
  }

  /** For the oracle: what stands on the disk. */
  read<Row>(query: string, ...params: Value[]): Row[] {
    return this.#statement(query).all(...params) as Row[]
  }

  close(): void {
    this.#db.close()
  }

  #begin(): void {
    if (this.#open) return
    this.#db.exec('BEGIN')
    this.#open = true
    this.#flushSoon()
  }

  #statement(query: string): StatementSync {
    let statement = this.#prepared.get(query)
    if (statement === undefined) {
      statement = this.#db.prepare(query)
      // The product builds a few queries from ids; those must not fill memory.
      if (this.#prepared.size < 500) this.#prepared.set(query, statement)
    }
    return statement
  }
}
