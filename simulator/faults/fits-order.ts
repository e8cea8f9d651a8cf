import { DAY_SECONDS } from '../ledger/bucket-width.ts'
import { type Fault, type FaultOrder, pathsOf } from './fault.ts'

/** Whether a fault, ordered so, may act on the answer to this request. `now` in Unix seconds. */
export function fitsOrder(order: FaultOrder, fault: Fault, { pathname, searchParams }: URL, now: number): boolean {
  if (!pathname.startsWith(order.path ?? '')) return false
  if (!pathsOf(fault).some(path => pathname.startsWith(path))) return false
  if ((order.width ?? order.date) === undefined) return true
  if (!searchParams.has('start_time')) return false
  if (order.width !== undefined && order.width !== (searchParams.get('bucket_width') ?? '1d')) return false
  return order.date === undefined || hasPartOf(order.date, searchParams, now)
}

/** Judged by the window of the whole walk: all its pages are about the same dates. */
function hasPartOf(date: string, asked: URLSearchParams, now: number): boolean {
  const start = Number(asked.get('start_time'))
  const end = Number(asked.get('end_time') ?? now + 1)
  const from = startOfDate(date)
  return start < from + DAY_SECONDS && end > from
}

/** Unix seconds; throws on text that is no date. */
export function startOfDate(date: string): number {
  const from = /^\d{4}-\d\d-\d\d$/.test(date) ? Date.parse(`${date}T00:00:00Z`) / 1000 : Number.NaN
  if (Number.isNaN(from)) throw new Error(`date: '${date}' is not a UTC date such as 2026-11-23.`)
  return from
}
