// The address is the state: whatever is shown can be sent as a link. Defaults are left out of it.
import type { Tier } from '../../wire.ts'

export type Theme = 'system' | 'light' | 'dark'
export type SortKey = 'model' | 'tier' | 'project' | 'input' | 'cached' | 'output' | 'requests' | 'billed' | 'total'
export type TableName = 'premium' | 'mini' | 'days'

export interface Address {
  tier: Tier | null
  /** A past date whose models are shown; null is today. */
  date: string | null
  range: 7 | 30 | 90
  /** `utc`, `local` or an IANA name. */
  tz: string
  theme: Theme
  kiosk: boolean
  sort: SortKey
  descending: boolean
  filter: string
  /** Every model, not only the first hundred. */
  all: boolean
  /** Charts shown as tables. */
  tables: readonly TableName[]
}

export const HOME: Address = {
  tier: null,
  date: null,
  range: 30,
  tz: 'local',
  theme: 'system',
  kiosk: false,
  sort: 'total',
  descending: true,
  filter: '',
  all: false,
  tables: [],
}

const SORTS: readonly SortKey[] = [
  'model',
  'tier',
  'project',
  'input',
  'cached',
  'output',
  'requests',
  'billed',
  'total',
]
const TABLES: readonly TableName[] = ['premium', 'mini', 'days']
const LONGEST_FILTER = 200

/** Anything not understood is as if it were not there: a link never breaks the page. */
export function readAddress(search: string, preferred: Pick<Address, 'tz' | 'theme'> = HOME): Address {
  const query = new URLSearchParams(search)
  const one = <T extends string>(name: string, allowed: readonly T[]) =>
    allowed.find(value => value === query.get(name))
  const range = Number(query.get('range')?.replace(/d$/, ''))
  const date = query.get('date') ?? ''
  return {
    tier: one('tier', ['premium', 'mini'] as const) ?? null,
    date: isDate(date) ? date : null,
    range: range === 7 || range === 90 ? range : 30,
    tz: query.get('tz') ?? preferred.tz,
    theme: one('theme', ['system', 'light', 'dark'] as const) ?? preferred.theme,
    kiosk: query.has('kiosk') && query.get('kiosk') !== '0',
    sort: one('sort', SORTS) ?? HOME.sort,
    descending: one('dir', ['asc', 'desc'] as const) !== 'asc',
    filter: (query.get('q') ?? '').slice(0, LONGEST_FILTER),
    all: query.get('show') === 'all',
    tables: TABLES.filter(name => query.get('table')?.split(',').includes(name)),
  }
}

export function writeAddress(address: Address): string {
  const query = new URLSearchParams()
  if (address.tier) query.set('tier', address.tier)
  if (address.date) query.set('date', address.date)
  if (address.range !== HOME.range) query.set('range', `${address.range}d`)
  if (address.tz !== HOME.tz) query.set('tz', address.tz)
  if (address.theme !== HOME.theme) query.set('theme', address.theme)
  if (address.kiosk) query.set('kiosk', '1')
  if (address.sort !== HOME.sort) query.set('sort', address.sort)
  if (!address.descending) query.set('dir', 'asc')
  if (address.filter) query.set('q', address.filter)
  if (address.all) query.set('show', 'all')
  if (address.tables.length > 0) query.set('table', address.tables.join(','))
  // Commas and slashes are legal in a query, and readable.
  const text = query.toString().replaceAll('%2C', ',').replaceAll('%2F', '/')
  return text === '' ? '' : `?${text}`
}

export function isDate(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false
  const at = Date.parse(`${text}T00:00:00Z`)
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(text)
}
