import { Router } from 'itty-router'
import { preflightHeaders } from './auth/cors.ts'
import type { Call } from './call.ts'
import { Refusal } from './refusal.ts'
import { Reply } from './reply.ts'
import { type Handler, type Method, ROUTES } from './routes.ts'
import { shown } from './shown.ts'

// The router only finds the handlers. It takes longer for that than most handlers take, so what it has found is kept.

const MOST_KNOWN = 200
const known = new Map<string, readonly Handler[]>()
const NOWHERE: readonly Handler[] = [
  async () => new Refusal(404, 'not_found', 'There is nothing at this address; docs/api.md lists all routes.'),
]

// Without withParams: that one wraps the request in a Proxy.
const router = Router()
for (const [path, byMethod] of Object.entries(ROUTES)) {
  const methods = Object.keys(byMethod) as Method[]
  const allow = [...methods.flatMap(method => (method === 'GET' ? ['GET', 'HEAD'] : [method])), 'OPTIONS'].join(', ')
  for (const method of methods) router[method.toLowerCase()]?.(path, () => byMethod[method])
  const options = new Reply(null, { status: 204, headers: { allow, ...preflightHeaders(allow) } })
  router.options(path, () => [() => options])
  router.all(path, () => [({ request }: Call) => wrongMethod(path, allow, request.method)])
}
router.all('*', () => NOWHERE)

function wrongMethod(path: string, allow: string, method: string): Refusal {
  return new Refusal(405, 'method_not_allowed', `${path} takes ${allow}, not ${shown(method)}.`, { allow })
}

/** HEAD is answered as GET; the body is dropped at the end. */
export async function route(call: Call): Promise<object> {
  const { method: asked, url } = call.request
  const method = asked === 'HEAD' ? 'GET' : asked
  const query = url.indexOf('?')
  const key = `${method} ${query === -1 ? url : url.slice(0, query)}`
  for (const handler of known.get(key) ?? (await find(key, { method, url }))) {
    const answer = await handler(call)
    if (answer !== undefined) return answer
  }
  throw new Error(`no handler of ${call.url.pathname} gave an answer`)
}

async function find(key: string, request: { method: string; url: string }): Promise<readonly Handler[]> {
  const handlers: readonly Handler[] = await router.fetch(request)
  // Strangers can ask for any number of addresses, and write the known ones in any number of ways.
  if (known.size >= MOST_KNOWN) known.clear()
  if (handlers !== NOWHERE) known.set(key, handlers)
  return handlers
}
