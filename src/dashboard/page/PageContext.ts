import { createContext } from 'preact'
import { useContext } from 'preact/hooks'
import type { Address } from '../shell/address.ts'
import type { Zone } from '../words/zone.ts'
import type { Page } from './Page.ts'
import type { PageState } from './pageState.ts'
import { useNow } from './ticker.ts'

/** What the reader has chosen to see: it stays while the numbers move. */
export interface Place {
  page: Page
  address: Address
  zone: Zone
}

export interface View extends Place {
  state: PageState
}

export const PlaceContext = createContext<Place | null>(null)
export const StateContext = createContext<PageState | null>(null)

/** For parts that show no numbers: they are not drawn again with each update. */
export function usePlace(): Place {
  return inside(useContext(PlaceContext))
}

export function useView(): View {
  return { ...usePlace(), state: inside(useContext(StateContext)) }
}

function inside<T>(context: T | null): T {
  if (context === null) throw new Error('A component was drawn outside the page')
  return context
}

/** The server's clock, in steps of seconds. */
export function useServerNow(step: number): number {
  const { page } = usePlace()
  return useNow(page.ticker, () => page.state.get().clockOffset, step)
}
