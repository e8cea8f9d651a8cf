import { dateOf } from '../usage/utcDay.ts'
import { askTracker } from './askTracker.ts'
import { type Call, nowSeconds } from './call.ts'
import { utcDate, wholeNumber } from './queryParams.ts'
import { Refusal } from './refusal.ts'
import { Reply } from './reply.ts'

// Reads that the object answers from its memory, whatever the state of D1.

const MOST_ALERT_DAYS = 400

export function usage(call: Call): Promise<object> {
  return askTracker(call, tracker => tracker.usageText()).then(text => new Reply(text))
}

export function status(call: Call): Promise<object> {
  return askTracker(call, tracker => tracker.status())
}

export function receivers(call: Call): Promise<object> {
  return askTracker(call, tracker => tracker.receivers())
}

export async function models(call: Call): Promise<object> {
  const date = utcDate(call.url.searchParams, 'date', dateOf(nowSeconds(call)))
  return date instanceof Refusal ? date : askTracker(call, tracker => tracker.models(date))
}

export async function alerts(call: Call): Promise<object> {
  const days = wholeNumber(call.url.searchParams, 'days', { min: 1, max: MOST_ALERT_DAYS, fallback: 7 })
  return days instanceof Refusal ? days : askTracker(call, tracker => tracker.alerts(days))
}
