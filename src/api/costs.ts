import { lastOfMonth } from '../forecast/projectMonth.ts'
import { addDays, dateOf } from '../usage/utcDay.ts'
import type { CostsBy } from '../wire.ts'
import { askTracker } from './askTracker.ts'
import { type Call, nowSeconds } from './call.ts'
import { oneOf, only } from './queryParams.ts'
import { badRequest, Refusal } from './refusal.ts'
import { shown } from './shown.ts'
import { type Span, spanQuery } from './spanQuery.ts'

export const WAYS: readonly CostsBy[] = ['day', 'project', 'line_item']
export const DEFAULT_DAYS = 30

/** What OpenAI charges, from the object's own books: `by=day|project|line_item`, over `days=` or one `month=YYYY-MM`. */
export async function costs(call: Call): Promise<object> {
  const by = oneOf(call.url.searchParams, 'by', WAYS)
  if (by instanceof Refusal) return by
  const span = costSpan(call.url.searchParams, nowSeconds(call))
  return span instanceof Refusal ? span : askTracker(call, tracker => tracker.costs(by ?? 'day', span.from, span.to))
}

function costSpan(params: URLSearchParams, now: number): Span | Refusal {
  const month = only(params, 'month')
  if (month instanceof Refusal) return month
  if (month === null) return spanQuery(params, now, DEFAULT_DAYS)
  if (['days', 'date', 'from', 'to'].some(name => params.has(name)))
    return badRequest('month and days exclude each other; give one of them.')
  if (!/^\d{4}-(0[1-9]|1[0-2])$/.test(month)) {
    return badRequest(`month is ${shown(month)}, but must be a UTC month like ${dateOf(now).slice(0, 7)}.`)
  }
  const first = `${month}-01`
  const today = dateOf(now)
  const oldest = addDays(today, -400)
  const last = lastOfMonth(first)
  if (first > today) return badRequest(`month is ${month}, which has not begun.`)
  if (last < oldest) return badRequest(`month is ${month}, but costs are kept for 400 days.`)
  return { from: first, to: [last, today].sort()[0] ?? today }
}
