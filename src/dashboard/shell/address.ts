// The address is the state: whatever is shown can be sent as a link. Defaults are left out of it.
import type { Tier } from '../../wire.ts'
import { type AlertsAddress, alertsAddress } from '../views/alerts/alertsAddress.ts'
import { type HistoryAddress, historyAddress } from '../views/history/historyAddress.ts'
import { oneOf } from '../views/view.ts'
import { VIEWS, type ViewPath } from '../views/views.ts'
import { type WhoAddress, whoAddress } from '../views/who/whoAddress.ts'

export type Theme = 'system' | 'light' | 'dark'
export type TableName = 'premium' | 'mini' | 'days' | 'costs'

export interface Address extends WhoAddress, HistoryAddress, AlertsAddress {
  view: ViewPath
  tier: Tier | null
  /** A past date that is looked at; null is today. */
  date: string | null
  /** `utc`, `local` or an IANA name. */
  tz: string
  theme: Theme
  kiosk: boolean
  /** Charts shown as tables. */
  tables: readonly TableName[]
}

export const HOME: Address = {
  ...whoAddress.home,
  ...historyAddress.home,
  ...alertsAddress.home,
  view: 'today',
  tier: null,
  date: null,
  tz: 'local',
  theme: 'system',
  kiosk: false,
  tables: [],
}

const PATHS = VIEWS.map(({ path }) => path)
const TABLES: readonly TableName[] = ['premium', 'mini', 'days', 'costs']

/** Anything not understood is as if it were not there: a link never breaks the page. */
export function readAddress(search: string, preferred: Pick<Address, 'tz' | 'theme'> = HOME): Address {
  const query = new URLSearchParams(search)
  const date = query.get('date') ?? ''
  return {
    ...whoAddress.read(query),
    ...historyAddress.read(query),
    ...alertsAddress.read(query),
    view: oneOf(query, 'view', PATHS, HOME.view),
    tier: oneOf(query, 'tier', ['premium', 'mini'] as const, null),
    date: isDate(date) ? date : null,
    tz: query.get('tz') ?? preferred.tz,
    theme: oneOf(query, 'theme', ['system', 'light', 'dark'] as const, preferred.theme),
    kiosk: query.has('kiosk') && query.get('kiosk') !== '0',
    tables: TABLES.filter(name => query.get('table')?.split(',').includes(name)),
  }
}

/** What is shown, as a query; empty at home. */
export function writeAddress(address: Address): string {
  const query = new URLSearchParams()
  if (address.view !== HOME.view) query.set('view', address.view)
  if (address.tier) query.set('tier', address.tier)
  if (address.date) query.set('date', address.date)
  if (address.tz !== HOME.tz) query.set('tz', address.tz)
  if (address.theme !== HOME.theme) query.set('theme', address.theme)
  if (address.kiosk) query.set('kiosk', '1')
  whoAddress.write(address, query)
  historyAddress.write(address, query)
  alertsAddress.write(address, query)
  if (address.tables.length > 0) query.set('table', address.tables.join(','))
  // Commas and slashes are legal in a query, and readable.
  const text = query.toString().replaceAll('%2C', ',').replaceAll('%2F', '/')
  return text === '' ? '' : `?${text}`
}

/** Another view, as it is at first: what was chosen in the one before does not follow, how the page looks does. */
export function viewAt(path: ViewPath, { tz, theme }: Address, patch: Partial<Address> = {}): Address {
  return { ...HOME, tz, theme, view: path, ...patch }
}

export function isDate(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false
  const at = Date.parse(`${text}T00:00:00Z`)
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(text)
}
