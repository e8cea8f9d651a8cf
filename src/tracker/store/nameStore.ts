import { first, type Sql } from './sql.ts'

/** What has a name of its own at OpenAI. */
export type NamedKind = 'project' | 'api_key' | 'user'

/** More names than this are not kept: the ids say enough. */
const MOST_NAMES = 20_000

/** The last known names of some ids; what has none is left out. */
export function readNames(sql: Sql, kind: NamedKind, ids: Iterable<string>): Map<string, string> {
  const rows = sql.all<{ id: string; name: string }>(
    "SELECT id, name FROM name_book WHERE kind = ? AND id IN (SELECT value FROM json_each(?)) AND name <> ''",
    kind,
    JSON.stringify([...ids]),
  )
  return new Map(rows.map(({ id, name }) => [id, name]))
}

/** Those of the ids that were never looked up. */
export function unknownIds(sql: Sql, kind: NamedKind, ids: Iterable<string>): string[] {
  const known = sql.all<{ id: string }>(
    'SELECT id FROM name_book WHERE kind = ? AND id IN (SELECT value FROM json_each(?))',
    kind,
    JSON.stringify([...ids]),
  )
  const has = new Set(known.map(({ id }) => id))
  return [...ids].filter(id => !has.has(id))
}

/** A name that is empty replaces none: the last known one of what was deleted stays. */
export function writeNames(sql: Sql, kind: NamedKind, names: readonly { id: string; name: string }[]): void {
  if (names.length === 0) return
  const fresh = new Set(
    unknownIds(
      sql,
      kind,
      names.map(({ id }) => id),
    ),
  )
  const room =
    fresh.size === 0 ? 0 : MOST_NAMES - (first<{ n: number }>(sql, 'SELECT count(*) AS n FROM name_book')?.n ?? 0)
  const kept = names.filter(({ id }) => !fresh.has(id) || fresh.size <= room)
  sql.all(
    `INSERT INTO name_book (kind, id, name)
       SELECT ?1, value ->> '$.id', value ->> '$.name' FROM json_each(?2) WHERE true
     ON CONFLICT (kind, id) DO UPDATE SET name = excluded.name WHERE excluded.name <> '' AND excluded.name <> name`,
    kind,
    JSON.stringify(kept),
  )
}
