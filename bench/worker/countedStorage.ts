import type { Counts } from './counts.ts'

/** The alarm that the tracker set, in its own time: the platform's would fire by the real clock. */
export interface Alarm {
  /** Unix milliseconds. */
  at: number | null
}

/** Counts every statement and alarm of an object from now on. Returns a function that reads the counters of the cursors. */
export function countStorage(storage: DurableObjectStorage, alarm: Alarm, counts: () => Counts): () => void {
  const { sql } = storage
  const exec = sql.exec.bind(sql)
  let cursors: { query: string; cursor: SqlStorageCursor<Record<string, SqlStorageValue>> }[] = []
  Object.assign(sql, {
    exec: (query: string, ...params: unknown[]) => {
      const cursor = exec(query, ...params)
      cursors.push({ query, cursor })
      return cursor
    },
  })
  Object.assign(storage, {
    getAlarm: async () => alarm.at,
    setAlarm: async (at: number) => {
      counts().alarmsSet += 1
      alarm.at = at
    },
  })
  return () => {
    const now = counts()
    for (const { query, cursor } of cursors) {
      now.objectRowsRead += cursor.rowsRead
      now.objectRowsWritten += cursor.rowsWritten
      now.statements[query] ??= { read: 0, written: 0, times: 0 }
      const statement = now.statements[query]
      statement.read += cursor.rowsRead
      statement.written += cursor.rowsWritten
      statement.times += 1
    }
    cursors = []
  }
}
