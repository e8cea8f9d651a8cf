import { createHash, createHmac } from 'node:crypto'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { readToml } from '../installation/wranglerToml.ts'
import { fault, type Look } from './finding.ts'

/** Where wrangler keeps the local D1, below the folder of the state. */
const FOLDER = '.wrangler/state/v3/d1/miniflare-D1DatabaseObject'
const NAMESPACE = 'miniflare-D1DatabaseObject'

/** Is the local history that of this database id, and has it had all migrations? Nothing is wrong where there is none yet. */
export function lookAtLocalDatabase(root: string): Look {
  const folder = join(root, FOLDER)
  const { databaseId } = readToml(root)
  const files = existsSync(folder) ? readdirSync(folder).filter(name => /^[0-9a-f]{64}\.sqlite$/.test(name)) : []
  if (files.length === 0) return { findings: [], well: ['No local database yet: npm start makes it.'] }
  const own = fileOf(databaseId ?? 'DB')
  if (!files.includes(own)) {
    return {
      findings: [
        fault(
          `The local state belongs to another database id than wrangler.toml names (${databaseId ?? 'none'}), so the history looks empty.`,
          'Put the id back as it was (or take database_id out), or start anew: npm run db:migrate:local',
        ),
      ],
      well: [],
    }
  }
  const missing = migrationsIn(root).filter(name => !appliedIn(join(folder, own)).includes(name))
  if (missing.length === 0) return { findings: [], well: ['The local database has had all migrations.'] }
  return {
    findings: [
      fault(
        `The local database lacks ${missing.length} migrations (${missing.join(', ')}).`,
        'npm run db:migrate:local (npm start and npm run dev do it too)',
      ),
    ],
    well: [],
  }
}

export function migrationsIn(root: string): string[] {
  return readdirSync(join(root, 'migrations'))
    .filter(name => name.endsWith('.sql'))
    .sort()
}

function appliedIn(path: string): string[] {
  const db = new DatabaseSync(path, { readOnly: true })
  try {
    return db
      .prepare('SELECT name FROM d1_migrations')
      .all()
      .map(({ name }) => String(name))
  } catch {
    return []
  } finally {
    db.close()
  }
}

/** The name that the local runtime gives the file of an object (miniflare, durableObjectNamespaceIdFromName). */
function fileOf(id: string): string {
  const key = createHash('sha256').update(NAMESPACE).digest()
  const named = createHmac('sha256', key).update(id).digest().subarray(0, 16)
  const checked = createHmac('sha256', key).update(named).digest().subarray(0, 16)
  return `${Buffer.concat([named, checked]).toString('hex')}.sqlite`
}
