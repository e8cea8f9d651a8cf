const FIRST_MS = 1_000
const LONGEST_MS = 30_000

/** Doubles from one second to thirty. Half of it is chance, so that a restarted server is not met by all pages at once. */
export function retryDelay(attempt: number, chance: number): number {
  const full = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(attempt, 10))
  return Math.round(full * (0.5 + chance * 0.5))
}
