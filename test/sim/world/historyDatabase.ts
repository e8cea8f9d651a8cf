import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync, type StatementSync } from 'node:sqlite'
import { fileURLToPath } from 'node:url'
import type { FaultPoints } from '../engine/faultPoints.ts'
import type { Random } from '../engine/random.ts'
import type { Timeline } from '../engine/timeline.ts'
import type { LastingFault } from './lastingFault.ts'

export type D1Fault =
  /** Refused before anything was done. */
  | 'throws'
  /** Never answers, does nothing. */
  | 'hangs'
  /** Done, but the answer is lost. */
  | 'losesAnswer'
  /** Never answers; what was asked is done later, up to half an hour. */
  | 'actsLate'

interface Bound {
  query: string
  params: (string | number | null)[]
}

const LATEST_ACT_MS = 1_800_000
const MIGRATIONS = fileURLToPath(new URL('../../../migrations/', import.meta.url).href)

/** D1 as the product meets it: prepare, bind, all, batch in one transaction, and its bad days. */
export class HistoryDatabase {
  fault: D1Fault | null = null
  /** Batches that D1 finished after its caller had given up. */
  lateActs = 0
  /** Statements that it was asked for. */
  queries = 0
  /** What fails until it is mended. */
  lasting: LastingFault | null = null
  readonly #db = new DatabaseSync(':memory:')
  readonly #prepared = new Map<string, StatementSync>()
  readonly #timeline: Timeline
  readonly #random: Random
  #migrated = false

  constructor(timeline: Timeline, random: Random) {
    this.#timeline = timeline
    this.#random = random
  }

  migrate(): void {
    if (this.#migrated) return
    this.#migrated = true
    for (const file of readdirSync(MIGRATIONS).sort()) this.#db.exec(readFileSync(join(MIGRATIONS, file), 'utf8'))
  }

  /** The binding of one incarnation: `points` strikes it, and a dead one gets no answers. */
  binding(points: FaultPoints, beforeLeaving: () => void, die: () => never, isAlive: () => boolean) {
    const never = new Promise<never>(() => {})
    const call = <T>(act: () => T): Promise<T> => {
      if (!isAlive()) return never
      const blow = points.next('d1')
      if (blow === 'crashBefore') return die()
      beforeLeaving()
      const { promise, resolve, reject } = Promise.withResolvers<T>()
      const fault =
        blow === 'throwBefore'
          ? 'throws'
          : blow === 'throwAfter'
            ? 'losesAnswer'
            : blow === 'hang'
              ? 'actsLate'
              : this.fault
      const answer = (settle: () => void) => this.#timeline.after(this.#random.int(2, 60), () => isAlive() && settle())
      if (fault === 'hangs') return promise
      if (fault === 'throws') {
        answer(() => reject(new Error('D1_ERROR: Network connection lost.')))
        return promise
      }
      if (fault === 'actsLate') {
        this.#timeline.after(this.#random.int(1, this.#random.pick([5_000, 120_000, LATEST_ACT_MS])), () => {
          this.lateActs++
          this.#try(act)
        })
        return promise
      }
      this.#timeline.after(this.#random.int(1, 30), () => {
        const done = this.#try(act)
        if (blow === 'crashAfter') return isAlive() && swallow(die)
        answer(() => {
          if (fault === 'losesAnswer')
            reject(new Error('D1_ERROR: D1 DB storage operation exceeded timeout which caused object to be reset.'))
          else if (done.ok) resolve(done.value)
          else reject(new Error(`D1_ERROR: ${done.error}`))
        })
      })
      return promise
    }
    const statement = (query: string, params: Bound['params'] = []) => ({
      query,
      params,
      bind: (...values: Bound['params']) => statement(query, values),
      all: () => {
        this.queries++
        return call(() => ({ results: this.read(query, ...params) }))
      },
    })
    return {
      prepare: (query: string) => statement(query),
      batch: (statements: Bound[]) => {
        this.queries += statements.length
        return call(() => this.#batch(statements))
      },
    }
  }

  read<Row>(query: string, ...params: Bound['params']): Row[] {
    return this.#statement(query).all(...params) as Row[]
  }

  get migrated(): boolean {
    return this.#migrated
  }

  close(): void {
    this.#db.close()
  }

  #batch(statements: readonly Bound[]) {
    for (const { query } of statements) this.#refuse(query)
    this.#db.exec('BEGIN')
    try {
      const results = statements.map(({ query, params }) => {
        const changed = this.#statement(query).run(...params)
        return { meta: { rows_written: Number(changed.changes), rows_read: 0 } }
      })
      this.#db.exec('COMMIT')
      return results
    } catch (error) {
      this.#db.exec('ROLLBACK')
      throw error
    }
  }

  #refuse(query: string): void {
    if (this.lasting?.kind === 'd1ReadOnly') throw new Error('attempt to write a readonly database: SQLITE_READONLY')
    if (this.lasting?.kind !== 'd1Table' || !query.includes(this.lasting.table)) return
    throw new Error(this.lasting.forGood ? `CHECK constraint failed: ${this.lasting.table}` : 'internal error')
  }

  #try<T>(act: () => T): { ok: true; value: T } | { ok: false; error: string } {
    try {
      return { ok: true, value: act() }
    } catch (error) {
      return { ok: false, error: error instanceof Error ? error.message : String(error) }
    }
  }

  #statement(query: string): StatementSync {
    let statement = this.#prepared.get(query)
    if (statement === undefined) {
      statement = this.#db.prepare(query)
      this.#prepared.set(query, statement)
    }
    return statement
  }
}

function swallow(die: () => never): void {
  try {
    die()
  } catch {
    // The incarnation that would have seen it is gone.
  }
}
