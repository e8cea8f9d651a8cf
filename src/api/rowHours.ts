import { endOf, startOf } from '../usage/utcDay.ts'
import type { RowHoursBy, RowHoursView } from '../wire.ts'
import { askTracker } from './askTracker.ts'
import { type Call, nowSeconds } from './call.ts'
import { oneOf, only } from './queryParams.ts'
import { badRequest, Refusal } from './refusal.ts'
import { spanQuery } from './spanQuery.ts'

export const DIMENSIONS: readonly RowHoursBy[] = ['model', 'tier', 'service_tier', 'project']

/** When a row of the breakdown was used: the hours of `date=`, today where none is given. An empty `id=` is what OpenAI names none for. */
export async function rowHours(call: Call): Promise<object> {
  const params = call.url.searchParams
  const by = oneOf(params, 'by', DIMENSIONS)
  if (by instanceof Refusal) return by
  const id = only(params, 'id')
  if (id instanceof Refusal) return id
  if (id === null) return badRequest('id is required: the id of a row of /api/breakdown, empty for a row without one.')
  const span = spanQuery(new URLSearchParams(params.getAll('date').map(date => ['date', date])), nowSeconds(call), 1)
  if (span instanceof Refusal) return span
  return rowHoursView(call, by ?? 'model', id, span.from)
}

async function rowHoursView(call: Call, by: RowHoursBy, id: string, date: string): Promise<RowHoursView> {
  const own = await askTracker(call, tracker => tracker.ownRowHours(date, by, id))
  const range = { fromHour: startOf(date), toHour: endOf(date), by, id }
  const hours = own ?? (await call.ports.history.readRowHours(call.env.DB, range))
  return { by, id: id === '' ? null : id, date, hours, count: hours.length }
}
