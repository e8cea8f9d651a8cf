import * as v from 'valibot'
import { count, date, LimitCounts, share, Tier } from './parts.ts'

export const ForecastState = v.picklist(['early', 'ok', 'may_exceed', 'will_exceed', 'exceeded', 'idle', 'stale'])

export const Forecast = v.object({
  as_of: count,
  state: ForecastState,
  chance: v.nullable(share),
  expected_tokens: v.nullable(count),
  low_tokens: v.nullable(count),
  high_tokens: v.nullable(count),
  runs_out_at: v.nullable(count),
  runs_out_earliest: v.nullable(count),
  days_known: count,
})

export const ForecastView = v.object({ premium: v.nullable(Forecast), mini: v.nullable(Forecast) })

export const TierUsage = v.object({
  tokens_used: count,
  used: count,
  limit: count,
  percentage: count,
  remaining: count,
  input_tokens: count,
  output_tokens: count,
  cached_tokens: count,
  requests: count,
  free_tokens: count,
  billed_tokens: count,
  free_remaining: v.nullable(count),
  limit_counts: LimitCounts,
  counted_tokens: count,
  counted_percentage: count,
  forecast: v.nullable(Forecast),
})

export const ModelUsage = v.object({
  model: v.string(),
  tier: Tier,
  unclassified: v.boolean(),
  service_tier: v.nullable(v.string()),
  project_id: v.nullable(v.string()),
  project_name: v.exactOptional(v.string()),
  free: v.boolean(),
  input_tokens: count,
  output_tokens: count,
  cached_tokens: count,
  total_tokens: count,
  requests: count,
})

export const UsageView = v.object({
  date,
  premium: TierUsage,
  mini: TierUsage,
  last_updated: v.nullable(count),
  resets_at: count,
  stale: v.boolean(),
  models: v.array(ModelUsage),
})

export const ModelsView = v.object({ date, final: v.boolean(), models: v.array(ModelUsage), count })

export const HeadroomView = v.object({
  tier: Tier,
  limit: count,
  used: count,
  unreported_tokens: count,
  error_tokens: count,
  usable: count,
  tokens: count,
  fits: v.boolean(),
  limit_counts: LimitCounts,
  lag_seconds: count,
  resets_at: count,
  as_of: v.nullable(count),
  stale: v.boolean(),
})
