import { createContext } from 'preact'
import { useContext } from 'preact/hooks'
import type { Address } from '../shell/address.ts'
import type { Zone } from '../words/zone.ts'
import type { Page } from './Page.ts'
import type { PageState } from './pageState.ts'
import { useNow } from './ticker.ts'

export interface View {
  page: Page
  state: PageState
  address: Address
  zone: Zone
}

export const PageContext = createContext<View | null>(null)

export function useView(): View {
  const view = useContext(PageContext)
  if (!view) throw new Error('A component was drawn outside the page')
  return view
}

/** The server's clock, in steps of seconds. */
export function useServerNow(step: number): number {
  const { page, state } = useView()
  return useNow(page.ticker, state.clockOffset, step)
}
