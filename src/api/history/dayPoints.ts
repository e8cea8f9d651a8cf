import type { DayPoint } from '../../wire.ts'

/** One point per date, oldest first; the object's own wins, D1 may be a cycle behind. */
export function dayPoints(stored: DayPoint[], own: DayPoint[], fromDate: string, toDate: string): DayPoint[] {
  const byDate = new Map([...stored, ...own].map(point => [point.date, point]))
  return [...byDate.values()]
    .filter(({ date }) => date >= fromDate && date <= toDate)
    .sort((a, b) => (a.date < b.date ? -1 : 1))
}
