import type { ComponentChildren } from 'preact'

interface Props {
  id: string
  class?: string
  title: ComponentChildren
  tools?: ComponentChildren
  children: ComponentChildren
}

/** A card with a heading of its own and, at its end, what can be done with it. */
export function Panel({ id, class: name = '', title, tools, children }: Props) {
  return (
    <section class={`card ${name}`} aria-labelledby={id}>
      <header>
        <h2 id={id}>{title}</h2>
        {tools && <div class="panel-tools">{tools}</div>}
      </header>
      {children}
    </section>
  )
}
