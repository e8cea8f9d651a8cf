import { type AddressPart, oneOf } from '../view.ts'

export type SortKey = 'model' | 'tier' | 'project' | 'input' | 'cached' | 'output' | 'requests' | 'billed' | 'total'
export type WhoBy = 'model' | 'project' | 'api_key' | 'user'

export interface WhoAddress {
  by: WhoBy
  /** Days up to today, or up to the chosen date. */
  span: 1 | 7 | 30
  only: 'billed' | 'unclassified' | null
  /** Id of the one project that is shown. */
  project: string | null
  /** Id of the row whose days and hours are shown. */
  open: string | null
  sort: SortKey
  descending: boolean
  filter: string
  /** Every row, not only the first hundred. */
  all: boolean
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
const LONGEST = 200

export const whoAddress: AddressPart<WhoAddress> = {
  home: {
    by: 'model',
    span: 1,
    only: null,
    project: null,
    open: null,
    sort: 'total',
    descending: true,
    filter: '',
    all: false,
  },
  read: query => {
    const span = query.get('span')
    return {
      by: oneOf(query, 'by', ['model', 'project', 'api_key', 'user'] as const, 'model' as const),
      span: span === '7d' ? 7 : span === '30d' ? 30 : 1,
      only: oneOf(query, 'only', ['billed', 'unclassified'] as const, null),
      project: query.get('project')?.slice(0, LONGEST) || null,
      open: query.get('open')?.slice(0, LONGEST) || null,
      sort: oneOf(query, 'sort', SORTS, 'total' as const),
      descending: query.get('dir') !== 'asc',
      filter: (query.get('q') ?? '').slice(0, LONGEST),
      all: query.get('show') === 'all',
    }
  },
  write: (who, query) => {
    if (who.by !== 'model') query.set('by', who.by)
    if (who.span !== 1) query.set('span', `${who.span}d`)
    if (who.only) query.set('only', who.only)
    if (who.project) query.set('project', who.project)
    if (who.open) query.set('open', who.open)
    if (who.sort !== 'total') query.set('sort', who.sort)
    if (!who.descending) query.set('dir', 'asc')
    if (who.filter) query.set('q', who.filter)
    if (who.all) query.set('show', 'all')
  },
}
