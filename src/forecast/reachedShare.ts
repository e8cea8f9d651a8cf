import type { Futures } from './futures.ts'

/** Weights are added in doubles: five lines of ten are a half, whatever their last digits say. */
const SHARE_DIGITS = 1e9

/** The part of the weight, 0 to 1, whose futures have reached the limit at a step of the grid. */
export function reachedShare({ weights, reachedAt }: Futures, step: number): number {
  let whole = 0
  let reached = 0
  // Always in the same order: one future more never makes the sum smaller.
  for (let future = 0; future < weights.length; future++) {
    const weight = weights[future] ?? 0
    whole += weight
    if ((reachedAt[future] ?? Number.POSITIVE_INFINITY) <= step) reached += weight
  }
  return Math.round((reached / whole) * SHARE_DIGITS) / SHARE_DIGITS
}

/** Hours from 00:00 UTC to the first step at which such a part has reached it; null: not even at the reset. */
export function reachedHour(made: Futures, share: number): number | null {
  const { hours, lastStep } = made.grid
  if (reachedShare(made, lastStep) < share) return null
  let low = 0
  let high = lastStep
  while (low < high) {
    const middle = (low + high) >> 1
    if (reachedShare(made, middle) >= share) high = middle
    else low = middle + 1
  }
  return hours[low] ?? null
}
