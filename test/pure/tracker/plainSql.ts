import { DatabaseSync } from 'node:sqlite'
import { migrate } from '../../../src/tracker/store/schema.ts'
import type { Sql, SqlValue } from '../../../src/tracker/store/sql.ts'

/** The object's tables in memory, for what is decided around a commit; that nothing is lost is proved elsewhere. */
export function plainSql(): Sql {
  const sql = sqlOver(new DatabaseSync(':memory:'))
  migrate(sql)
  return sql
}

/** A database as the tracker uses it. `heed` is told each query before it runs; what it throws, the query throws. */
export function sqlOver(db: DatabaseSync, heed: (query: string) => void = () => {}): Sql {
  return {
    all: <Row>(query: string, ...params: SqlValue[]) => {
      heed(query)
      return db.prepare(query).all(...params) as Row[]
    },
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
    rowsWritten: () => Number(db.prepare('SELECT total_changes() AS n').get()?.n),
    rowsRead: () => 0,
  }
}
