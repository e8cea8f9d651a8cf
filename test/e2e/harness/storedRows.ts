import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

const FOLDERS = {
  d1: 'v3/d1/miniflare-D1DatabaseObject',
  object: 'v3/do/openai-usage-tracker-UsageTracker',
}

/** Rows of the local D1's own file, or of the object's. Only while the tracker is stopped. */
export function storedRows<T>(dir: string, sql: string, of: keyof typeof FOLDERS = 'd1'): T[] {
  const folder = join(dir, FOLDERS[of])
  const file = readdirSync(folder).find(name => name.endsWith('.sqlite') && !name.startsWith('metadata'))
  if (file === undefined) throw new Error(`no database in ${folder}`)
  const db = new DatabaseSync(join(folder, file), { readOnly: true })
  try {
    return db.prepare(sql).all() as T[]
  } finally {
    db.close()
  }
}
