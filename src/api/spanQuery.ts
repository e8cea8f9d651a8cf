import { addDays, dateOf } from '../usage/utcDay.ts'
import { only, utcDate, wholeNumber } from './queryParams.ts'
import { badRequest, Refusal } from './refusal.ts'

/** A span of UTC dates, both included. */
export interface Span {
  from: string
  to: string
}

export const MOST_DAYS = 400

/**
 * `date=`, `days=` (with today) or `from=` and `to=`, of which only one may be given; the last `fallbackDays` days where none
 * is. At most 400 days.
 */
export function spanQuery(params: URLSearchParams, now: number, fallbackDays: number): Span | Refusal {
  const today = dateOf(now)
  const ways = [params.has('date'), params.has('days'), params.has('from') || params.has('to')]
  if (ways.filter(Boolean).length > 1)
    return badRequest('date, days, and from with to exclude each other; give one of them.')
  if (params.has('date')) {
    const date = utcDate(params, 'date', today)
    return date instanceof Refusal ? date : { from: date, to: date }
  }
  if (params.has('from') || params.has('to')) return fromTo(params, today)
  const days = wholeNumber(params, 'days', { min: 1, max: MOST_DAYS, fallback: fallbackDays })
  return days instanceof Refusal ? days : { from: addDays(today, 1 - days), to: today }
}

function fromTo(params: URLSearchParams, today: string): Span | Refusal {
  if (only(params, 'from') === null) return badRequest('to is given without from; give both dates.')
  const from = utcDate(params, 'from', today)
  if (from instanceof Refusal) return from
  const to = utcDate(params, 'to', today)
  if (to instanceof Refusal) return to
  if (from > to) return badRequest(`from (${from}) is after to (${to}).`)
  if (addDays(from, MOST_DAYS - 1) < to)
    return badRequest(`from ${from} to ${to} are more than ${MOST_DAYS} days, which is the most.`)
  return { from, to }
}
