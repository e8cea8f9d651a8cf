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
  /** Rows that the last statement wrote. */
  changedByLast = 0
  readonly #scans = new Map<string, string[]>()
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
    const rows = this.#statement(query).all(...params) as Record<string, Value>[]
    this.changedByLast = /^\s*SELECT/i.test(query) ? 0 : this.#changes()
    return rows
  }

  /** Rows of tables that the query reads from end to end; what an index finds is not counted. */
  scannedBy(query: string): number {
    let tables = this.#scans.get(query)
    if (tables === undefined) {
      tables = this.#scannedTables(query)
      this.#scans.set(query, tables)
    }
    return tables.reduce(
      (sum, table) => sum + Number(this.read<{ n: number }>(`SELECT count(*) AS n FROM ${table}`)[0]?.n),
      0,
    )
  }

  #scannedTables(query: string): string[] {
    if (!/^\s*(SELECT|UPDATE|DELETE)/i.test(query)) return []
    const parameters = Array.from(query.matchAll(/\?/g), () => null)
    const plan = this.#db.prepare(`EXPLAIN QUERY PLAN ${query}`).all(...parameters) as { detail: string }[]
    const scanned = plan.flatMap(({ detail }) => /^SCAN (\w+)$/.exec(detail)?.[1] ?? [])
    return scanned.filter(
      name => this.read("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?", name).length > 0,
    )
  }

  #changes(): number {
    return Number(this.read<{ n: number }>('SELECT changes() AS n')[0]?.n)
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
