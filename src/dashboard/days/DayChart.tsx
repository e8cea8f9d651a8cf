import { Component } from 'preact'
import { useState } from 'preact/hooks'
import type { Tier } from '../../wire.ts'
import { go } from '../shell/addressBar.ts'
import { TIER_NAMES } from '../tiers/tierNames.ts'
import { type DayBar, daysSummary } from './dayBars.ts'
import { moveDay, readDay } from './readDay.ts'

export function DayChart({ tier, bars }: { tier: Tier; bars: readonly DayBar[] }) {
  const [chosen, setChosen] = useState<string | null>(null)
  const index = chosen === null ? bars.length - 1 : bars.findIndex(bar => bar.date === chosen)
  const at = index < 0 ? bars.length - 1 : index
  const bar = bars[at]
  const top = Math.max(1, ...bars.map(each => (each.kind === 'gap' ? 0 : Math.max(each.tokens, each.limit)))) * 1.04
  const open = (date: string) => go({ date: date === bars.at(-1)?.date ? null : date }, 'push')
  const press = (event: KeyboardEvent) => {
    if (event.key === 'Enter' && bar) return open(bar.date)
    const moved = moveDay(at, bars.length, event.key)
    if (moved === null) return
    event.preventDefault()
    setChosen(bars[moved]?.date ?? null)
  }
  const point = (event: PointerEvent) => setChosen(current => dateOf(event) ?? current)
  const said = bar ? readDay(bar) : ''
  return (
    <figure class="day-chart">
      <figcaption>
        <b>{TIER_NAMES[tier]}</b> <span class="readout">{said}</span>
      </figcaption>
      <div
        class="columns"
        role="slider"
        tabIndex={0}
        aria-label={`${tier} tokens by day: ${daysSummary(bars)}. Enter shows the models of a day.`}
        aria-valuemin={1}
        aria-valuemax={bars.length}
        aria-valuenow={at + 1}
        aria-valuetext={said}
        onKeyDown={press}
        onPointerMove={point}
        onPointerDown={point}
        onClick={event => {
          const date = dateOf(event)
          if (date !== null) open(date)
        }}
        onPointerLeave={() => setChosen(null)}
        onBlur={() => setChosen(null)}
      >
        {bars.map(each => (
          <Column key={each.date} bar={each} top={top} chosen={each.date === chosen} />
        ))}
      </div>
    </figure>
  )
}

/** Of the column that is under the pointer: they are too many, and too often drawn, to listen each for itself. */
function dateOf(event: Event): string | null {
  return (event.target as Element).closest<HTMLElement>('[data-date]')?.dataset.date ?? null
}

interface ColumnProps {
  bar: DayBar
  top: number
  chosen: boolean
}

/** Drawn again for another bar, which the past ones are not with an update of today. */
class Column extends Component<ColumnProps> {
  override shouldComponentUpdate({ bar, top, chosen }: ColumnProps): boolean {
    return top !== this.props.top || chosen !== this.props.chosen || bar !== this.props.bar
  }

  override render() {
    const { bar, top, chosen } = this.props
    const height = (tokens: number) => `${((tokens / top) * 100).toFixed(2)}%`
    const over = bar.kind === 'day' && bar.limit > 0 && bar.tokens > bar.limit
    const kind = bar.kind === 'gap' ? 'gap' : `${bar.today ? 'today' : 'past'}${over ? ' over' : ''}`
    return (
      <div class={`column ${kind}${chosen ? ' chosen' : ''}`} aria-hidden="true" data-date={bar.date}>
        {bar.kind === 'day' && <i class="day" style={{ height: height(bar.tokens) }} />}
        {bar.kind === 'day' && bar.limit > 0 && <i class="limit" style={{ bottom: height(bar.limit) }} />}
      </div>
    )
  }
}
