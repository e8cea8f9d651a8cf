import { first, type Sql } from './sql.ts'

/** Only who has the API token can make sessions to end; past this many, those that expire first are forgotten. */
export const MOST_ENDED_SESSIONS = 1_000

/** Keeps the end of a session until the session would have expired (Unix seconds). Those that have are deleted. */
export function writeEndedSession(sql: Sql, id: string, expiresAt: number, nowS: number): void {
  sql.transaction(() => {
    sql.all('DELETE FROM ended_session WHERE expires_s <= ?', nowS)
    sql.all('INSERT OR IGNORE INTO ended_session VALUES (?, ?)', id, expiresAt)
    sql.all(
      'DELETE FROM ended_session WHERE id IN (SELECT id FROM ended_session ORDER BY expires_s DESC LIMIT -1 OFFSET ?)',
      MOST_ENDED_SESSIONS,
    )
  })
}

export function readEndedSessions(sql: Sql, nowS: number): string[] {
  return sql.all<{ id: string }>('SELECT id FROM ended_session WHERE expires_s > ?', nowS).map(row => row.id)
}

export function isEndedSession(sql: Sql, id: string): boolean {
  return first(sql, 'SELECT id FROM ended_session WHERE id = ?', id) !== null
}
