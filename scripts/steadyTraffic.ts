import type { EventInput } from '../simulator/ledger/usage-event.ts'

const DAY_S = 86_400
const EVERY_S = 10

/**
 * One small request every ten seconds, beside the simulated organisation's own traffic, which at night pauses for minutes: whoever
 * starts this for the first time should see numbers move. A function of the date alone, so that a restart finds the same.
 */
export function steadyTraffic(dayStart: number): EventInput[] {
  return Array.from({ length: DAY_S / EVERY_S }, (_, at) => ({
    time: dayStart + at * EVERY_S,
    model: 'gpt-4o-mini-2024-07-18',
    input: 24 + ((at * 7) % 19),
    output: 5 + ((at * 5) % 11),
  }))
}

/** The days that the tracker holds open, and the next. */
export function daysOfTraffic(nowMs: number): number[] {
  const today = Math.floor(nowMs / 1000 / DAY_S) * DAY_S
  return [-2, -1, 0, 1].map(days => today + days * DAY_S)
}
