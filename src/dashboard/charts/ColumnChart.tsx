import { useState } from 'preact/hooks'
import { useNarrow } from '../shell/useNarrow.ts'
import { ChartFrame } from './ChartFrame.tsx'
import { ChartSlider } from './ChartSlider.tsx'
import { columnTop, named, ticks } from './columnTop.ts'

export interface Bar {
  /** UTC date. */
  date: string
  /** From the bottom up. Empty: nothing is known. */
  parts: readonly { kind: 'free' | 'billed' | 'usd'; value: number }[]
  /** 0: none. */
  limit: number
  /** May still change. */
  provisional: boolean
}

interface Props {
  /** Shown before what the chart says. */
  name: string
  /** For those who do not see it. */
  summary: string
  bars: readonly Bar[]
  /** Of an amount, short. */
  unit: (value: number) => string
  read: (bar: Bar, at: number) => string
  /** Under a column. */
  label: (date: string) => string
  /** The date that is looked at. */
  chosen: string | null
  onChoose: (date: string) => void
}

const WEEK = 7
const MOST_LABELS = { wide: 8, narrow: 4 }
const total = ({ parts }: Bar) => parts.reduce((sum, { value }) => sum + value, 0)

/** Columns by date with their axes, read by pointer, finger and keyboard. The chosen date is marked. */
export function ColumnChart({ name, summary, bars, unit, read, label, chosen, onChoose }: Props) {
  const [pointed, setPointed] = useState<string | null>(null)
  const found = bars.findIndex(bar => bar.date === (pointed ?? chosen))
  const at = found < 0 ? bars.length - 1 : found
  const bar = bars[at]
  const top = columnTop(
    bars.map(total),
    bars.reduce((most, { limit }) => Math.max(most, limit), 0),
  )
  const isNamed = named(bars.length, useNarrow() ? MOST_LABELS.narrow : MOST_LABELS.wide)
  const said = bar ? read(bar, at) : ''
  return (
    <ChartFrame
      class="day-chart"
      caption={
        <>
          <b>{name}</b> <span class="readout">{said}</span>
        </>
      }
    >
      <div class="axes">
        <div class="y-axis" aria-hidden="true">
          {ticks(top).map(tick => (
            <span key={tick} style={{ bottom: `${((tick / top) * 100).toFixed(2)}%` }}>
              {unit(tick)}
            </span>
          ))}
        </div>
        <ChartSlider
          class="columns"
          label={`${summary}. Enter shows the details of a day.`}
          stops={bars.map((_, index) => index)}
          page={WEEK}
          at={at}
          said={said}
          from={0}
          to={bars.length - 1}
          under={event => {
            const index = bars.findIndex(({ date }) => date === dateOf(event))
            return index < 0 ? null : index
          }}
          onMove={index => setPointed(index === null ? null : (bars[index]?.date ?? null))}
          onChoose={index => bars[index] && onChoose(bars[index].date)}
        >
          {ticks(top).map(tick => (
            <i key={tick} class="grid-line" style={{ bottom: `${((tick / top) * 100).toFixed(2)}%` }} />
          ))}
          {bars.map((each, index) => (
            <Column
              key={each.date}
              bar={each}
              top={top}
              unit={unit}
              isPointed={each.date === pointed}
              isChosen={each.date === chosen}
              label={isNamed(index) ? label(each.date) : ''}
            />
          ))}
        </ChartSlider>
      </div>
    </ChartFrame>
  )
}

/** Of the column that is under the pointer: they are too many to listen each for itself. */
function dateOf(event: Event): string | null {
  return (event.target as Element).closest<HTMLElement>('[data-date]')?.dataset.date ?? null
}

interface ColumnProps {
  bar: Bar
  top: number
  unit: (value: number) => string
  isPointed: boolean
  isChosen: boolean
  label: string
}

function Column({ bar, top, unit, isPointed, isChosen, label }: ColumnProps) {
  const sum = total(bar)
  const percentOf = (value: number) => `${Math.min(100, (value / top) * 100).toFixed(2)}%`
  const words = [
    'column',
    bar.parts.length === 0 ? 'gap' : bar.provisional ? 'provisional' : 'past',
    bar.limit > 0 && sum > bar.limit ? 'over' : '',
    sum > top ? 'broken' : '',
    isPointed ? 'pointed' : '',
    isChosen ? 'chosen' : '',
  ]
  let below = 0
  return (
    <div class={words.filter(Boolean).join(' ')} aria-hidden="true" data-date={bar.date}>
      {bar.parts.map(({ kind, value }) => {
        const bottom = below
        below += value
        return (
          <i
            key={kind}
            class={`part ${kind}`}
            style={{ bottom: percentOf(bottom), height: percentOf(Math.max(0, Math.min(value, top - bottom))) }}
          />
        )
      })}
      {sum > top && <span class="break">{unit(sum)}</span>}
      {bar.limit > 0 && <i class="limit" style={{ bottom: percentOf(bar.limit) }} />}
      {label && <span class="x-label">{label}</span>}
    </div>
  )
}
