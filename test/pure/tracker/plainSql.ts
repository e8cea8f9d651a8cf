import { DatabaseSync } from 'node:sqlite'
import { migrate } from '../../../src/tracker/store/schema.ts'
import type { Sql, SqlValue } from '../../../src/tracker/store/sql.ts'

/** The object's tables in memory, for what is decided around a commit; that nothing is lost is proved elsewhere. */
export function plainSql(): Sql {
  const db = new DatabaseSync(':memory:')
  const sql: Sql = {
    all: <Row>(query: string, ...params: SqlValue[]) => db.prepare(query).all(...params) as Row[],
    transaction: write => {
      db.exec('BEGIN')
      try {
        const result = write()
        db.exec('COMMIT')
        return result
      } catch (error) {
        db.exec('ROLLBACK')
        throw error
      }
    },
    rowsWritten: () => 0,
    rowsRead: () => 0,
  }
  migrate(sql)
  return sql
}
