import { DAY_S, startOf, utcDate } from '../../words/clock.ts'
import { percent } from '../../words/tokens.ts'

/** UTC dates, both included. */
export interface Span {
  from: string
  to: string
}

/** The `days` dates up to `to`, and as many before them. */
export function spans(to: string, days: number): { now: Span; before: Span } {
  const back = (count: number) => utcDate(startOf(to) - count * DAY_S)
  return { now: { from: back(days - 1), to }, before: { from: back(2 * days - 1), to: back(days) } }
}

/** The last `count` dates up to `to`, oldest first. */
export function datesUpTo(to: string, count: number): string[] {
  return Array.from({ length: count }, (_, at) => utcDate(startOf(to) - (count - 1 - at) * DAY_S))
}

/** `+12 %`, `-5 %`, `new`, `×3.4`: against the span before. Null before: not known yet. */
export function changeWords(now: number, before: number | null): string {
  if (before === null) return '…'
  if (before === 0) return now === 0 ? '–' : 'new'
  const times = now / before
  if (times >= 3) return `×${Number(times.toPrecision(2))}`
  if (now === before) return '±0'
  return now > before ? `+${percent(times - 1)}` : `−${percent(1 - times)}`
}
