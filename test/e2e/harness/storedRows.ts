import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

/** Rows of the local D1's own file. Only while the tracker is stopped. */
export function storedRows<T>(dir: string, sql: string): T[] {
  const folder = join(dir, 'v3/d1/miniflare-D1DatabaseObject')
  const file = readdirSync(folder).find(name => name.endsWith('.sqlite') && !name.startsWith('metadata'))
  if (file === undefined) throw new Error(`no D1 database in ${folder}`)
  const db = new DatabaseSync(join(folder, file), { readOnly: true })
  try {
    return db.prepare(sql).all() as T[]
  } finally {
    db.close()
  }
}
