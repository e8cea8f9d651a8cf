import type { Tier } from '../../../wire.ts'
import type { Cell } from '../../shell/csv.ts'
import type { DayBar } from './dayBars.ts'

export const dayCsvHeader: readonly string[] = [
  'date_utc',
  'tier',
  'tokens',
  'limit',
  'free_tokens',
  'billed_tokens',
  'final',
]

/** A day without data has empty cells, not zeros. */
export function dayCsv({ tier, bars }: { tier: Tier; bars: readonly DayBar[] }): Cell[][] {
  return bars.map(bar =>
    bar.kind === 'gap'
      ? [bar.date, tier, null, null, null, null, null]
      : [bar.date, tier, bar.tokens, bar.limit, bar.free, bar.billed, bar.final],
  )
}
