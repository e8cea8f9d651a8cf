import type { ListPage } from '../api/list-page.ts'
import type { Fault } from './fault.ts'
import { HOSTILE_NAMES } from './hostile-names.ts'

function names(summary: string, spoil: (list: ListPage) => ListPage): Fault {
  return {
    kind: 'text',
    summary: `lists of names: ${summary}`,
    paths: ['/v1/organization/projects', '/v1/organization/users'],
    spoil: body => JSON.stringify(spoil(JSON.parse(body))),
  }
}

/** Lists of projects, users, keys and service accounts that hurt a careless reader. */
export const NAME_FAULTS: Record<string, Fault> = {
  'hostile-list': names('script, markup, right-to-left and endless names', list => {
    const data = list.data.map((item, n) => ({ ...item, name: HOSTILE_NAMES[n % HOSTILE_NAMES.length] ?? '' }))
    return { ...list, data }
  }),
  'null-names': names('nothing has a name', list => ({
    ...list,
    data: list.data.map(item => ({ ...item, name: null })),
  })),
}
