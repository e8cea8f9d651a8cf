import fixture from './storageOfV1.json' with { type: 'json' }

// The storage of an object of the release before the books of one row a day (commit 2363d52), with its D1, as they stood
// after a month of summaries and four days of polls every quarter of an hour: days that closed, one of them while D1
// failed; alerts that arrived, that a receiver refused for good, and that one has not taken yet; 53 entries for a D1 that
// had been away for 14 hours; two absences of that morning whose ticks could not be rebuilt. Dumped by that release's own
// test world, `uses` is what its OpenAI told of.

export type SqlValue = string | number | null

interface Table {
  columns: string[]
  rows: SqlValue[][]
}

interface Said {
  deliveries: { pending: number; parked: number; channels: { channel: string }[] }
  open_days: string[]
  premium: object
  mini: object
  /** As `/api/alerts` showed them. */
  alerts: { id: number }[]
  /** By date, of `/api/models`. */
  models: Record<string, { final: boolean; models: SqlValue[][] }>
}

export const V1 = fixture as unknown as {
  /** Unix seconds. */
  takenAt: number
  vars: Record<string, string>
  uses: Table
  /** URL and message id of everything that its receivers were sent. */
  sent: [url: string, id: string][]
  /** What it answered when it was stopped. */
  said: Said
  object: {
    schema: string[]
    tables: Record<string, Table>
    sequence: { name: string; seq: number }[]
    alarm: number
  }
  d1: Record<string, Table>
}

/** The rows of a table, as objects. */
export function rowsOf<Row>({ columns, rows }: Table): Row[] {
  return rows.map(row => Object.fromEntries(columns.map((column, index) => [column, row[index]])) as Row)
}

/** What fills tables, one row a statement. */
export function* insertsOf(tables: Record<string, Table>): Generator<[sql: string, params: SqlValue[]]> {
  for (const [name, { columns, rows }] of Object.entries(tables)) {
    const sql = `INSERT INTO ${name} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`
    for (const row of rows) yield [sql, row]
  }
}

/** Makes the object's tables, in a database that has none. */
export function* storageStatements(): Generator<[sql: string, params: SqlValue[]]> {
  for (const sql of V1.object.schema) yield [sql, []]
  yield* insertsOf(V1.object.tables)
  for (const { name, seq } of V1.object.sequence)
    yield ['UPDATE sqlite_sequence SET seq = ? WHERE name = ?', [seq, name]]
}
