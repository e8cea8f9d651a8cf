import type { BrakeOutcome, PollOutcome, ReceiverTestOutcome, ReconcileOutcome } from '../rpc/trackerStub.ts'
import { dateOf } from '../usage/utcDay.ts'
import { TIERS, type Tier } from '../wire.ts'
import { askTracker } from './askTracker.ts'
import { type Call, nowSeconds } from './call.ts'
import { only, utcDate } from './queryParams.ts'
import { badRequest, Refusal, retryAfter } from './refusal.ts'
import { shown } from './shown.ts'

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

/** `/api/brake/set` and `/api/brake/release`, with `tier=` of one tier alone. */
export async function changeBrake(call: Call): Promise<object> {
  const tiers = tiersOf(call)
  if (tiers instanceof Refusal) return tiers
  const action = call.url.pathname.endsWith('/set') ? 'set' : 'release'
  return outcome(await askTracker(call, tracker => tracker.changeBrake(action, tiers)))
}

function tiersOf({ url }: Call): readonly Tier[] | Refusal {
  const value = only(url.searchParams, 'tier')
  if (value instanceof Refusal) return value
  if (value === null) return TIERS
  const tier = TIERS.find(each => each === value)
  return tier === undefined ? badRequest(`tier is ${shown(value)}, but must be ${TIERS.join(' or ')}.`) : [tier]
}

function outcome(result: BrakeOutcome | PollOutcome | ReceiverTestOutcome | ReconcileOutcome): object {
  if (result.ok) return result.view
  return new Refusal(result.status, result.code, result.detail, retryAfter(result.retryAfterSeconds))
}
