import { randomUUID } from 'node:crypto'
import { DatabaseSync } from 'node:sqlite'

export const ACCOUNT_ID = 'a0000000000000000000000000000001'
/** The name below workers.dev that another account has. */
export const TAKEN = 'taken'
const SECOND_ID = 'a0000000000000000000000000000002'

export interface Binding {
  type: string
  name: string
  [more: string]: unknown
}

export interface Script {
  tag: string
  bindings: Binding[]
  secrets: Map<string, string>
  crons: string[]
  deployed: number
}

export interface Database {
  uuid: string
  name: string
  sql: DatabaseSync
}

export interface AccountOptions {
  /** How many accounts the token may use. */
  accounts?: 1 | 2
  /** Null: the account has never taken a name below workers.dev. */
  subdomain?: string | null
}

/** What Cloudflare answers where it does not do what it is asked. */
export class Refusal extends Error {
  readonly status: number
  readonly code: number

  constructor(status: number, code: number, message: string) {
    super(message)
    this.status = status
    this.code = code
  }
}

/** The Workers and databases of one account, in memory and open to the test. */
export class Account {
  readonly scripts = new Map<string, Script>()
  readonly databases: Database[] = []
  readonly accounts: { id: string; name: string }[]
  subdomain: string | null

  constructor({ accounts = 1, subdomain = 'team' }: AccountOptions) {
    const all = [
      { id: ACCOUNT_ID, name: 'First account' },
      { id: SECOND_ID, name: 'Second account' },
    ]
    this.accounts = all.slice(0, accounts)
    this.subdomain = subdomain
  }

  script(name: string): Script {
    const script = this.scripts.get(name)
    if (script === undefined) throw new Refusal(404, 10007, 'This Worker does not exist on your account.')
    return script
  }

  /** A deploy replaces all bindings but the secrets and those that say `inherit`. */
  deploy(name: string, bindings: Binding[]): Script {
    const held = this.scripts.get(name)
    const secrets = held?.secrets ?? new Map<string, string>()
    const bound = bindings.map(binding => {
      const before = held?.bindings.find(({ name: bound }) => bound === binding.name)
      return binding.type === 'inherit' && before !== undefined ? before : binding
    })
    const script = {
      tag: held?.tag ?? randomUUID().replaceAll('-', ''),
      bindings: bound,
      secrets,
      crons: held?.crons ?? [],
      deployed: (held?.deployed ?? 0) + 1,
    }
    this.scripts.set(name, script)
    return script
  }

  /** A name below workers.dev, which nobody else may have. */
  take(subdomain: string): { subdomain: string } {
    if (subdomain === TAKEN) throw new Refusal(409, 10036, 'This subdomain is unavailable.')
    this.subdomain = subdomain
    return { subdomain }
  }

  database(id: string): Database {
    const found = this.databases.find(({ uuid, name }) => uuid === id || name === id)
    if (found === undefined) throw new Refusal(404, 7404, `The database ${id} could not be found`)
    return found
  }

  makeDatabase(name: string): Database {
    if (this.databases.some(held => held.name === name))
      throw new Refusal(400, 7502, `A database with the name ${name} already exists`)
    const made = { uuid: randomUUID(), name, sql: new DatabaseSync(':memory:') }
    this.databases.push(made)
    return made
  }
}
