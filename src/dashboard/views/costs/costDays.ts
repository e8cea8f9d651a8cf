import type { CostsRow } from '../../../wire.ts'
import { DAY_S, startOf, utcDate } from '../../words/clock.ts'

export interface MoneyDay {
  date: string
  /** Null: nothing is known of the date. */
  usd: number | null
  final: boolean
}

/** The last `count` UTC dates up to today, oldest first. */
export function costDays(rows: readonly CostsRow[], today: string, count: number): MoneyDay[] {
  const known = new Map(rows.map(row => [row.date, row]))
  return Array.from({ length: count }, (_, at) => {
    const date = utcDate(startOf(today) - (count - 1 - at) * DAY_S)
    const row = known.get(date)
    return { date, usd: row?.usd ?? null, final: row?.final ?? false }
  })
}
