import type { Reading } from './dayCurve.ts'

/** The chart as a table: the last reading of each hour, and what the hour added. */
export function hourlyRows(
  readings: readonly Reading[],
  dayStart: number,
): { at: number; tokens: number; added: number }[] {
  const byHour = new Map<number, Reading>()
  for (const reading of readings) {
    if (reading.at >= dayStart) byHour.set(Math.floor((reading.at - dayStart) / 3600), reading)
  }
  let before = 0
  return [...byHour.values()].map(({ at, tokens }) => {
    const row = { at, tokens, added: tokens - before }
    before = tokens
    return row
  })
}
