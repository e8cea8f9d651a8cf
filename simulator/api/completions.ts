import type { BucketWidth } from '../ledger/bucket-width.ts'
import type { Dimension, Filters, Ledger } from '../ledger/ledger.ts'
import type { UsageEvent } from '../ledger/usage-event.ts'
import { type CompletionsResult, completionsResult } from './completions-result.ts'
import { type Page, page } from './page.ts'
import { Parameters } from './parameters.ts'
import { readTimeRange } from './time-range.ts'

const KNOWN = 'start_time end_time bucket_width limit page group_by project_ids user_ids api_key_ids models batch'
const LIMITS = { '1m': { usual: 60, max: 1440 }, '1h': { usual: 24, max: 168 }, '1d': { usual: 7, max: 31 } } as const

export const WIRE_NAMES = {
  project_id: 'project',
  user_id: 'user',
  api_key_id: 'apiKey',
  model: 'model',
  batch: 'batch',
  service_tier: 'serviceTier',
} as const satisfies Record<string, Dimension>

/** How the answer looks at the ledger. A fault bends it; unbent, both times are the present in Unix seconds. */
export type View = {
  /** What o'clock the server thinks it is. */
  now: number
  /** Up to when it knows. */
  at: number
  /** What it makes of every number, 1 if it is honest. */
  scale: number
}

/** GET /v1/organization/usage/completions, as published: every parameter, per-width limits, nulls where not grouped. */
export function completions(ledger: Ledger, search: URLSearchParams, view: View): Page<CompletionsResult> {
  const asked = new Parameters(search, KNOWN.split(' '))
  const width: BucketWidth = asked.choice('bucket_width', ['1m', '1h', '1d']) ?? '1d'
  const limit = asked.integerBetween('limit', 1, LIMITS[width].max) ?? LIMITS[width].usual
  const names = Object.keys(WIRE_NAMES) as (keyof typeof WIRE_NAMES)[]
  const groupBy = asked.choices('group_by', names).map(name => WIRE_NAMES[name])
  const range = readTimeRange(asked, width, limit, view.now)
  const tally = ledger.tally({ ...range, at: view.at, groupBy, filters: readFilters(asked) })
  const rowsOf = (start: number) =>
    (tally.get(start) ?? []).map(row => completionsResult(scaled(row, view.scale), groupBy))
  return page(range, start => rowsOf(start).sort(byDimensions))
}

function readFilters(asked: Parameters): Filters {
  const filters: Filters = {}
  const lists = { project_ids: 'project', user_ids: 'user', api_key_ids: 'apiKey', models: 'model' } as const
  for (const [name, dimension] of Object.entries(lists)) {
    const wanted = asked.list(name)
    if (wanted.length > 0) filters[dimension] = new Set(wanted)
  }
  const batch = asked.boolean('batch')
  if (batch !== undefined) filters.batch = new Set([batch])
  return filters
}

function scaled(row: UsageEvent, scale: number): UsageEvent {
  if (scale === 1) return row
  const [cached, cacheWrite] = [Math.floor(row.cached * scale), Math.floor(row.cacheWrite * scale)]
  const uncached = Math.floor((row.input - row.cached - row.cacheWrite) * scale)
  const [output, requests] = [Math.floor(row.output * scale), Math.ceil(row.requests * scale)]
  return { ...row, cached, cacheWrite, input: cached + cacheWrite + uncached, output, requests }
}

function byDimensions(a: CompletionsResult, b: CompletionsResult): number {
  const [left, right] = [a, b].map(row => `${row.model} ${row.service_tier} ${row.project_id} ${row.api_key_id}`)
  return (left ?? '') < (right ?? '') ? -1 : 1
}
