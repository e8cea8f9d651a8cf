import { named } from '../openai/namePage.ts'
import { breakdownOf } from '../usage/breakdown.ts'
import { datesFrom } from '../usage/utcDay.ts'
import type { BreakdownBy, BreakdownView } from '../wire.ts'
import { askTracker } from './askTracker.ts'
import { type Call, nowSeconds } from './call.ts'
import { oneOf } from './queryParams.ts'
import { Refusal } from './refusal.ts'
import { spanQuery } from './spanQuery.ts'

export const DIMENSIONS: readonly BreakdownBy[] = ['model', 'tier', 'service_tier', 'project', 'api_key', 'user']

/** Who used what: `by=` one dimension, over a date or a span of up to 400 days; today where none is given. */
export async function breakdown(call: Call): Promise<object> {
  const by = oneOf(call.url.searchParams, 'by', DIMENSIONS)
  if (by instanceof Refusal) return by
  const span = spanQuery(call.url.searchParams, nowSeconds(call), 1)
  return span instanceof Refusal ? span : breakdownView(call, by ?? 'model', span.from, span.to)
}

async function breakdownView(call: Call, by: BreakdownBy, from: string, to: string): Promise<BreakdownView> {
  const own = await askTracker(call, tracker => tracker.ownUsage(from, to, by))
  const isD1Asked = datesFrom(from, to).some(date => !own.dates.includes(date))
  const stored = isD1Asked
    ? await call.ports.history.readUsageBy(call.env.DB, { from, to, without: own.dates, by })
    : []
  const parts = [...stored, ...own.parts]
  const names = await namesOf(call, by, new Set(parts.map(({ id }) => id)))
  return { by, from, to, final: own.final, ...breakdownOf(parts, by, id => names.get(id) ?? idAsName(id)) }
}

/** An id is foreign text too: where it stands for a name, it is shown like one. */
function idAsName(id: string): string {
  return named(id, id).name || 'unnamed'
}

async function namesOf(call: Call, by: BreakdownBy, ids: ReadonlySet<string>): Promise<ReadonlyMap<string, string>> {
  const isNamed = by === 'project' || by === 'api_key' || by === 'user'
  if (!isNamed || ids.size === 0) return new Map()
  return new Map(Object.entries(await askTracker(call, tracker => tracker.names(by, [...ids]))))
}
