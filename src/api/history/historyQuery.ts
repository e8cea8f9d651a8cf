import { addDays, DAY_S, dateOf, endOf, startOf } from '../../usage/utcDay.ts'
import { oneOf, utcDate, wholeNumber } from '../queryParams.ts'
import { badRequest, Refusal } from '../refusal.ts'

export type Interval = 'raw' | 'hour' | 'day'
export const INTERVALS: readonly Interval[] = ['raw', 'hour', 'day']

/** Most days of one answer: some 9,000 raw points, 2,200 hours, 400 days. */
export const MOST_DAYS: Record<Interval, number> = { raw: 31, hour: 92, day: 400 }
export const DEFAULT_DAYS = 7
export const MOST_ENTRIES = 200
export const DEFAULT_ENTRIES = 20

export type HistoryQuery =
  /** `[from, to)` in Unix seconds, and for daily points the dates, both included. */
  | { mode: 'points'; interval: Interval; from: number; to: number; fromDate: string; toDate: string }
  | { mode: 'page'; limit: number; offset: number }

/** `limit` and `offset` count only where no stretch of time is asked for: the shape of the answer follows from it. */
export function historyQuery(params: URLSearchParams, now: number): HistoryQuery | Refusal {
  const stretch = ['days', 'date', 'interval'].some(name => params.has(name))
  if (!stretch && (params.has('limit') || params.has('offset'))) return pageQuery(params)
  const interval = oneOf(params, 'interval', INTERVALS)
  if (interval instanceof Refusal) return interval
  if (params.has('days') && params.has('date')) return badRequest('days and date exclude each other; give one of them.')
  return params.has('date') ? dateQuery(params, interval ?? 'raw', now) : daysQuery(params, interval ?? 'raw', now)
}

function pageQuery(params: URLSearchParams): HistoryQuery | Refusal {
  const bounds = { min: 1, max: MOST_ENTRIES, fallback: DEFAULT_ENTRIES, above: 'taken as max' } as const
  const limit = wholeNumber(params, 'limit', bounds)
  if (limit instanceof Refusal) return limit
  const offset = wholeNumber(params, 'offset', { min: 0, max: 999_999_999, fallback: 0 })
  return offset instanceof Refusal ? offset : { mode: 'page', limit, offset }
}

function dateQuery(params: URLSearchParams, interval: Interval, now: number): HistoryQuery | Refusal {
  const date = utcDate(params, 'date', dateOf(now))
  if (date instanceof Refusal) return date
  return { mode: 'points', interval, from: startOf(date), to: endOf(date), fromDate: date, toDate: date }
}

/** The last N x 24 h up to and with this second; as daily points the last N dates, today's with them. */
function daysQuery(params: URLSearchParams, interval: Interval, now: number): HistoryQuery | Refusal {
  const hint = 'Longer spans: up to 92 days with interval=hour, 400 with interval=day.'
  const days = wholeNumber(params, 'days', { min: 1, max: MOST_DAYS[interval], fallback: DEFAULT_DAYS, hint })
  if (days instanceof Refusal) return days
  const today = dateOf(now)
  const dates = { fromDate: addDays(today, 1 - days), toDate: today }
  return { mode: 'points', interval, from: now - days * DAY_S, to: now + 1, ...dates }
}
