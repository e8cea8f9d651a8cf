import type { UsageEvent } from './usage-event.ts'

export type Totals = {
  input_tokens: number
  output_tokens: number
  cached_tokens: number
  total_tokens: number
  requests: number
}

export type ExactTotals = {
  total: Totals
  by_model: Record<string, Totals>
  by_service_tier: Record<string, Totals>
  by_project: Record<string, Totals>
}

/**
 * What a perfect reader would know at the moment `at` about these lines: a plain sum over them all. It shares no code
 * and no cache with the paged answers, so that a test which compares the two can find a mistake in either.
 */
export function exactTotals(events: readonly UsageEvent[], at: number): ExactTotals {
  const total = nothing()
  const models = new Map<string, Totals>()
  const tiers = new Map<string, Totals>()
  const projects = new Map<string, Totals>()
  for (const event of events) {
    if (event.visibleFrom > at) continue
    const places = [total, place(models, event.model), place(tiers, event.serviceTier), place(projects, event.project)]
    for (const sums of places) {
      sums.input_tokens += event.input
      sums.output_tokens += event.output
      sums.cached_tokens += event.cached
      sums.total_tokens += event.input + event.output
      sums.requests += event.requests
    }
  }
  return {
    total,
    by_model: Object.fromEntries(models),
    by_service_tier: Object.fromEntries(tiers),
    by_project: Object.fromEntries(projects),
  }
}

function nothing(): Totals {
  return { input_tokens: 0, output_tokens: 0, cached_tokens: 0, total_tokens: 0, requests: 0 }
}

function place(totals: Map<string, Totals>, name: string): Totals {
  const known = totals.get(name)
  if (known) return known
  const fresh = nothing()
  totals.set(name, fresh)
  return fresh
}
