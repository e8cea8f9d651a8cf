// Upserts of many rows by one statement and one parameter: D1 takes 100 parameters a statement, but a parameter of
// 2 MB. An update is made only by a newer revision and only where something differs: unchanged rows cost nothing, and a
// write that D1 finishes after its timeout cannot undo a later one.

interface TableShape {
  table: string
  keys: readonly string[]
  values: readonly string[]
}

const SHAPES = {
  snapshots: { table: 'usage_snapshots', keys: ['timestamp'], values: ['date', 'premium_tokens', 'mini_tokens'] },
  modelHours: {
    table: 'model_usage',
    keys: ['hour', 'model', 'service_tier', 'project'],
    values: ['tier', 'input_tokens', 'output_tokens', 'cached_tokens', 'requests'],
  },
  hourTotals: { table: 'hour_totals', keys: ['hour'], values: ['premium_tokens', 'mini_tokens'] },
  summaries: {
    table: 'daily_summaries',
    keys: ['date', 'tier'],
    values: [
      'tokens_used',
      'input_tokens',
      'output_tokens',
      'cached_tokens',
      'requests',
      'free_tokens',
      'billed_tokens',
      'limit_value',
      'final',
    ],
  },
  alerts: {
    table: 'alerts',
    keys: ['id'],
    values: [
      'timestamp',
      'date',
      'tier',
      'threshold',
      'tokens_used',
      'limit_value',
      'percentage',
      'message',
      'sent',
      'late',
      'created_at',
    ],
  },
  dailyUsage: {
    table: 'daily_usage',
    keys: ['date', 'model', 'service_tier', 'project', 'api_key', 'user'],
    values: ['tier', 'free', 'input_tokens', 'output_tokens', 'cached_tokens', 'requests'],
  },
  dailyCosts: { table: 'daily_costs', keys: ['date', 'project', 'line_item'], values: ['nano_usd'] },
} as const satisfies Record<string, TableShape>

export type HistoryTable = keyof typeof SHAPES

export const HISTORY_TABLES = Object.keys(SHAPES) as HistoryTable[]

/** `?1`: JSON array of rows, each with its revision; later rows of the same key win. */
export function upsertSql(name: HistoryTable): string {
  const { table, keys, values }: TableShape = SHAPES[name]
  const columns = [...keys, ...values]
  const fields = columns.map(column => `value ->> '$.${column}'`)
  const sets = [...values, 'revision'].map(column => `${column} = excluded.${column}`)
  const differs = values.map(column => `${column} IS NOT excluded.${column}`)
  // `WHERE true`: without it the parser takes ON for a join (https://sqlite.org/lang_upsert.html, section 2.2).
  return `INSERT INTO ${table} (${columns.join(', ')}, revision)
    SELECT ${fields.join(', ')}, value ->> '$.revision' FROM json_each(?1) WHERE true
    ON CONFLICT (${keys.join(', ')}) DO UPDATE SET ${sets.join(', ')}
    WHERE excluded.revision > ${table}.revision AND (${differs.join(' OR ')})`
}

/**
 * Zeroes the groups of stretches of hours that a complete read no longer has. `?1`: the rows that stay, `?2`: the stretches as
 * `[from, to, revision]`. A later revision in D1 stands.
 */
export const ZERO_VANISHED_SQL = `UPDATE model_usage
  SET input_tokens = 0, output_tokens = 0, cached_tokens = 0, requests = 0, revision = stretch.revision
  FROM (SELECT value ->> '$[0]' AS from_hour, value ->> '$[1]' AS to_hour, value ->> '$[2]' AS revision
        FROM json_each(?2)) AS stretch
  WHERE hour >= stretch.from_hour AND hour < stretch.to_hour AND model_usage.revision < stretch.revision
    AND input_tokens + output_tokens + cached_tokens + requests > 0
    AND (hour, model, service_tier, project) NOT IN (
      SELECT value ->> '$.hour', value ->> '$.model', value ->> '$.service_tier', value ->> '$.project' FROM json_each(?1))`

/** The same for the sums of hours: one without any group left is zero. Takes the same parameters. */
export const ZERO_VANISHED_HOURS_SQL = `UPDATE hour_totals
  SET premium_tokens = 0, mini_tokens = 0, revision = stretch.revision
  FROM (SELECT value ->> '$[0]' AS from_hour, value ->> '$[1]' AS to_hour, value ->> '$[2]' AS revision
        FROM json_each(?2)) AS stretch
  WHERE hour >= stretch.from_hour AND hour < stretch.to_hour AND hour_totals.revision < stretch.revision
    AND premium_tokens + mini_tokens > 0
    AND hour NOT IN (SELECT value ->> '$.hour' FROM json_each(?1))`

/** The same for who used a date. `?1`: the rows that stay, `?2`: dates as `[date, revision]`. */
export const ZERO_VANISHED_USAGE_SQL = `UPDATE daily_usage
  SET input_tokens = 0, output_tokens = 0, cached_tokens = 0, requests = 0, revision = read_date.revision
  FROM (SELECT value ->> '$[0]' AS date, value ->> '$[1]' AS revision FROM json_each(?2)) AS read_date
  WHERE daily_usage.date = read_date.date AND daily_usage.revision < read_date.revision
    AND input_tokens + output_tokens + cached_tokens + requests > 0
    AND (daily_usage.date, model, service_tier, project, api_key, user) NOT IN (
      SELECT value ->> '$.date', value ->> '$.model', value ->> '$.service_tier', value ->> '$.project',
        value ->> '$.api_key', value ->> '$.user' FROM json_each(?1))`

/** The same for what a date cost. */
export const ZERO_VANISHED_COSTS_SQL = `UPDATE daily_costs
  SET nano_usd = 0, revision = read_date.revision
  FROM (SELECT value ->> '$[0]' AS date, value ->> '$[1]' AS revision FROM json_each(?2)) AS read_date
  WHERE daily_costs.date = read_date.date AND daily_costs.revision < read_date.revision AND nano_usd <> 0
    AND (daily_costs.date, project, line_item) NOT IN (
      SELECT value ->> '$.date', value ->> '$.project', value ->> '$.line_item' FROM json_each(?1))`
