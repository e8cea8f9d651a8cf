import { dateOf } from '../usage/utcDay.ts'
import { ALERT_KINDS, type AlertKind } from '../wire.ts'
import { askTracker } from './askTracker.ts'
import { type Call, nowSeconds } from './call.ts'
import { only, utcDate, wholeNumber } from './queryParams.ts'
import { badRequest, Refusal } from './refusal.ts'
import { Reply } from './reply.ts'
import { shown } from './shown.ts'

// Reads that the object answers from its memory, whatever the state of D1.

export const ALERT_DAYS = { min: 1, max: 400, fallback: 7 }

export function usage(call: Call): Promise<object> {
  return askTracker(call, tracker => tracker.usageText()).then(text => new Reply(text))
}

export function status(call: Call): Promise<object> {
  return askTracker(call, tracker => tracker.status())
}

export function receivers(call: Call): Promise<object> {
  return askTracker(call, tracker => tracker.receivers())
}

export function brake(call: Call): Promise<object> {
  return askTracker(call, tracker => tracker.brake())
}

export async function models(call: Call): Promise<object> {
  const date = utcDate(call.url.searchParams, 'date', dateOf(nowSeconds(call)))
  return date instanceof Refusal ? date : askTracker(call, tracker => tracker.models(date))
}

export async function alerts(call: Call): Promise<object> {
  const days = wholeNumber(call.url.searchParams, 'days', ALERT_DAYS)
  if (days instanceof Refusal) return days
  const kinds = kindsOf(call.url.searchParams)
  return kinds instanceof Refusal ? kinds : askTracker(call, tracker => tracker.alerts(days, kinds))
}

/** Thresholds alone where none are named: that is what the first clients read. */
function kindsOf(params: URLSearchParams): readonly AlertKind[] | Refusal {
  const value = only(params, 'kinds')
  if (value instanceof Refusal) return value
  if (value === null) return ['threshold']
  if (value === 'all') return ALERT_KINDS
  const names = value.split(',').map(name => name.trim())
  const unknown = names.find(name => !(ALERT_KINDS as readonly string[]).includes(name))
  if (unknown === undefined) return names as AlertKind[]
  return badRequest(`kinds has ${shown(unknown)}, but takes all, or a comma list of ${ALERT_KINDS.join(', ')}.`)
}

export function forecast(call: Call): Promise<object> {
  return askTracker(call, tracker => tracker.forecast())
}
