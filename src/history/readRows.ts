import { historyUnavailable } from './historyUnavailable.ts'
import { withTimeout } from './withTimeout.ts'

/** All rows of one query. Throws HistoryUnavailable whatever is wrong, a binding that is missing included. */
export async function readRows<Row>(db: D1Database, sql: string, ...values: unknown[]): Promise<Row[]> {
  try {
    const statement = db.prepare(sql).bind(...values)
    return (await withTimeout(statement.all<Row>())).results
  } catch (error) {
    throw historyUnavailable(error)
  }
}
