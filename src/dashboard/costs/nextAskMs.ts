/** OpenAI's costs are read once an hour. */
const HOUR_MS = 3_600_000
const FIRST_AGAIN_MS = 10_000

/**
 * When costs are asked for again, in milliseconds: hourly, and while there are none sooner, ever more slowly. A tracker that
 * has just started has them in a moment; a key that may not read them never does.
 */
export function nextAskMs(areKnown: boolean, triesInVain: number): number {
  return areKnown ? HOUR_MS : Math.min(HOUR_MS, FIRST_AGAIN_MS * 2 ** triesInVain)
}
