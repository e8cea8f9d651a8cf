import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { migrate } from '../../src/tracker/store/schema.ts'
import { sqlOver } from '../pure/tracker/plainSql.ts'
import { storageStatements, V1 } from '../workerd/tracker/storageOfV1.ts'
import type { Findings } from './harness/findings.ts'
import { Product } from './harness/product.ts'
import { seededRandom } from './harness/seededRandom.ts'
import { until } from './harness/until.ts'

const KILLS = Number(process.env.KILLS || (process.env.CI ? 4 : 20))
const SEED = Number(process.env.SEED || 20_261_127)
const OBJECTS = 'v3/do/openai-usage-tracker-UsageTracker'
/** So many that the migration writes for longer than a kill takes to arrive. */
const GROUPS_AN_HOUR = 6_000
const OPENED_WITHIN_MS = 40_000
const MIGRATED_WITHIN_MS = 60_000
/** All that the release before knew, under the names that it has in the books of this one. */
const KEPT = [
  'SELECT date, revision, final, premium_limit, mini_limit, fired, groups FROM day_book ORDER BY date',
  'SELECT hour, groups FROM hour_book ORDER BY hour',
  'SELECT id, key, timestamp, date, tier, threshold, tokens_used, message, sent FROM alert_book ORDER BY id',
  'SELECT id, created_ms, body FROM message ORDER BY id',
  'SELECT message_id, channel FROM delivery ORDER BY message_id, channel',
  'SELECT id, revision, body FROM history_entry ORDER BY id',
  'SELECT from_s, to_s, width FROM gap ORDER BY from_s',
]
const OLD = ['day', 'day_group', 'hour_group', 'gap', 'alert', 'message', 'delivery', 'history_entry']

/**
 * The storage of the release before the books of one row a day, killed while this release takes it over: either nothing has
 * happened or all of it, and in the end nothing is lost.
 */
export default async function oldBooks(found: Findings): Promise<void> {
  found.note(`SEED=${SEED} KILLS=${KILLS}`)
  const random = seededRandom(SEED)
  // Without a key nothing but the migration changes what is stored.
  const product = new Product({ OPENAI_ADMIN_KEY: '' })
  const opened = () => new DatabaseSync(objectFile(product.dir), { readOnly: true })
  try {
    await product.startAndWait()
    await until(() => objectFile(product.dir) !== '', OPENED_WITHIN_MS)
    await product.kill()
    const { before, after, bytes } = putOldStorage(objectFile(product.dir))
    const wal = `${objectFile(product.dir)}-wal`
    let [untouched, whole] = [0, 0]
    for (let kill = 1; kill <= KILLS && whole === 0; kill++) {
      const at = Math.floor(random() * bytes)
      await product.start()
      void product.ready().catch(() => {})
      const reached = await until(() => sizeOf(wal) >= at, OPENED_WITHIN_MS, 1)
      const written = sizeOf(wal)
      await product.kill()
      if (!reached) found.note(`kill ${kill}: nothing was written`)
      const db = opened()
      const isWhole = versionOf(db) >= 4
      if (isWhole) whole += 1
      else untouched += 1
      const [holds, wanted] = isWhole ? [dumpOf(db, KEPT), after] : [dumpOf(db, OLD.map(all)), before]
      db.close()
      found.check(
        `killed when ${Math.floor(written / 1024)} KiB were written, it is ${isWhole ? 'all new' : 'all old'}`,
        holds === wanted,
        firstDifference(holds, wanted),
      )
    }
    found.check('kills came while the books were written', untouched > 0, { untouched, whole })
    await product.startAndWait()
    const migrated = () => {
      const db = opened()
      const version = versionOf(db)
      db.close()
      return version >= 6
    }
    found.check('left alone, it is migrated', await until(migrated, MIGRATED_WITHIN_MS))
    found.equal(
      'and shows the days it knew',
      (await product.get<{ state: string }>('/api/status')).state,
      'unconfigured',
    )
    await product.kill()
    const db = opened()
    const holds = dumpOf(db, KEPT)
    db.close()
    found.check('nothing that it knew is lost or changed', holds === after, firstDifference(holds, after))
  } finally {
    await product.end()
  }
}

/** Returns what the storage holds, what it must hold afterwards, and about how many bytes that writes. */
function putOldStorage(file: string): { before: string; after: string; bytes: number } {
  const db = new DatabaseSync(file)
  try {
    for (const { name } of tablesOf(db)) db.exec(`DROP TABLE ${name}`)
    for (const [sql, params] of storageStatements()) db.prepare(sql).run(...params)
    db.exec(`INSERT INTO hour_group
      WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < ${GROUPS_AN_HOUR})
      SELECT hour, 'gpt-4o-' || n, 'default', 'proj_' || n, n, 1, 0, 1, 0 FROM (SELECT DISTINCT hour FROM hour_group), n`)
    const before = dumpOf(db, OLD.map(all))
    const copy = new DatabaseSync(':memory:')
    copy.exec(`ATTACH '${file}' AS old`)
    for (const sql of V1.object.schema) copy.exec(sql)
    for (const { name } of tablesOf(copy)) copy.exec(`INSERT INTO main.${name} SELECT * FROM old.${name}`)
    copy.exec('DETACH old')
    migrate(sqlOver(copy))
    const after = dumpOf(copy, KEPT)
    copy.close()
    db.exec('PRAGMA wal_checkpoint(TRUNCATE)')
    return { before, after, bytes: after.length }
  } finally {
    db.close()
  }
}

function tablesOf(db: DatabaseSync): { name: string }[] {
  const own = "name NOT LIKE 'sqlite%' AND name NOT GLOB '_cf*'"
  return db.prepare(`SELECT name FROM sqlite_master WHERE type = 'table' AND ${own}`).all() as { name: string }[]
}

function all(table: string): string {
  return `SELECT * FROM ${table} ORDER BY 1, 2, 3`
}

function dumpOf(db: DatabaseSync, queries: readonly string[]): string {
  return queries.map(query => JSON.stringify(db.prepare(query).all())).join('\n')
}

function versionOf(db: DatabaseSync): number {
  return (db.prepare('SELECT max(version) AS version FROM schema_version').get() as { version: number }).version
}

/** Empty where there is none yet. */
function objectFile(dir: string): string {
  const folder = join(dir, OBJECTS)
  const name = readdirSync(folder).find(name => name.endsWith('.sqlite') && !name.startsWith('metadata'))
  return name === undefined ? '' : join(folder, name)
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0
}

function firstDifference(holds: string, wanted: string): string {
  const at = [...holds].findIndex((char, index) => char !== wanted[index])
  return `${holds.slice(Math.max(0, at - 80), at + 80)} | wanted ${wanted.slice(Math.max(0, at - 80), at + 80)}`
}
