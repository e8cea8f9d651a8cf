import type { ComponentChildren } from 'preact'

interface Props {
  class: string
  /** What the chart says at the place that is read. */
  caption: ComponentChildren
  tools?: ComponentChildren
  /** Under the caption. */
  note?: ComponentChildren
  /** In the chart's place, where it is asked for. */
  table?: ComponentChildren | null
  children: ComponentChildren
}

/** Every chart stands in one: its words, what can be done with it, and the chart or its table. */
export function ChartFrame({ class: name, caption, tools, note, table = null, children }: Props) {
  return (
    <figure class={name}>
      <figcaption>
        {caption}
        {tools && <span class="chart-tools">{tools}</span>}
      </figcaption>
      {note}
      {table ?? children}
    </figure>
  )
}
