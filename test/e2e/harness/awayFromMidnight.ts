import { sleep } from './until.ts'

const DAY_MS = 86_400_000
/** The clocks of processes differ by less. */
const AFTER_MS = 2_000

/**
 * Waits until the UTC day has at least `ms` left: a scenario counts what is used today, and a midnight in between would
 * put it on two days. Returns the milliseconds waited.
 */
export async function awayFromMidnight(ms: number): Promise<number> {
  const left = DAY_MS - (Date.now() % DAY_MS)
  if (left >= ms) return 0
  await sleep(left + AFTER_MS)
  return left + AFTER_MS
}
