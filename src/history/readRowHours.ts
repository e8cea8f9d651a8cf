import type { RowHour, RowHoursBy } from '../wire.ts'
import { readRows } from './readRows.ts'
import { DIMENSIONS } from './readUsageBy.ts'

/**
 * What was used under one id in each hour of `[fromHour, toHour)` (Unix seconds), oldest first. Reads the hours' rows by their key:
 * a date has 24 times as many as groups. Throws HistoryUnavailable.
 */
export async function readRowHours(
  db: D1Database,
  { fromHour, toHour, by, id }: { fromHour: number; toHour: number; by: RowHoursBy; id: string },
): Promise<RowHour[]> {
  return readRows(
    db,
    `SELECT hour AS timestamp, sum(input_tokens) + sum(output_tokens) AS tokens_used, sum(requests) AS requests
     FROM model_usage WHERE hour >= ?1 AND hour < ?2 AND ${DIMENSIONS[by]} = ?3
     GROUP BY hour HAVING sum(input_tokens) + sum(output_tokens) + sum(requests) > 0 ORDER BY hour`,
    fromHour,
    toHour,
    id,
  )
}
