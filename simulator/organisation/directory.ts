import { PROJECTS, SERVICE_ACCOUNTS, USERS } from './organisation.ts'

export type Project = { id: string; name: string | null; createdAt: number; archivedAt: number | null }
export type User = { id: string; name: string | null; email: string | null; addedAt: number }
export type ServiceAccount = { id: string; name: string; project: string; createdAt: number }
export type Key = { id: string; name: string; project: string; owner: string; orphaned: boolean; createdAt: number }

/** Makes the thing if its id is new, else changes what is said of it; `deleted` takes it off its list. */
export type DirectoryChange =
  | { kind: 'project'; id: string; name?: string | null; archived?: boolean }
  | { kind: 'user'; id: string; name?: string | null; email?: string | null; deleted?: boolean }
  | { kind: 'service_account'; id: string; name?: string; project?: string; deleted?: boolean }
  | { kind: 'key'; id: string; name?: string; project?: string; owner?: string; orphaned?: boolean; deleted?: boolean }

const PROTOTYPE_ARCHIVED_AT = 1746057600
const NO_PROJECT = 'proj_sim'

/** Who and what there is in the organisation by name. What the ledger knows by id only is not in it. */
export class Directory {
  readonly projects = new Map<string, Project>()
  readonly users = new Map<string, User>()
  readonly serviceAccounts = new Map<string, ServiceAccount>()
  readonly keys = new Map<string, Key>()

  constructor() {
    for (const { id, name, createdAt, archived, keys } of PROJECTS) {
      this.projects.set(id, { id, name, createdAt, archivedAt: archived ? PROTOTYPE_ARCHIVED_AT : null })
      for (const key of keys) {
        if (key.id === '') continue
        const { user: owner, orphaned = false } = key
        this.keys.set(key.id, { id: key.id, name: key.name, project: id, owner, orphaned, createdAt })
      }
    }
    for (const user of USERS) this.users.set(user.id, { ...user, addedAt: 1727784000 })
    for (const account of SERVICE_ACCOUNTS) this.serviceAccounts.set(account.id, { ...account, createdAt: 1735732800 })
  }

  /** `now` in Unix seconds. Throws when there is nothing to delete, or no such project. */
  change(change: DirectoryChange, now: number): void {
    const time = Math.floor(now)
    const { id } = change
    if ('deleted' in change && change.deleted) {
      const list = { user: this.users, service_account: this.serviceAccounts, key: this.keys }[change.kind]
      if (!list.delete(id)) throw new Error(`id: there is no ${change.kind} '${id}' to delete.`)
      return
    }
    switch (change.kind) {
      case 'project': {
        const { name, archivedAt, createdAt } = this.projects.get(id) ?? {
          name: null,
          archivedAt: null,
          createdAt: time,
        }
        const archived = change.archived ?? archivedAt !== null
        const project = { id, name: change.name === undefined ? name : change.name, createdAt }
        this.projects.set(id, { ...project, archivedAt: archived ? (archivedAt ?? time) : null })
        return
      }
      case 'user': {
        const { kind: _, deleted: __, ...said } = change
        this.users.set(id, { name: null, email: null, addedAt: time, ...this.users.get(id), ...said })
        return
      }
      case 'service_account': {
        const { kind: _, deleted: __, ...said } = change
        const account = { name: '', project: NO_PROJECT, createdAt: time, ...this.serviceAccounts.get(id), ...said }
        this.serviceAccounts.set(id, this.#placed(account))
        return
      }
      case 'key': {
        const { kind: _, deleted: __, ...said } = change
        const fresh = { name: '', project: NO_PROJECT, owner: 'user-sim', orphaned: false, createdAt: time }
        this.keys.set(id, this.#placed({ ...fresh, ...this.keys.get(id), ...said }))
        return
      }
    }
  }

  list() {
    const all = <T>(of: Map<string, T>) => [...of.values()]
    return {
      projects: all(this.projects),
      users: all(this.users),
      service_accounts: all(this.serviceAccounts),
      keys: all(this.keys),
    }
  }

  #placed<T extends { project: string }>(thing: T): T {
    if (!this.projects.has(thing.project)) throw new Error(`project: there is no project '${thing.project}'.`)
    return thing
  }
}
