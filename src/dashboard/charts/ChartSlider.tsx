import type { ComponentChildren } from 'preact'
import { useRef } from 'preact/hooks'
import { moveAlong } from './moveAlong.ts'

interface Props {
  class: string
  /** For those who do not see the chart. */
  label: string
  /** Where the reading can stand, ascending. */
  stops: readonly number[]
  /** How far Page Up and Page Down go. */
  page: number
  at: number
  /** What the chart says there. */
  said: string
  /** From `from` to `to`; both are told to those who do not see it. */
  from: number
  to: number
  /** Where a pointer is; null where it is on nothing that can be read. */
  under: (event: PointerEvent | MouseEvent) => number | null
  /** Null: let go. */
  onMove: (at: number | null) => void
  /** By Enter, space or a click. */
  onChoose?: (at: number) => void
  children: ComponentChildren
}

/** The one keyboard of charts, and their pointer: it moves the place that is read. */
export function ChartSlider({ stops, page, at, from, to, under, onMove, onChoose, ...rest }: Props) {
  // What is drawn is a frame old: whoever presses keys faster than that is where the last one led.
  const latest = useRef<number | null>(null)
  const move = (next: number | null) => {
    latest.current = next
    onMove(next)
  }
  const press = (event: KeyboardEvent) => {
    const here = latest.current ?? at
    if (onChoose && (event.key === 'Enter' || event.key === ' ')) {
      event.preventDefault()
      return onChoose(here)
    }
    const next = moveAlong(stops, here, page, event.key)
    if (next === null) return
    event.preventDefault()
    move(next)
  }
  const point = (event: PointerEvent) => move(under(event) ?? latest.current)
  return (
    <div
      class={rest.class}
      role="slider"
      tabIndex={0}
      aria-label={rest.label}
      aria-valuemin={from}
      aria-valuemax={to}
      aria-valuenow={Math.max(from, Math.min(to, Math.round(at)))}
      aria-valuetext={rest.said}
      onKeyDown={press}
      onPointerMove={point}
      onPointerDown={point}
      onPointerLeave={() => move(null)}
      onBlur={() => move(null)}
      onClick={event => {
        const found = onChoose ? under(event) : null
        if (found !== null) onChoose?.(found)
      }}
    >
      {rest.children}
    </div>
  )
}
