/** A D1 that takes every write at once and keeps nothing. */
export function blindDb(onQuery: () => void): D1Database {
  const statement = { bind: () => statement }
  const batch = async (statements: unknown[]) => {
    for (const _ of statements) onQuery()
    return statements.map(() => ({ meta: { rows_written: 0, rows_read: 0 } }))
  }
  return { prepare: () => statement, batch } as unknown as D1Database
}

/** A D1 without its tables. */
export function bareDb(onQuery: () => void): D1Database {
  const batch = (statements: unknown[]) => {
    for (const _ of statements) onQuery()
    return Promise.reject(new Error('D1_ERROR: no such table: usage_snapshots: SQLITE_ERROR'))
  }
  return { ...blindDb(onQuery), batch } as unknown as D1Database
}
