import { pickWeighted } from './pick-weighted.ts'

/** Requests by hour of the UTC day: people work from about 7 to 19 o'clock, machines at all hours. */
const WORKING_DAY = [9, 7, 6, 5, 6, 10, 22, 48, 78, 96, 100, 92, 76, 88, 98, 94, 84, 66, 46, 34, 26, 20, 15, 11]
const WEEKEND = [16, 13, 11, 10, 11, 14, 20, 30, 42, 52, 58, 60, 58, 60, 62, 62, 60, 58, 56, 52, 46, 38, 29, 21]

export function isWeekend(day: number): boolean {
  // Day 0 was a Thursday.
  const weekday = (day + 4) % 7
  return weekday === 0 || weekday === 6
}

/** A second of the day, drawn so that many requests together have the shape of the day. */
export function secondOfDay(day: number, random: () => number): number {
  const weights = isWeekend(day) ? WEEKEND : WORKING_DAY
  const hours = weights.map((weight, hour) => ({ hour, weight }))
  return pickWeighted(hours, ({ weight }) => weight, random()).hour * 3600 + Math.floor(random() * 3600)
}
