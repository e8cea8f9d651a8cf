/** A D1 that takes every write at once and keeps nothing. */
export function blindDb(onQuery: () => void): D1Database {
  const statement = { bind: () => statement }
  const batch = async (statements: unknown[]) => {
    for (const _ of statements) onQuery()
    return statements.map(() => ({ meta: { rows_written: 0, rows_read: 0 } }))
  }
  return { prepare: () => statement, batch } as unknown as D1Database
}
