import { createContext } from 'preact'
import { useContext } from 'preact/hooks'
import type { AlertView, SnapshotPoint, StatusView, UsageView } from '../../wire.ts'
import type { Address } from '../shell/address.ts'
import type { Zone } from '../words/zone.ts'
import type { Page } from './Page.ts'
import type { Resource } from './question.ts'
import { useStore } from './store.ts'
import { useNow } from './ticker.ts'

/** What the reader has chosen to see: it stays while the numbers move. */
export interface Place {
  page: Page
  address: Address
  zone: Zone
}

export const PlaceContext = createContext<Place | null>(null)

/** Drawn again when the reader chooses, never because a number moves: for those there is a hook each. */
export function usePlace(): Place {
  const place = useContext(PlaceContext)
  if (place === null) throw new Error('A component was drawn outside the page')
  return place
}

/** Today's numbers; null before they are there. */
export function useUsage(): UsageView | null {
  return useStore(usePlace().page.facts.usage.value)
}

/** How the tracker is; null before it has said so. */
export function useStatus(): StatusView | null {
  return useStore(usePlace().page.facts.status.value)
}

/** Today's alerts and those that came since, newest first. */
export function useAlerts(): AlertView[] | null {
  return useStore(usePlace().page.facts.alerts.value)
}

/** Today's readings, oldest first. */
export function useReadings(): Resource<SnapshotPoint[]> {
  return useStore(usePlace().page.facts.readings.resource)
}

/** The server's clock, in steps of seconds. */
export function useServerNow(step: number): number {
  const { page } = usePlace()
  return useNow(page.ticker, () => page.facts.clockOffset.get(), step)
}
