import type { Tier } from '../wire.ts'

// What the object owes to D1: rows with absolute values, so that writing them again changes nothing.

export interface SnapshotRow {
  timestamp: number
  date: string
  premium_tokens: number
  mini_tokens: number
  /** Its own, where it stands among rows of other commits. */
  revision?: number
}

/** Usage in the hour that starts at `hour` (Unix seconds). */
export interface ModelHourRow {
  hour: number
  model: string
  service_tier: string
  project: string
  tier: Tier
  input_tokens: number
  output_tokens: number
  cached_tokens: number
  requests: number
}

/** Tokens used in one hour, not the day's running total. */
export interface HourTotal {
  hour: number
  premium_tokens: number
  mini_tokens: number
}

export interface SummaryRow {
  date: string
  tier: Tier
  tokens_used: number
  input_tokens: number
  output_tokens: number
  cached_tokens: number
  requests: number
  free_tokens: number
  billed_tokens: number
  limit_value: number
  final: 0 | 1
}

export interface AlertRow {
  id: number
  timestamp: number
  date: string
  tier: Tier
  threshold: number
  tokens_used: number
  limit_value: number
  percentage: number
  message: string
  sent: 0 | 1
  late: 0 | 1
  created_at: string
}

/** Usage of a closed date by who used it. */
export interface DailyUsageRow {
  date: string
  model: string
  service_tier: string
  project: string
  api_key: string
  user: string
  tier: Tier
  free: 0 | 1
  input_tokens: number
  output_tokens: number
  cached_tokens: number
  requests: number
}

export interface DailyCostRow {
  date: string
  project: string
  line_item: string
  /** Whole billionths of a dollar. */
  nano_usd: number
}

/** Rows of one commit. */
export interface HistoryRows {
  snapshots?: SnapshotRow[]
  modelHours?: ModelHourRow[]
  hourTotals?: HourTotal[]
  summaries?: SummaryRow[]
  alerts?: AlertRow[]
  dailyUsage?: DailyUsageRow[]
  dailyCosts?: DailyCostRow[]
  /** The rows above are all there is of these dates; what else stands there is zeroed. */
  replaceUsageOf?: string
  replaceCostsOf?: string
  /** The hours above are all there is in this stretch; what else stands there is zeroed. */
  replaceHours?: { from: number; to: number }
  /** Everything of the dates before this one goes. */
  forgetBefore?: string
}

/** Hours of a model, summed over service tiers and projects, as the request list of a dashboard shows it. */
export interface ModelHour {
  hour: number
  model: string
  tier: Tier
  input_tokens: number
  output_tokens: number
}
