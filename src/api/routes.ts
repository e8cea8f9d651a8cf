import { forAnyOwnPage, forOwner, forOwnersPages } from './auth/forOwner.ts'
import { readSessionView, signIn, signOut } from './auth/session.ts'
import { badgeJson, badgeSvg } from './badge/badge.ts'
import { breakdown } from './breakdown.ts'
import type { Call } from './call.ts'
import { costs } from './costs.ts'
import { headroom } from './headroom.ts'
import { health, ready } from './health.ts'
import { history, historyHoldsUntil } from './history/history.ts'
import { live } from './live.ts'
import { mcp } from './mcp/mcp.ts'
import { metrics } from './metrics/metrics.ts'
import { openapi } from './openapi/openapi.ts'
import { read } from './reads/read.ts'
import { rowHours } from './rowHours.ts'
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
  '/openapi.json': { GET: [openapi] },
  '/api/usage': reads(read(usage, { tagged: true })),
  '/api/history': reads(read(history, { tagged: true, table: 'history', holdsUntil: historyHoldsUntil })),
  '/api/models': reads(read(models, { tagged: true, table: 'models' })),
  '/api/alerts': reads(read(alerts, { table: 'alerts' })),
  '/api/breakdown': reads(read(breakdown, { tagged: true, table: 'breakdown' })),
  '/api/breakdown/hours': reads(rowHours),
  '/api/costs': reads(read(costs, { tagged: true, table: 'costs' })),
  '/api/forecast': reads(read(forecast, { tagged: true })),
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
  '/metrics': reads(metrics),
  // Public where BADGE says so, else not there.
  '/badge/premium.svg': { GET: [badgeSvg('premium')] },
  '/badge/premium.json': { GET: [badgeJson('premium')] },
  '/badge/mini.svg': { GET: [badgeSvg('mini')] },
  '/badge/mini.json': { GET: [badgeJson('mini')] },
  '/mcp': acts(mcp(path => ROUTES[path]?.GET?.at(-1))),
  // Lets in by itself: a refused browser must be told through the socket.
  '/api/live': { GET: [live] },
}
