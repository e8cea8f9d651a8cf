import { forAnyOwnPage, forOwner, forOwnersPages } from './auth/forOwner.ts'
import { readSessionView, signIn, signOut } from './auth/session.ts'
import { breakdown } from './breakdown.ts'
import type { Call } from './call.ts'
import { costs } from './costs.ts'
import { headroom } from './headroom.ts'
import { health, ready } from './health.ts'
import { history } from './history/history.ts'
import { live } from './live.ts'
import { changeBrake, poll, reconcile, testReceiver } from './trackerActions.ts'
import { alerts, brake, forecast, models, receivers, status, usage } from './trackerReads.ts'

/** The first handler that gives something back answers the request. */
export type Handler = (call: Call) => object | undefined | Promise<object | undefined>
export type Method = 'GET' | 'POST' | 'DELETE'

const reads = (handler: Handler) => ({ GET: [forOwner, handler] })
const acts = (handler: Handler) => ({ POST: [forOwnersPages, handler] })

/** Every route there is; test/workerd/security/matrix.test.ts says of each who may use it. */
export const ROUTES: Record<string, Partial<Record<Method, Handler[]>>> = {
  '/health': { GET: [health] },
  '/ready': { GET: [ready] },
  '/api/usage': reads(usage),
  '/api/history': reads(history),
  '/api/models': reads(models),
  '/api/alerts': reads(alerts),
  '/api/breakdown': reads(breakdown),
  '/api/costs': reads(costs),
  '/api/forecast': reads(forecast),
  '/api/headroom': reads(headroom),
  '/api/status': reads(status),
  '/api/receivers': reads(receivers),
  '/api/receivers/:id/test': acts(testReceiver),
  '/api/brake': reads(brake),
  '/api/brake/set': acts(changeBrake),
  '/api/brake/release': acts(changeBrake),
  '/api/poll': acts(poll),
  '/api/reconcile': acts(reconcile),
  '/api/session': { GET: [readSessionView], POST: [signIn], DELETE: [forAnyOwnPage, signOut] },
  // Lets in by itself: a refused browser must be told through the socket.
  '/api/live': { GET: [live] },
}
