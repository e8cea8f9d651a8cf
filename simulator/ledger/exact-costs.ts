import { FREE_TIER } from '../organisation/free-pool.ts'
import { nanoUsdPerToken } from '../organisation/prices.ts'
import type { UsageEvent } from './usage-event.ts'

export type ExactCosts = {
  total_nano_usd: number
  by_project: Record<string, number>
  by_line_item: Record<string, number>
  /** Without what came to nothing. */
  rows: { project: string; line_item: string; nano_usd: number }[]
}

/**
 * What these lines cost, as far as they were known at the moment `at`, in whole billionths of a dollar: a plain sum,
 * line by line. Like the exact totals it shares no code with the paged answers but the prices.
 */
export function exactCosts(events: readonly UsageEvent[], at: number): ExactCosts {
  const rows = new Map<string, ExactCosts['rows'][number]>()
  for (const event of events) {
    if (event.visibleFrom > at || event.serviceTier === FREE_TIER) continue
    const price = nanoUsdPerToken(event.model, event.batch)
    for (const [kind, nano] of [
      ['input', (event.input - event.cached) * price.input],
      ['cached input', event.cached * price.cached],
      ['output', event.output * price.output],
    ] as const) {
      const line_item = `${event.model}, ${kind}`
      const key = JSON.stringify([event.project, line_item])
      const row = rows.get(key) ?? { project: event.project, line_item, nano_usd: 0 }
      row.nano_usd += nano
      rows.set(key, row)
    }
  }
  const known = [...rows.values()].filter(({ nano_usd }) => nano_usd !== 0)
  return {
    total_nano_usd: known.reduce((sum, { nano_usd }) => sum + nano_usd, 0),
    by_project: summed(known, ({ project }) => project),
    by_line_item: summed(known, ({ line_item }) => line_item),
    rows: known,
  }
}

function summed(rows: ExactCosts['rows'], of: (row: ExactCosts['rows'][number]) => string): Record<string, number> {
  const sums = new Map<string, number>()
  for (const row of rows) sums.set(of(row), (sums.get(of(row)) ?? 0) + row.nano_usd)
  return Object.fromEntries(sums)
}
