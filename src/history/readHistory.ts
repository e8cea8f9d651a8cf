import type { DayPoint, SnapshotPoint, Tier } from '../wire.ts'
import type { HourTotal, ModelHour } from './historyRows.ts'
import { readRows } from './readRows.ts'

export { readRowHours } from './readRowHours.ts'
export { readUsageBy } from './readUsageBy.ts'

// Reads of D1, each over a range of its primary key: about as many rows are touched as are returned. Times are Unix
// seconds, ranges are [from, to). All throw HistoryUnavailable.

/** Snapshots, oldest first. */
export async function readSnapshots(db: D1Database, from: number, to: number): Promise<SnapshotPoint[]> {
  return readRows(
    db,
    `SELECT timestamp, date, premium_tokens, mini_tokens FROM usage_snapshots
     WHERE timestamp >= ?1 AND timestamp < ?2 ORDER BY timestamp`,
    from,
    to,
  )
}

/** Tokens of each hour, oldest first. */
export async function readHourTotals(db: D1Database, from: number, to: number): Promise<HourTotal[]> {
  return readRows(
    db,
    'SELECT hour, premium_tokens, mini_tokens FROM hour_totals WHERE hour >= ?1 AND hour < ?2 ORDER BY hour',
    from,
    to,
  )
}

/** Hours by model, newest first, models by name within an hour; `toHour` excluded. */
export async function readHourModels(
  db: D1Database,
  page: { fromHour: number; toHour: number; offset: number; limit: number },
): Promise<ModelHour[]> {
  return readRows(
    db,
    `SELECT hour, model, tier, sum(input_tokens) AS input_tokens, sum(output_tokens) AS output_tokens
     FROM model_usage WHERE hour >= ?1 AND hour < ?2 GROUP BY hour, model
     HAVING sum(input_tokens) + sum(output_tokens) > 0
     ORDER BY hour DESC, model LIMIT ?3 OFFSET ?4`,
    page.fromHour,
    page.toHour,
    page.limit,
    page.offset,
  )
}

interface SummaryFacts {
  date: string
  tier: Tier
  tokens_used: number
  free_tokens: number
  billed_tokens: number
  limit_value: number
  final: number
}

/** Daily summaries of the dates from `fromDate` to `toDate`, both included, oldest first. */
export async function readDays(db: D1Database, fromDate: string, toDate: string): Promise<DayPoint[]> {
  const rows = await readRows<SummaryFacts>(
    db,
    `SELECT date, tier, tokens_used, free_tokens, billed_tokens, limit_value, final FROM daily_summaries
     WHERE date >= ?1 AND date <= ?2 ORDER BY date`,
    fromDate,
    toDate,
  )
  const days = new Map<string, Partial<Record<Tier, SummaryFacts>>>()
  for (const row of rows) days.set(row.date, { ...days.get(row.date), [row.tier]: row })
  return [...days].flatMap(([date, { premium, mini }]) =>
    premium === undefined || mini === undefined ? [] : [dayPoint(date, premium, mini)],
  )
}

function dayPoint(date: string, premium: SummaryFacts, mini: SummaryFacts): DayPoint {
  return {
    timestamp: Date.parse(`${date}T00:00:00Z`) / 1000,
    date,
    premium_tokens: premium.tokens_used,
    mini_tokens: mini.tokens_used,
    premium_limit: premium.limit_value,
    mini_limit: mini.limit_value,
    premium_free_tokens: premium.free_tokens,
    premium_billed_tokens: premium.billed_tokens,
    mini_free_tokens: mini.free_tokens,
    mini_billed_tokens: mini.billed_tokens,
    final: premium.final === 1 && mini.final === 1,
  }
}
