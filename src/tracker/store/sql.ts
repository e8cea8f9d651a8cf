/** Values that the object's SQLite takes and gives. */
export type SqlValue = string | number | null

/**
 * The object's SQLite as this room uses it: synchronous, rows at once (a cursor has no snapshot over an await), and
 * counted, because rows written are money.
 */
export interface Sql {
  all<Row>(query: string, ...params: SqlValue[]): Row[]
  /**
   * All or nothing. The callback must not return a promise: a write behind an await would not belong to it.
   */
  transaction<T>(write: () => T extends Promise<unknown> ? never : T): T
  /** Rows written since the start, the platform's own count. */
  rowsWritten(): number
  rowsRead(): number
}

/** The first row, or null. */
export function first<Row>(sql: Sql, query: string, ...params: SqlValue[]): Row | null {
  return sql.all<Row>(query, ...params)[0] ?? null
}
