import type { PollOutcome, ReceiverTestOutcome, ReconcileOutcome } from '../rpc/trackerStub.ts'
import { dateOf } from '../usage/utcDay.ts'
import { askTracker } from './askTracker.ts'
import { type Call, nowSeconds } from './call.ts'
import { utcDate } from './queryParams.ts'
import { Refusal, retryAfter } from './refusal.ts'

// The bodies are ignored: there is nothing to tell that the URL does not say.

export async function poll(call: Call): Promise<object> {
  return outcome(await askTracker(call, tracker => tracker.poll()))
}

export async function reconcile(call: Call): Promise<object> {
  const date = utcDate(call.url.searchParams, 'date', dateOf(nowSeconds(call)))
  return date instanceof Refusal ? date : outcome(await askTracker(call, tracker => tracker.reconcile(date)))
}

/** `/api/receivers/{id}/test`. An id that is none is no receiver's. */
export async function testReceiver(call: Call): Promise<object> {
  const id = call.url.pathname.split('/')[3] ?? ''
  return outcome(await askTracker(call, tracker => tracker.testReceiver(id)))
}

function outcome(result: PollOutcome | ReceiverTestOutcome | ReconcileOutcome): object {
  if (result.ok) return result.view
  return new Refusal(result.status, result.code, result.detail, retryAfter(result.retryAfterSeconds))
}
