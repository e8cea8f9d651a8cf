const DAY_S = 86_400
/** What docs/cost.md measured for a day of 288 polls; what follows the polls grows with them. */
const MEASURED_POLLS = 288
const MEASURED = [
  { what: 'Polls', aDay: 288, free: null },
  { what: 'Requests to OpenAI', aDay: 387, free: null },
  { what: 'Rows written to D1', aDay: 870, free: 100_000 },
  { what: 'Rows written by the object', aDay: 9_193, free: 100_000 },
  { what: 'Requests of the object', aDay: 293, free: 100_000 },
]

export interface RunningCost {
  what: string
  aDay: number
  /** What the free plan has a day; null where it counts none. */
  free: number | null
}

/** A day at so many seconds between polls. */
export function runningCosts(intervalS: number): RunningCost[] {
  const times = DAY_S / Math.max(1, intervalS) / MEASURED_POLLS
  return MEASURED.map(row => ({ ...row, aDay: Math.round(row.aDay * times) }))
}
