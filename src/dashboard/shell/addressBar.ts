import { Store } from '../page/store.ts'
import { type Address, HOME, readAddress, writeAddress } from './address.ts'
import { preferences, savePreference } from './preferences.ts'

const read = () => readAddress(location.search, { ...HOME, ...preferences() })

export const address = new Store<Address>(read())

/** Choices that a reader would want to step back from make an entry in the browser's history; typing does not. */
export function go(patch: Partial<Address>, entry: 'push' | 'replace' = 'replace'): void {
  const next = { ...address.get(), ...patch }
  if (patch.theme) savePreference('theme', patch.theme)
  if (patch.tz) savePreference('tz', patch.tz)
  history[entry === 'push' ? 'pushState' : 'replaceState'](null, '', `${location.pathname}${writeAddress(next)}`)
  address.set(next)
}

export function linkTo(patch: Partial<Address>): string {
  return `${location.pathname}${writeAddress({ ...address.get(), ...patch })}`
}

addEventListener('popstate', () => address.set(read()))
