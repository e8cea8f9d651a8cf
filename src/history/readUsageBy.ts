import type { Part } from '../usage/breakdown.ts'
import type { BreakdownBy, Tier } from '../wire.ts'
import { readRows } from './readRows.ts'

/** Folded groups have lost these dimensions: they stand under `other`, as in `usage/breakdown.ts`. */
const unlessFolded = (column: string) =>
  `CASE WHEN model IN ('other (premium)', 'other (mini)') THEN 'other' ELSE ${column} END`

/** Of a dimension, the column that has it. */
export const DIMENSIONS: Record<BreakdownBy, string> = {
  model: 'model',
  tier: 'tier',
  service_tier: 'service_tier',
  project: unlessFolded('project'),
  api_key: unlessFolded('api_key'),
  user: unlessFolded('user'),
}

/**
 * Usage of the dates from `from` to `to`, both included, but for those of `without`, summed by one dimension. Reads the
 * span's rows by their key. Throws HistoryUnavailable.
 */
export async function readUsageBy(
  db: D1Database,
  { from, to, without, by }: { from: string; to: string; without: readonly string[]; by: BreakdownBy },
): Promise<Part[]> {
  const rows = await readRows<{
    id: string
    tier: Tier
    free: number
    input: number
    output: number
    cached: number
    requests: number
  }>(
    db,
    `SELECT ${DIMENSIONS[by]} AS id, tier, free, sum(input_tokens) AS input, sum(output_tokens) AS output,
       sum(cached_tokens) AS cached, sum(requests) AS requests
     FROM daily_usage WHERE date >= ?1 AND date <= ?2 AND date NOT IN (SELECT value FROM json_each(?3))
     GROUP BY 1, 2, 3 HAVING sum(input_tokens) + sum(output_tokens) + sum(cached_tokens) + sum(requests) > 0`,
    from,
    to,
    JSON.stringify(without),
  )
  return rows.map(row => ({ ...row, free: row.free === 1 }))
}
