import type { Tier } from '../../wire.ts'
import { usePlace } from '../page/PageContext.ts'
import { clock } from '../words/clock.ts'
import { fullTokens, percent, shareOf } from '../words/tokens.ts'
import type { Reading } from './dayCurve.ts'
import { hourlyRows } from './hourlyRows.ts'

interface Props {
  tier: Tier
  readings: readonly Reading[]
  dayStart: number
  limit: number
}

export function HourTable({ tier, readings, dayStart, limit }: Props) {
  const { zone } = usePlace()
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard.
    <section class="scroll plot-table" tabIndex={0} aria-label={`${tier} readings by hour`}>
      <table>
        <thead>
          <tr>
            <th scope="col">Time</th>
            <th scope="col" class="num">
              Tokens
            </th>
            <th scope="col" class="num">
              Added
            </th>
            <th scope="col" class="num">
              Of limit
            </th>
          </tr>
        </thead>
        <tbody>
          {hourlyRows(readings, dayStart).map(row => (
            <tr key={row.at}>
              <td>{clock(row.at, zone)}</td>
              <td class="num">{fullTokens(row.tokens)}</td>
              <td class="num">{fullTokens(row.added)}</td>
              <td class="num">{limit > 0 ? percent(shareOf(row.tokens, limit) ?? 0) : '–'}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
