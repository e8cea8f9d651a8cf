import type { Tier } from '../../../wire.ts'
import { TIER_NAMES } from '../../tiers/tierState.ts'
import { dayOf } from '../../words/clock.ts'
import { fullTokens, percent } from '../../words/tokens.ts'
import type { DayBar } from './dayBars.ts'

/** Newest first: a table is read from its top. */
export function DayTable({ charts }: { charts: readonly { tier: Tier; bars: readonly DayBar[] }[] }) {
  const dates = (charts[0]?.bars ?? []).map((bar, index) => ({ date: bar.date, index })).reverse()
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard.
    <section class="scroll day-table" tabIndex={0} aria-label="Days table">
      <table>
        <thead>
          <tr>
            <th scope="col">Day (UTC)</th>
            {charts.map(({ tier }) => (
              <th key={tier} scope="col" class="num">
                {TIER_NAMES[tier]}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {dates.map(({ date, index }) => (
            <tr key={date}>
              <th scope="row">{dayOf(date)}</th>
              {charts.map(({ tier, bars }) => (
                <td key={tier} class="num">
                  {cell(bars[index])}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

function cell(bar: DayBar | undefined): string {
  if (!bar || bar.kind === 'gap') return 'no data'
  return `${fullTokens(bar.tokens)}${bar.limit > 0 ? ` (${percent(bar.tokens / bar.limit)})` : ''}${bar.today ? ' so far' : ''}`
}
