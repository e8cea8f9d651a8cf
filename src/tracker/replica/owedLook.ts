import { floorTo, HOUR_S } from '../../usage/utcDay.ts'
import { readOwedParts, settledBefore } from '../store/owedStore.ts'
import type { HistoryPart } from '../store/pollState.ts'
import type { Sql } from '../store/sql.ts'

interface Look {
  parts: ReadonlySet<HistoryPart>
  /** Rows written by then: as long as there are no more, the parts are these. */
  rowsWritten: number
  /** Hours up to this one counted as settled. */
  settledS: number
}

/** Of what D1 is owed anything, looked up again only where something was written since. */
export class OwedLook {
  readonly #sql: Sql
  #last: Look | null = null

  constructor(sql: Sql) {
    this.#sql = sql
  }

  /** `nowS`: Unix seconds by which hours are told that may be handed over. */
  parts(nowS: number): ReadonlySet<HistoryPart> {
    const settledS = floorTo(settledBefore(nowS), HOUR_S)
    const last = this.#last
    if (last !== null && last.settledS === settledS && last.rowsWritten === this.#sql.rowsWritten()) return last.parts
    const parts = readOwedParts(this.#sql, nowS)
    this.#last = { parts, rowsWritten: this.#sql.rowsWritten(), settledS }
    return parts
  }

  /** Does a write by which nothing becomes owed. */
  by<T>(write: () => T): T {
    const before = this.#sql.rowsWritten()
    const result = write()
    if (this.#last?.rowsWritten === before) this.#last = { ...this.#last, rowsWritten: this.#sql.rowsWritten() }
    return result
  }

  /**
   * Nothing of this part is owed any more, of what was there at the last look. False where more may be: somebody else has
   * written since.
   */
  settle(part: HistoryPart): boolean {
    const last = this.#last
    if (last?.rowsWritten !== this.#sql.rowsWritten()) return false
    this.#last = { ...last, parts: new Set([...last.parts].filter(each => each !== part)) }
    return true
  }
}
