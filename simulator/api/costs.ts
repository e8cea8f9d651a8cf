import type { Ledger } from '../ledger/ledger.ts'
import type { UsageEvent } from '../ledger/usage-event.ts'
import { FREE_TIER } from '../organisation/free-pool.ts'
import { nanoUsdPerToken } from '../organisation/prices.ts'
import type { View } from './completions.ts'
import { page } from './page.ts'
import { Parameters } from './parameters.ts'
import { readTimeRange } from './time-range.ts'

const KNOWN = 'start_time end_time bucket_width limit page group_by project_ids api_key_ids'
const NANO_USD = 1_000_000_000

type CostDimension = 'project_id' | 'line_item' | 'api_key_id'
type Charge = { project_id: string; api_key_id: string | null; line_item: string; tokens: number; nanoUsd: number }

/**
 * GET /v1/organization/costs: days only, no grouping by model. Complimentary tokens cost nothing and are not in it, and
 * usage is in it only `lagSeconds` after it showed up.
 */
export function costs(ledger: Ledger, search: URLSearchParams, view: View, lagSeconds: number) {
  const asked = new Parameters(search, KNOWN.split(' '))
  const width = asked.choice('bucket_width', ['1d']) ?? '1d'
  const limit = asked.integerBetween('limit', 1, 180) ?? 7
  const groupBy = asked.choices<CostDimension>('group_by', ['project_id', 'line_item', 'api_key_id'])
  const range = readTimeRange(asked, width, limit, view.now)
  const [projects, keys] = [asked.list('project_ids'), asked.list('api_key_ids')]
  const filters = {
    ...(projects.length > 0 && { project: new Set(projects) }),
    ...(keys.length > 0 && { apiKey: new Set(keys) }),
  }
  const tally = ledger.tally({
    ...range,
    at: view.at - lagSeconds,
    groupBy: ['project', 'apiKey', 'model', 'batch', 'serviceTier'],
    filters,
  })
  return page(range, start => costResults((tally.get(start) ?? []).flatMap(charges), groupBy))
}

function charges(row: UsageEvent): Charge[] {
  if (row.serviceTier === FREE_TIER) return []
  const price = nanoUsdPerToken(row.model, row.batch)
  const charge = (kind: string, tokens: number, nanoUsd: number): Charge => ({
    project_id: row.project,
    api_key_id: row.apiKey || null,
    line_item: `${row.model}, ${kind}`,
    tokens,
    nanoUsd: tokens * nanoUsd,
  })
  return [
    charge('input', row.input - row.cached, price.input),
    charge('cached input', row.cached, price.cached),
    charge('output', row.output, price.output),
  ].filter(({ tokens }) => tokens !== 0)
}

function costResults(all: Charge[], groupBy: readonly CostDimension[]) {
  const groups = Map.groupBy(all, charge => groupBy.map(dimension => charge[dimension]).join('\u0000'))
  return [...groups.values()].map(group => {
    const named = (dimension: CostDimension) => (groupBy.includes(dimension) ? (group[0]?.[dimension] ?? null) : null)
    const byItem = groupBy.includes('line_item')
    return {
      object: 'organization.costs.result',
      // Added as whole billionths, so that one division is all that is ever rounded.
      amount: { value: group.reduce((sum, { nanoUsd }) => sum + nanoUsd, 0) / NANO_USD, currency: 'usd' },
      line_item: named('line_item'),
      project_id: named('project_id'),
      api_key_id: named('api_key_id'),
      quantity: byItem ? group.reduce((sum, { tokens }) => sum + tokens, 0) : null,
      quantity_unit: byItem ? 'tokens' : null,
    }
  })
}
