import { PROJECTS } from '../organisation/organisation.ts'
import { refuse } from './answer.ts'
import { Parameters } from './parameters.ts'

const PROTOTYPE_ARCHIVED_AT = 1746057600

/** GET /v1/organization/projects: pages with `after=<last_id>`, unlike usage. */
export function projects(search: URLSearchParams) {
  const asked = new Parameters(search, ['limit', 'after', 'include_archived'])
  const limit = asked.integerBetween('limit', 1, 100) ?? 20
  const all = PROJECTS.filter(project => asked.boolean('include_archived') || !project.archived)
  const after = asked.text('after')
  const before = after === undefined ? -1 : all.findIndex(({ id }) => id === after)
  if (after !== undefined && before < 0) refuse('after', 'invalid_value', `Invalid 'after': no project '${after}'.`)
  const listed = all.slice(before + 1, before + 1 + limit)
  return {
    object: 'list',
    data: listed.map(({ id, name, createdAt, archived }) => ({
      id,
      object: 'organization.project',
      name,
      created_at: createdAt,
      archived_at: archived ? PROTOTYPE_ARCHIVED_AT : null,
      status: archived ? 'archived' : 'active',
    })),
    first_id: listed[0]?.id ?? null,
    last_id: listed.at(-1)?.id ?? null,
    has_more: before + 1 + limit < all.length,
  }
}
