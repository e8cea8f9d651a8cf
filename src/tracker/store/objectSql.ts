import type { Sql, SqlValue } from './sql.ts'

/** The door to the object's own SQLite. */
export function objectSql(storage: DurableObjectStorage): Sql {
  let written = 0
  let read = 0
  return {
    all<Row>(query: string, ...params: SqlValue[]): Row[] {
      const cursor = storage.sql.exec(query, ...params)
      const rows = cursor.toArray() as Row[]
      written += cursor.rowsWritten
      read += cursor.rowsRead
      return rows
    },
    transaction: write => storage.transactionSync(write),
    rowsWritten: () => written,
    rowsRead: () => read,
  }
}
