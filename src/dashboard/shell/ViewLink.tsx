import type { ComponentChildren } from 'preact'
import { usePlace } from '../page/PageContext.ts'
import type { ViewPath } from '../views/views.ts'
import { type Address, viewAt, writeAddress } from './address.ts'
import { go, goTo, linkTo } from './addressBar.ts'

/** Leaves the browser its own ways to open a link. */
const isPlain = (event: MouseEvent) => !(event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0)

interface Props {
  to: ViewPath
  patch?: Partial<Address>
  class?: string
  title?: string
  current?: boolean
  children: ComponentChildren
}

/** To another view: a link that can be sent, and no reload. */
export function ViewLink({ to, patch, current = false, children, ...rest }: Props) {
  const { address } = usePlace()
  return (
    <a
      {...rest}
      aria-current={current ? 'page' : undefined}
      href={`/${writeAddress(viewAt(to, address, patch))}`}
      onClick={event => {
        if (!isPlain(event)) return
        event.preventDefault()
        goTo(to, patch)
      }}
    >
      {children}
    </a>
  )
}

interface ChipProps {
  on: boolean
  patch: Partial<Address>
  children: ComponentChildren
}

/** A filter that stands in the address. */
export function FilterChip({ on, patch, children }: ChipProps) {
  usePlace()
  return (
    <a
      class="filter"
      href={linkTo(patch)}
      aria-current={on ? 'true' : undefined}
      onClick={event => {
        if (!isPlain(event)) return
        event.preventDefault()
        go(patch, 'push')
      }}
    >
      {children}
    </a>
  )
}
