import type { Cost } from '../../openai/costPage.ts'
import type { Sql } from './sql.ts'

/** What OpenAI charges for a UTC date, in whole billionths of a dollar. */
export interface CostDay {
  date: string
  revision: number
  final: boolean
  /** The sum of the rows. */
  nanoUsd: number
  rows: Cost[]
}

interface Row {
  date: string
  revision: number
  final: number
  nano_usd: number
  costs: string
}

type Packed = [project: string, lineItem: string, nanoUsd: number]

/** Dates from `from` to `to`, both included, oldest first. */
export function readCostDays(sql: Sql, from: string, to: string): CostDay[] {
  return sql
    .all<Row>(
      'SELECT date, revision, final, nano_usd, costs FROM cost_book WHERE date >= ? AND date <= ? ORDER BY date',
      from,
      to,
    )
    .map(toDay)
}

export function readCostDay(sql: Sql, date: string): CostDay | null {
  return readCostDays(sql, date, date)[0] ?? null
}

/** The sums of dates alone: no page of rows is read. */
export function readCostSums(sql: Sql, from: string, to: string): Omit<CostDay, 'rows'>[] {
  return sql
    .all<Omit<Row, 'costs'>>(
      'SELECT date, revision, final, nano_usd FROM cost_book WHERE date >= ? AND date <= ? ORDER BY date',
      from,
      to,
    )
    .map(row => ({ date: row.date, revision: row.revision, final: row.final === 1, nanoUsd: row.nano_usd }))
}

export function writeCostDay(sql: Sql, day: CostDay): void {
  const packed: Packed[] = day.rows.map(({ project, lineItem, nanoUsd }) => [project, lineItem, nanoUsd])
  sql.all(
    `INSERT INTO cost_book (date, revision, acked, final, refused, nano_usd, costs) VALUES (?, ?, 0, ?, NULL, ?, ?)
     ON CONFLICT (date) DO UPDATE SET revision = excluded.revision, final = excluded.final, refused = NULL,
       nano_usd = excluded.nano_usd, costs = excluded.costs`,
    day.date,
    day.revision,
    day.final ? 1 : 0,
    day.nanoUsd,
    JSON.stringify(packed),
  )
}

function toDay(row: Row): CostDay {
  return {
    date: row.date,
    revision: row.revision,
    final: row.final === 1,
    nanoUsd: row.nano_usd,
    rows: (JSON.parse(row.costs) as Packed[]).map(([project, lineItem, nanoUsd]) => ({ project, lineItem, nanoUsd })),
  }
}
