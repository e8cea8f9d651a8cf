import type { DailyUsageRow, HourTotal, ModelHourRow, SummaryRow } from '../../history/historyRows.ts'
import { type Classify, isFree } from '../../models.ts'
import { tokensByTier } from '../../usage/tickCurve.ts'
import { tierTotals } from '../../usage/tierTotals.ts'
import type { GroupMap } from '../../usage/usageGroup.ts'
import { startOf } from '../../usage/utcDay.ts'
import { type DayPoint, TIERS } from '../../wire.ts'
import type { Day } from '../store/dayStore.ts'

/** A day's two summaries as D1 keeps them. */
export function summaryRows(day: Day, classify: Classify): SummaryRow[] {
  const totals = tierTotals(day.groups.values(), classify)
  return TIERS.map(tier => ({
    date: day.date,
    tier,
    tokens_used: totals[tier].tokens,
    input_tokens: totals[tier].input,
    output_tokens: totals[tier].output,
    cached_tokens: totals[tier].cached,
    requests: totals[tier].requests,
    free_tokens: totals[tier].free,
    billed_tokens: totals[tier].billed,
    limit_value: day.limits[tier],
    final: day.final ? 1 : 0,
  }))
}

/** The same day as the API shows it, for the days that D1 has only by the hour. */
export function dayPointOf(day: Day, classify: Classify): DayPoint {
  const { premium, mini } = tierTotals(day.groups.values(), classify)
  return {
    timestamp: startOf(day.date),
    date: day.date,
    premium_tokens: premium.tokens,
    mini_tokens: mini.tokens,
    premium_limit: day.limits.premium,
    mini_limit: day.limits.mini,
    premium_free_tokens: premium.free,
    premium_billed_tokens: premium.billed,
    mini_free_tokens: mini.free,
    mini_billed_tokens: mini.billed,
    final: day.final,
  }
}

export function modelHourRows(hour: number, groups: GroupMap, classify: Classify): ModelHourRow[] {
  return [...groups.values()].map(group => ({
    hour,
    model: group.model,
    service_tier: group.serviceTier,
    project: group.project,
    tier: classify(group.model).tier,
    input_tokens: group.input,
    output_tokens: group.output,
    cached_tokens: group.cached,
    requests: group.requests,
  }))
}

/** Tokens of an hour by tier. */
export function hourTotal(hour: number, groups: GroupMap, classify: Classify): HourTotal {
  const tokens = tokensByTier({ start: hour, groups: [...groups.values()] }, classify)
  return { hour, premium_tokens: tokens.premium, mini_tokens: tokens.mini }
}

/** Who used a closed day, as D1 keeps it. */
export function dailyUsageRows(day: Day, classify: Classify): DailyUsageRow[] {
  return [...day.groups.values()].map(group => ({
    date: day.date,
    model: group.model,
    service_tier: group.serviceTier,
    project: group.project,
    api_key: group.apiKey,
    user: group.user,
    tier: classify(group.model).tier,
    free: isFree(group.serviceTier) ? 1 : 0,
    input_tokens: group.input,
    output_tokens: group.output,
    cached_tokens: group.cached,
    requests: group.requests,
  }))
}
