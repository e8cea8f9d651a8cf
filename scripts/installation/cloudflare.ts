// What an account at Cloudflare holds of the tracker. Everything here only reads, but for the account's workers.dev name.
import { runWrangler } from './runWrangler.ts'
import { Trouble } from './words.ts'

const DEFAULT_API = 'https://api.cloudflare.com/client/v4'
const WITHIN_MS = 30_000
/** Codes of Cloudflare's API for a Worker, and for a workers.dev name, that is not there. */
const NOT_THERE = 10007
const BINDING = 'USAGE_TRACKER'

export interface CloudError {
  /** HTTP status; 0: no answer. */
  status: number
  code: number
  message: string
}

export type CloudAnswer<T> = { ok: true; result: T } | { ok: false; error: CloudError }

export interface Cloudflare {
  ask<T>(method: 'GET' | 'PUT' | 'POST', path: string, body?: object): Promise<CloudAnswer<T>>
}

export interface Account {
  id: string
  name: string
}

/** The tracker as it stands at Cloudflare. */
export interface Installation {
  /** `foreign`: a Worker of this name is there, and is another program. */
  worker: 'none' | 'ours' | 'foreign'
  /** Names of the secrets that are set. */
  secrets: ReadonlySet<string>
  databaseId: string | null
  /** Null: the account has no name below workers.dev yet. */
  subdomain: string | null
}

interface Binding {
  type: string
  name: string
  /** Of a D1 database, by the age of the API. */
  id?: string
  database_id?: string
}

/** Null: nobody is logged in. The login is wrangler's own: CLOUDFLARE_API_TOKEN, or what `wrangler login` keeps. */
export async function openCloudflare(env: NodeJS.ProcessEnv): Promise<Cloudflare | null> {
  const headers = await loginHeaders(env)
  if (headers === null) return null
  const base = env.CLOUDFLARE_API_BASE_URL ?? DEFAULT_API
  return {
    async ask<T>(method: string, path: string, body?: object): Promise<CloudAnswer<T>> {
      try {
        const answer = await fetch(base + path, {
          method,
          headers: { ...headers, 'content-type': 'application/json' },
          ...(body !== undefined && { body: JSON.stringify(body) }),
          signal: AbortSignal.timeout(WITHIN_MS),
        })
        const json = (await answer.json()) as {
          success: boolean
          result: T
          errors: { code: number; message: string }[]
        }
        if (answer.ok && json.success) return { ok: true, result: json.result }
        const { code = 0, message = `status ${answer.status}` } = json.errors[0] ?? {}
        return { ok: false, error: { status: answer.status, code, message } }
      } catch (error) {
        return {
          ok: false,
          error: { status: 0, code: 0, message: error instanceof Error ? error.message : String(error) },
        }
      }
    },
  }
}

async function loginHeaders(env: NodeJS.ProcessEnv): Promise<Record<string, string> | null> {
  const token = env.CLOUDFLARE_API_TOKEN?.trim()
  if (token) return { authorization: `Bearer ${token}` }
  const { code, stdout } = await runWrangler(['auth', 'token', '--json'])
  if (code !== 0) return null
  const login = JSON.parse(stdout.slice(stdout.indexOf('{'))) as {
    type: string
    token?: string
    key?: string
    email?: string
  }
  if (login.token !== undefined) return { authorization: `Bearer ${login.token}` }
  if (login.key === undefined || login.email === undefined) return null
  return { 'x-auth-key': login.key, 'x-auth-email': login.email }
}

/** The accounts that the login may use. Throws where Cloudflare refuses the login or does not answer. */
export async function accountsOf(cloudflare: Cloudflare): Promise<Account[]> {
  const answer = await cloudflare.ask<Account[]>('GET', '/accounts?per_page=50')
  if (answer.ok) return answer.result
  throw troubleWith(answer.error)
}

export function troubleWith({ status, code, message }: CloudError): Trouble {
  if (status === 0)
    return new Trouble(`Cloudflare cannot be reached (${message}).`, 'Check the network, then run this again.')
  if (status === 401 || status === 403 || status === 400) {
    return new Trouble(
      `Cloudflare refuses the login (${status}, code ${code}: ${message}).`,
      'Log in again: npx wrangler login',
      'Or set CLOUDFLARE_API_TOKEN to a token made from the template "Edit Cloudflare Workers", with D1: Edit added: https://dash.cloudflare.com/profile/api-tokens',
    )
  }
  return new Trouble(`Cloudflare answers with ${status} (code ${code}: ${message}).`, 'Run this again in some minutes.')
}

/** Looks at what is there under this name. Throws where that cannot be told. */
export async function lookAt(cloudflare: Cloudflare, accountId: string, name: string): Promise<Installation> {
  const [settings, subdomain] = await Promise.all([
    cloudflare.ask<{ bindings?: Binding[] }>('GET', `/accounts/${accountId}/workers/scripts/${name}/settings`),
    cloudflare.ask<{ subdomain: string }>('GET', `/accounts/${accountId}/workers/subdomain`),
  ])
  if (!settings.ok && settings.error.code !== NOT_THERE) throw troubleWith(settings.error)
  if (!subdomain.ok && subdomain.error.code !== NOT_THERE) throw troubleWith(subdomain.error)
  const bindings = settings.ok ? (settings.result.bindings ?? []) : []
  const database = bindings.find(({ type, name: bound }) => type === 'd1' && bound === 'DB')
  return {
    worker: !settings.ok ? 'none' : bindings.some(binding => binding.name === BINDING) ? 'ours' : 'foreign',
    secrets: new Set(bindings.filter(({ type }) => type === 'secret_text').map(binding => binding.name)),
    databaseId: database?.id ?? database?.database_id ?? null,
    subdomain: subdomain.ok ? subdomain.result.subdomain : null,
  }
}

/** The migrations that a database of the account has had; null where there is no such database. */
export async function appliedMigrations(
  cloudflare: Cloudflare,
  accountId: string,
  databaseId: string,
): Promise<string[] | null> {
  const sql = "SELECT name FROM sqlite_master WHERE name = 'd1_migrations'"
  const path = `/accounts/${accountId}/d1/database/${databaseId}/query`
  const tables = await cloudflare.ask<{ results: { name: string }[] }[]>('POST', path, { sql })
  if (!tables.ok && tables.error.status === 404) return null
  if (!tables.ok) throw troubleWith(tables.error)
  if (tables.result[0]?.results.length === 0) return []
  const applied = await cloudflare.ask<{ results: { name: string }[] }[]>('POST', path, {
    sql: 'SELECT name FROM d1_migrations',
  })
  if (!applied.ok) throw troubleWith(applied.error)
  return applied.result[0]?.results.map(({ name }) => name) ?? []
}
