import { type Causes, causesOf } from '../../alerts/causes.ts'
import type { Growth } from '../../usage/growth.ts'
import { readNames } from '../store/nameStore.ts'
import type { Sql } from '../store/sql.ts'

/** The growth with the last known names of projects and keys. */
export function namedCauses(sql: Sql, growth: Growth): Causes {
  const ids = (kind: 'projects' | 'keys') => growth[kind].map(({ id }) => id)
  const names = {
    projects: readNames(sql, 'project', ids('projects')),
    keys: readNames(sql, 'api_key', ids('keys')),
  }
  return causesOf(growth, (kind, id) => (kind === 'models' ? undefined : names[kind].get(id)))
}
