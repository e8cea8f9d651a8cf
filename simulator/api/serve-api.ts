import type { Ledger } from '../ledger/ledger.ts'
import type { Directory } from '../organisation/directory.ts'
import type { Acting, Policies } from '../organisation/policies.ts'
import { checkAdminKey } from './admin-key.ts'
import { type Answer, errorAnswer, jsonAnswer, Refusal } from './answer.ts'
import { completions, type View } from './completions.ts'
import { costs } from './costs.ts'
import { MODEL_PERMISSIONS, modelPermissions } from './model-permissions.ts'
import { apiKeys, projects, serviceAccounts, users } from './names.ts'
import { checkScope, type Scope, scopeFor } from './scopes.ts'

export type ApiRequest = { method: string; url: URL; authorization: string | undefined; body?: string }

/** What there is to serve, and to whom. */
export type Organisation = {
  ledger: Ledger
  directory: Directory
  policies: Policies
  /** What becomes of a change of a policy. */
  acting: Acting
  /** Without one any key that begins with `sk-admin-` may read. */
  adminKey: string | undefined
  scopes: ReadonlySet<Scope>
  /** From usage that shows to its costs. */
  costLagSeconds: number
}

/** What OpenAI's API would answer: the one place where a route is looked up and a refusal becomes an answer. */
export function serveApi(organisation: Organisation, request: ApiRequest, view: View): Answer {
  try {
    const needed = scopeFor({ method: request.method, pathname: request.url.pathname })
    checkAdminKey(request.authorization, organisation.adminKey, needed)
    return route(organisation, request, view)
  } catch (error) {
    if (error instanceof Refusal) return error.answer
    throw error
  }
}

function route(organisation: Organisation, { method, url, body = '' }: ApiRequest, view: View): Answer {
  const project = MODEL_PERMISSIONS.exec(url.pathname)?.[1]
  if (project !== undefined) {
    if (!['GET', 'POST', 'DELETE'].includes(method)) return notAllowed(method, url.pathname)
    const { policies, directory, scopes, acting } = organisation
    checkScope(scopes, scopeFor({ method, pathname: url.pathname }))
    const asked = { method, project: decodeURIComponent(project), body, now: view.now, acting }
    return jsonAnswer(200, modelPermissions(policies, directory, asked))
  }
  for (const [pattern, serve] of ROUTES) {
    const match = pattern.exec(url.pathname)
    if (!match) continue
    if (method !== 'GET') return notAllowed(method, url.pathname)
    checkScope(organisation.scopes, scopeFor({ method, pathname: url.pathname }))
    return jsonAnswer(200, serve(organisation, url.searchParams, { view, id: decodeURIComponent(match[1] ?? '') }))
  }
  return errorAnswer(404, { message: `Invalid URL (${method} ${url.pathname})` })
}

function notAllowed(method: string, pathname: string): Answer {
  const message = `Not allowed to ${method} on ${pathname}. (HINT: Perhaps you meant to use a different HTTP method?)`
  return errorAnswer(405, { message, code: 'method_not_supported' })
}

type Serve = (organisation: Organisation, search: URLSearchParams, how: { view: View; id: string }) => unknown

const ROUTES: readonly [RegExp, Serve][] = [
  [/^\/v1\/organization\/usage\/completions$/, ({ ledger }, search, { view }) => completions(ledger, search, view)],
  [
    /^\/v1\/organization\/costs$/,
    ({ ledger, costLagSeconds }, search, { view }) => costs(ledger, search, view, costLagSeconds),
  ],
  [/^\/v1\/organization\/projects$/, ({ directory }, search) => projects(directory, search)],
  [/^\/v1\/organization\/users$/, ({ directory }, search) => users(directory, search)],
  [
    /^\/v1\/organization\/projects\/([^/]+)\/api_keys$/,
    ({ directory }, search, { id }) => apiKeys(directory, search, id),
  ],
  [
    /^\/v1\/organization\/projects\/([^/]+)\/service_accounts$/,
    ({ directory }, search, { id }) => serviceAccounts(directory, search, id),
  ],
]
