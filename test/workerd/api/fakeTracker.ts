import type { OpenHistory, TrackerStub } from '../../../src/rpc/trackerStub.ts'
import type { StatusView, UsageView } from '../../../src/wire.ts'

export const NOTHING_OPEN: OpenHistory = { d1Before: 0, hours: [], hourTotals: [], days: [], entryCounts: [] }

/** The object as the API sees it: records each question in order, answers with marked views. */
export function fakeTracker(replies: Partial<TrackerStub> = {}) {
  const asked: string[] = []
  const upgrades: Request[] = []
  const ended: string[] = []
  const recorded = <T>(line: string, reply: () => Promise<T>) => {
    asked.push(line)
    return reply()
  }
  const tracker: TrackerStub = {
    watch: () => recorded('watch', replies.watch ?? (async () => {})),
    usage: () => recorded('usage', replies.usage ?? (async () => ({ date: '2026-11-23' }) as UsageView)),
    models: date =>
      recorded(`models ${date}`, async () => replies.models?.(date) ?? { date, final: false, models: [], count: 0 }),
    alerts: days => recorded(`alerts ${days}`, async () => replies.alerts?.(days) ?? { alerts: [], count: 0 }),
    status: () => recorded('status', replies.status ?? (async () => ({ state: 'ok' }) as StatusView)),
    ready: () => recorded('ready', replies.ready ?? (async () => true)),
    poll: () => recorded('poll', replies.poll ?? (async () => ({ ok: true, view: POLLED }))),
    reconcile: date => recorded(`reconcile ${date}`, async () => replies.reconcile?.(date) ?? reconciled(date)),
    openHistory: since => recorded(`openHistory ${since}`, async () => replies.openHistory?.(since) ?? NOTHING_OPEN),
    endSession: (id, expiresAt) =>
      recorded('endSession', replies.endSession?.bind(null, id, expiresAt) ?? (async () => void ended.push(id))),
    endedSessions: () => recorded('endedSessions', replies.endedSessions ?? (async () => [...ended])),
    fetch: request => {
      upgrades.push(request)
      return recorded('fetch', async () => replies.fetch?.(request) ?? socketResponse())
    },
  }
  return { tracker, asked, upgrades }
}

const POLLED = {
  success: true,
  date: '2026-11-23',
  premium_tokens: 1,
  mini_tokens: 2,
  alerts_triggered: 0,
  cached: false,
} as const

function reconciled(date: string) {
  const tier = { before: 1, after: 3, added: 2 }
  return { ok: true, view: { success: true, date, premium: tier, mini: tier } } as const
}

function socketResponse(): Response {
  const [client, server] = Object.values(new WebSocketPair()) as [WebSocket, WebSocket]
  server.accept()
  server.send('from the object')
  return new Response(null, { status: 101, webSocket: client })
}
