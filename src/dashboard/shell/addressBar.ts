import { Store } from '../page/store.ts'
import type { ViewPath } from '../views/views.ts'
import { type Address, HOME, readAddress, viewAt, writeAddress } from './address.ts'
import { preferences, savePreference } from './preferences.ts'

const read = () => readAddress(location.search, { ...HOME, ...preferences() })

export const address = new Store<Address>(read())

/** Choices that a reader would want to step back from make an entry in the browser's history; typing does not. */
export function go(patch: Partial<Address>, entry: 'push' | 'replace' = 'replace'): void {
  const before = address.get()
  const next = { ...before, ...patch }
  if (next.theme !== before.theme) savePreference('theme', next.theme)
  if (next.tz !== before.tz) savePreference('tz', next.tz)
  history[entry === 'push' ? 'pushState' : 'replaceState'](null, '', `${location.pathname}${writeAddress(next)}`)
  address.set(next)
}

export function goTo(path: ViewPath, patch: Partial<Address> = {}): void {
  go(viewAt(path, address.get(), patch), 'push')
  scrollTo(0, 0)
}

export function linkTo(patch: Partial<Address>): string {
  return `${location.pathname}${writeAddress({ ...address.get(), ...patch })}`
}

addEventListener('popstate', () => address.set(read()))
