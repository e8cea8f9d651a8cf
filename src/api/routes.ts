import { Router } from 'itty-router'
import { authenticate } from './auth/authenticate.ts'
import { preflightHeaders } from './auth/cors.ts'
import { refuseCrossSite } from './auth/crossSite.ts'
import { readSessionView, signIn, signOut } from './auth/session.ts'
import type { Call } from './call.ts'
import { health, ready } from './health.ts'
import { history } from './history/history.ts'
import { live } from './live.ts'
import { Refusal } from './refusal.ts'
import { shown } from './shown.ts'
import { poll, reconcile } from './trackerActions.ts'
import { alerts, models, status, usage } from './trackerReads.ts'

/** The first handler that gives something back answers the request. */
type Handler = (call: Call) => object | undefined | Promise<object | undefined>
type Method = 'GET' | 'POST' | 'DELETE'

const forOwner: Handler = async call => {
  const signedIn = await authenticate(call)
  return signedIn instanceof Refusal ? signedIn : undefined
}
const reads = (handler: Handler) => ({ GET: [forOwner, handler] })
const acts = (handler: Handler) => ({ POST: [refuseCrossSite, forOwner, handler] })

/** Every route there is; test/workerd/security/matrix.test.ts says of each who may use it. */
export const ROUTES: Record<string, Partial<Record<Method, Handler[]>>> = {
  '/health': { GET: [health] },
  '/ready': { GET: [ready] },
  '/api/usage': reads(usage),
  '/api/history': reads(history),
  '/api/models': reads(models),
  '/api/alerts': reads(alerts),
  '/api/status': reads(status),
  '/api/poll': acts(poll),
  '/api/reconcile': acts(reconcile),
  '/api/session': { GET: [readSessionView], POST: [signIn], DELETE: [refuseCrossSite, signOut] },
  // Lets in by itself: a refused browser must be told through the socket.
  '/api/live': { GET: [live] },
}

// Router without withParams: that one wraps the request in a Proxy, which the platform refuses to send on.
const router = Router()
for (const [path, byMethod] of Object.entries(ROUTES)) {
  const methods = Object.keys(byMethod) as Method[]
  const allow = [...methods.flatMap(method => (method === 'GET' ? ['GET', 'HEAD'] : [method])), 'OPTIONS'].join(', ')
  for (const method of methods) router[method.toLowerCase()]?.(path, ...(byMethod[method] ?? []).map(unwrapped))
  router.options(path, () => new Response(null, { status: 204, headers: { allow, ...preflightHeaders(allow) } }))
  router.all(
    path,
    ({ method }) => new Refusal(405, 'method_not_allowed', `${path} takes ${allow}, not ${shown(method)}.`, { allow }),
  )
}
router.all('*', () => new Refusal(404, 'not_found', 'There is nothing at this address; the README lists all routes.'))

function unwrapped(handler: Handler) {
  return (_: unknown, call: Call) => handler(call)
}

/** HEAD is answered as GET; the body is dropped at the end. The router gets no request, because it writes into what it gets. */
export function route(call: Call): Promise<object> {
  const { method, url } = call.request
  return router.fetch({ method: method === 'HEAD' ? 'GET' : method, url }, call)
}
