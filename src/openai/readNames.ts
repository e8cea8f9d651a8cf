import type { Upstream } from './askOpenAI.ts'
import { type Item, isItem, type Named, named, parseNamePage } from './namePage.ts'
import { PageReader } from './pageReader.ts'
import type { UpstreamFault } from './upstreamFault.ts'
import { walkCursors } from './walkCursors.ts'

// The names behind the ids in usage. All need the scope api.management.read, without which the fault says so. Throw
// nothing. A list of more than 10 pages is cut, since some names are better than none; a page that fails is a fault.

const PAGE_ITEMS = 100
const MOST_LIST_PAGES = 10

interface Listed {
  ok: true
  /** False where the list has more than was read of it. */
  complete: boolean
  requests: number
}
interface NotListed {
  ok: false
  fault: UpstreamFault
  requests: number
}

export type NamesResult = (Listed & { names: Named[] }) | NotListed
export type KeyNamesResult = (Listed & { keys: Named[]; owners: Named[] }) | NotListed

/** The projects of the organisation, archived ones too. */
export function readProjects(upstream: Upstream): Promise<NamesResult> {
  return readNames(upstream, 'projects', { include_archived: 'true' })
}

/** The members of the organisation: by name, else by mail address. */
export function readUsers(upstream: Upstream): Promise<NamesResult> {
  return readNames(upstream, 'users')
}

export function readServiceAccounts(upstream: Upstream, projectId: string): Promise<NamesResult> {
  return readNames(upstream, under(projectId, 'service_accounts'))
}

/**
 * The API keys of a project: by name, else by what OpenAI shows of the key itself. `owners` are the users and service
 * accounts that they belong to, each once.
 */
export async function readKeys(upstream: Upstream, projectId: string): Promise<KeyNamesResult> {
  // Otherwise keys are left out whose owner has left the project, though they work.
  const list = await readList(upstream, under(projectId, 'api_keys'), { owner_project_access: 'any' })
  if (!list.ok) return list
  const { items, ...listed } = list
  const owners = new Map(items.flatMap(ownersOf).map(owner => [owner.id, owner]))
  return {
    ...listed,
    keys: items.map(({ id, name, redacted_value }) => named(id, name, redacted_value)),
    owners: [...owners.values()],
  }
}

async function readNames(
  upstream: Upstream,
  path: string | null,
  filter: Record<string, string> = {},
): Promise<NamesResult> {
  const list = await readList(upstream, path, filter)
  if (!list.ok) return list
  const { items, ...listed } = list
  return { ...listed, names: items.map(personOrProject) }
}

async function readList(
  upstream: Upstream,
  path: string | null,
  filter: Record<string, string>,
): Promise<(Listed & { items: Item[] }) | NotListed> {
  if (path === null) return { ok: true, complete: true, items: [], requests: 0 }
  const reader = new PageReader(upstream)
  const walk = await walkCursors(
    after => {
      const url = new URL(`${upstream.baseUrl}/organization/${path}`)
      const asked = { limit: String(PAGE_ITEMS), ...filter, ...(after !== null && { after }) }
      url.search = new URLSearchParams(asked).toString()
      return reader.read(url.href, parseNamePage)
    },
    MOST_LIST_PAGES,
    'last_id',
  )
  const { requests } = reader
  if (!walk.ok) return { ok: false, fault: walk.fault, requests }
  return { ok: true, complete: walk.whole, items: walk.pages.flatMap(({ items }) => items), requests }
}

/** Null for an id that OpenAI makes for no project: as a part of a path it could lead elsewhere (`..`, `a/b`). */
function under(projectId: string, list: 'api_keys' | 'service_accounts'): string | null {
  return /^[\w-]{1,200}$/.test(projectId) ? `projects/${projectId}/${list}` : null
}

function personOrProject({ id, name, email }: Item): Named {
  return named(id, name, email)
}

/** `owner` holds the one that `type` says; what else may come some day has an id and a name too. */
function ownersOf({ owner }: Item): Named[] {
  if (typeof owner !== 'object' || owner === null) return []
  return Object.values(owner).filter(isItem).map(personOrProject)
}
