import { type Classify, isFree } from '../models.ts'
import type { ForecastView, LimitCounts, ModelUsage, Tier, TierUsage, UsageView } from '../wire.ts'
import { countedTokens } from './counted.ts'
import { type TierTotals, tierTotals } from './tierTotals.ts'
import { totalTokens, type UsageGroup, withoutOwners } from './usageGroup.ts'
import { endOf } from './utcDay.ts'

export interface DayFacts {
  date: string
  groups: Iterable<UsageGroup>
  limits: Record<Tier, number>
  /** Unix seconds; null before the first success. */
  lastUpdated: number | null
  stale: boolean
  limitCounts: LimitCounts
  /** Where the tiers will end; null before the first success. */
  forecast: ForecastView
  /** Tiers in which OpenAI booked free tokens in the last seven days. */
  hasFree: Record<Tier, boolean>
  /** The last known names of projects, by id. */
  projectNames?: ReadonlyMap<string, string>
}

/** `GET /api/usage`, from a day's groups. */
export function usageView(day: DayFacts, classify: Classify): UsageView {
  const groups = [...day.groups]
  const totals = tierTotals(groups, classify)
  return {
    date: day.date,
    premium: tierUsage('premium', totals, day),
    mini: tierUsage('mini', totals, day),
    last_updated: day.lastUpdated,
    resets_at: endOf(day.date),
    stale: day.stale,
    models: modelUsages(groups, classify, day.projectNames),
  }
}

function tierUsage(tier: Tier, totals: TierTotals, { limits, limitCounts, forecast, hasFree }: DayFacts): TierUsage {
  const total = totals[tier]
  const limit = limits[tier]
  const counted = countedTokens(total, limitCounts)
  return {
    tokens_used: total.tokens,
    used: total.tokens,
    limit,
    percentage: percentageOf(total.tokens, limit),
    remaining: Math.max(0, limit - total.tokens),
    input_tokens: total.input,
    output_tokens: total.output,
    cached_tokens: total.cached,
    requests: total.requests,
    free_tokens: total.free,
    billed_tokens: total.billed,
    free_remaining: hasFree[tier] ? Math.max(0, limit - total.free) : null,
    limit_counts: limitCounts,
    counted_tokens: counted,
    counted_percentage: percentageOf(counted, limit),
    forecast: forecast[tier],
  }
}

/** Whole percent for people; thresholds compare exactly elsewhere. */
export function percentageOf(tokens: number, limit: number): number {
  return Math.round((tokens / limit) * 100)
}

/** By model, service tier and project, largest first; equal ones by name, so that the order does not flicker. */
export function modelUsages(
  groups: Iterable<UsageGroup>,
  classify: Classify,
  projectNames: ReadonlyMap<string, string> = new Map(),
): ModelUsage[] {
  return [...withoutOwners(groups).values()]
    .map(group => modelUsage(group, classify, projectNames.get(group.project)))
    .sort(byTokensThenName)
}

function modelUsage(group: UsageGroup, classify: Classify, projectName: string | undefined): ModelUsage {
  const { tier, unclassified } = classify(group.model)
  return {
    model: group.model === '' ? 'unknown' : group.model,
    tier,
    unclassified,
    service_tier: group.serviceTier === '' ? null : group.serviceTier,
    project_id: group.project === '' ? null : group.project,
    ...(projectName !== undefined && { project_name: projectName }),
    free: isFree(group.serviceTier),
    input_tokens: group.input,
    output_tokens: group.output,
    cached_tokens: group.cached,
    total_tokens: totalTokens(group),
    requests: group.requests,
  }
}

function byTokensThenName(a: ModelUsage, b: ModelUsage): number {
  return b.total_tokens - a.total_tokens || (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)
}
