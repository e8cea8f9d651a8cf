// Dates of the product are UTC `YYYY-MM-DD`; instants inside this room are whole Unix seconds, as OpenAI sends them.

export const MINUTE_S = 60
export const HOUR_S = 3600
export const DAY_S = 86_400

/** The UTC date that an instant belongs to. */
export function dateOf(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(0, 10)
}

/** First second of a date. Throws on text that is no date: callers hold only checked dates. */
export function startOf(date: string): number {
  const ms = Date.parse(`${date}T00:00:00Z`)
  if (Number.isNaN(ms)) throw new RangeError(`not a date: ${JSON.stringify(date)}`)
  return ms / 1000
}

/** First second after a date. */
export function endOf(date: string): number {
  return startOf(date) + DAY_S
}

export function addDays(date: string, days: number): string {
  return dateOf(startOf(date) + days * DAY_S)
}

/** All dates from `from` to `to`, both included; none when `to` is earlier. */
export function datesFrom(from: string, to: string): string[] {
  const dates: string[] = []
  for (let at = startOf(from); at <= startOf(to); at += DAY_S) dates.push(dateOf(at))
  return dates
}

/** True for a real calendar date: `2026-02-30` is none, though Date would roll it over. */
export function isDate(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false
  const ms = Date.parse(`${text}T00:00:00Z`)
  return !Number.isNaN(ms) && new Date(ms).toISOString().slice(0, 10) === text
}

/** First second of the hour, minute or day (`width` seconds) that an instant belongs to. */
export function floorTo(seconds: number, width: number): number {
  return Math.floor(seconds / width) * width
}
