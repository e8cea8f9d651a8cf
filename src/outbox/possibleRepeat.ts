import type { Delivery } from './delivery.ts'

/** For a claimed delivery: true when a try before this one may have arrived, so the message says that it may be a repeat. */
export function isPossibleRepeat(delivery: Delivery): boolean {
  return delivery.unanswered > 1
}
