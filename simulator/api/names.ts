import type { Directory, Key, Project } from '../organisation/directory.ts'
import { errorAnswer, Refusal } from './answer.ts'
import { type ListPage, listPage } from './list-page.ts'
import { Parameters } from './parameters.ts'

// The lists of what has a name, as published.

/** GET /v1/organization/projects */
export function projects(directory: Directory, search: URLSearchParams): ListPage {
  const asked = new Parameters(search, ['limit', 'after', 'include_archived'])
  const withArchived = asked.boolean('include_archived') ?? false
  const all = [...directory.projects.values()].filter(({ archivedAt }) => withArchived || archivedAt === null)
  return listPage(all.map(projectItem), asked)
}

function projectItem({ id, name, createdAt, archivedAt }: Project) {
  const status = archivedAt === null ? 'active' : 'archived'
  return { id, object: 'organization.project', name, created_at: createdAt, archived_at: archivedAt, status }
}

/** GET /v1/organization/users */
export function users(directory: Directory, search: URLSearchParams): ListPage {
  const asked = new Parameters(search, ['limit', 'after', 'emails'])
  const emails = asked.list('emails')
  const all = [...directory.users.values()].filter(user => emails.length === 0 || emails.includes(user.email ?? ''))
  const item = ({ id, name, email, addedAt }: (typeof all)[number]) => {
    return { object: 'organization.user', id, name, email, role: 'reader', added_at: addedAt }
  }
  return listPage(all.map(item), asked)
}

/** GET /v1/organization/projects/{project_id}/api_keys; those of owners without access only on request. */
export function apiKeys(directory: Directory, search: URLSearchParams, project: string): ListPage {
  const asked = new Parameters(search, ['limit', 'after', 'owner_project_access'])
  const access = asked.choice('owner_project_access', ['active', 'inactive', 'any']) ?? 'active'
  checkProject(directory, project)
  const all = [...directory.keys.values()].filter(key => key.project === project)
  const wanted = all.filter(key => access === 'any' || (access === 'inactive') === key.orphaned)
  return listPage(
    wanted.map(key => keyItem(key, directory)),
    asked,
  )
}

function keyItem({ id, name, owner, orphaned, createdAt }: Key, directory: Directory) {
  return {
    object: 'organization.project.api_key',
    id,
    name,
    redacted_value: `sk-proj-${'*'.repeat(8)}${id.slice(-4)}`,
    created_at: createdAt,
    last_used_at: null,
    owner_project_access: orphaned ? 'inactive' : 'active',
    owner: ownerOf(owner, directory, createdAt),
  }
}

/** Of an owner who was deleted only the id is left. */
function ownerOf(id: string, directory: Directory, created_at: number) {
  const account = directory.serviceAccounts.get(id)
  if (account) {
    return { type: 'service_account', service_account: { id, name: account.name, created_at, role: 'member' } }
  }
  const { name = '', email = '' } = directory.users.get(id) ?? {}
  return { type: 'user', user: { id, name: name ?? '', email: email ?? '', created_at, role: 'member' } }
}

/** GET /v1/organization/projects/{project_id}/service_accounts */
export function serviceAccounts(directory: Directory, search: URLSearchParams, project: string): ListPage {
  const asked = new Parameters(search, ['limit', 'after'])
  checkProject(directory, project)
  const all = [...directory.serviceAccounts.values()].filter(account => account.project === project)
  const item = ({ id, name, createdAt }: (typeof all)[number]) => {
    return { object: 'organization.project.service_account', id, name, role: 'member', created_at: createdAt }
  }
  return listPage(all.map(item), asked)
}

function checkProject(directory: Directory, project: string): void {
  if (directory.projects.has(project)) return
  throw new Refusal(errorAnswer(404, { message: `Project '${project}' not found.`, code: 'not_found' }))
}
