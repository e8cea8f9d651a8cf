import type { HourTotal } from '../../history/historyRows.ts'
import { dateOf } from '../../usage/utcDay.ts'
import type { HourPoint } from '../../wire.ts'

/**
 * Running totals of each UTC day at the end of each hour that starts in `[from, to)`. `totals` must reach back to the
 * midnight before `from`. Hours without an entry have no point.
 */
export function hourPoints(totals: HourTotal[], from: number, to: number): HourPoint[] {
  const points: HourPoint[] = []
  let day = { date: '', premium: 0, mini: 0 }
  for (const { hour, premium_tokens, mini_tokens } of [...totals].sort((a, b) => a.hour - b.hour)) {
    const date = dateOf(hour)
    if (date !== day.date) day = { date, premium: 0, mini: 0 }
    day.premium += premium_tokens
    day.mini += mini_tokens
    if (hour < from || hour >= to) continue
    points.push({
      timestamp: hour,
      date,
      premium_tokens: day.premium,
      mini_tokens: day.mini,
      premium_hour_tokens: premium_tokens,
      mini_hour_tokens: mini_tokens,
    })
  }
  return points
}
