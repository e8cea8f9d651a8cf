import type { Delivery } from './delivery.ts'

/** Earlier tries that the receiver may have taken although no answer is known. For a delivery that is not under way. */
export function unansweredBefore(delivery: Delivery): number {
  return delivery.unanswered ?? (delivery.attempts > 0 && delivery.lastStatus === null ? 1 : 0)
}

/** For a claimed delivery: true when a try before this one may have arrived, so the message says that it may be a repeat. */
export function isPossibleRepeat(delivery: Delivery): boolean {
  if (delivery.unanswered !== undefined) return delivery.unanswered > 1
  return delivery.attempts > 1 && delivery.lastStatus === null
}
