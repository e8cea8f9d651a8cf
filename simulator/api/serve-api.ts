import type { Ledger } from '../ledger/ledger.ts'
import { checkAdminKey } from './admin-key.ts'
import { type Answer, errorAnswer, jsonAnswer, Refusal } from './answer.ts'
import { completions, type View } from './completions.ts'
import { costs } from './costs.ts'
import { projects } from './projects.ts'

export type ApiRequest = { method: string; url: URL; authorization: string | undefined }

/** What OpenAI's API would answer: the one place where a route is looked up and a refusal becomes an answer. */
export function serveApi(ledger: Ledger, adminKey: string | undefined, request: ApiRequest, view: View): Answer {
  try {
    checkAdminKey(request.authorization, adminKey)
    return route(ledger, request, view)
  } catch (error) {
    if (error instanceof Refusal) return error.answer
    throw error
  }
}

function route(ledger: Ledger, { method, url }: ApiRequest, view: View): Answer {
  const serve = ROUTES[url.pathname]
  if (!serve) return errorAnswer(404, { message: `Invalid URL (${method} ${url.pathname})` })
  if (method === 'GET') return jsonAnswer(200, serve(ledger, url.searchParams, view))
  const message = `Not allowed to ${method} on ${url.pathname}. (HINT: Perhaps you meant to use a different HTTP method?)`
  return errorAnswer(405, { message, code: 'method_not_supported' })
}

const ROUTES: Record<string, (ledger: Ledger, search: URLSearchParams, view: View) => unknown> = {
  '/v1/organization/usage/completions': completions,
  '/v1/organization/costs': costs,
  '/v1/organization/projects': (_ledger, search) => projects(search),
}
