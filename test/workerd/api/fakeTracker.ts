import * as examples from '../../../src/api/openapi/document/examples.ts'
import type { HourPage, OwnDates, OwnUsage, TrackerStub } from '../../../src/rpc/trackerStub.ts'
import type { BrakeTierView, BrakeView } from '../../../src/wire.ts'
import { sampleFacts } from '../../pure/api/metrics/sampleFacts.ts'
import { statusView } from '../../pure/dashboard/usageView.ts'

/** An object that serves no date itself: all history is D1's. */
const NOTHING_OWN: OwnDates<never> = { dates: [], shared: [], points: [] }
const NO_HOURS: HourPage = { parts: [], total: 0 }
const NO_USAGE: OwnUsage = { dates: [], parts: [], final: true }

const TIER_OFF: BrakeTierView = {
  chosen: false,
  at: 97,
  state: 'off',
  since: null,
  until: null,
  cause: null,
  percentage: null,
}
const NO_BRAKE: BrakeView = { mode: 'off', state: 'off', tiers: { premium: TIER_OFF, mini: TIER_OFF }, projects: [] }

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
    usageText: () => recorded('usageText', replies.usageText ?? (async () => JSON.stringify(USAGE))),
    revision: () => recorded('revision', replies.revision ?? (async () => 'one')),
    metrics: () => recorded('metrics', replies.metrics ?? (async () => sampleFacts())),
    models: date =>
      recorded(`models ${date}`, async () => replies.models?.(date) ?? { date, final: false, models: [], count: 0 }),
    alerts: (days, kinds) =>
      recorded(`alerts ${days} ${kinds}`, async () => replies.alerts?.(days, kinds) ?? { alerts: [], count: 0 }),
    forecast: () => recorded('forecast', async () => replies.forecast?.() ?? { premium: null, mini: null }),
    headroom: (tier, tokens, strict) =>
      recorded(
        `headroom ${tier} ${tokens}`,
        async () => replies.headroom?.(tier, tokens, strict) ?? { ...examples.headroom, tier, tokens },
      ),
    status: () => recorded('status', replies.status ?? (async () => STATUS)),
    ready: () => recorded('ready', replies.ready ?? (async () => true)),
    poll: () => recorded('poll', replies.poll ?? (async () => ({ ok: true, view: POLLED }))),
    reconcile: date => recorded(`reconcile ${date}`, async () => replies.reconcile?.(date) ?? reconciled(date)),
    ownTicks: (from, to) => recorded(`ownTicks ${from} ${to}`, async () => replies.ownTicks?.(from, to) ?? NOTHING_OWN),
    ownHours: (from, to) => recorded(`ownHours ${from} ${to}`, async () => replies.ownHours?.(from, to) ?? NOTHING_OWN),
    ownDays: (from, to) => recorded(`ownDays ${from} ${to}`, async () => replies.ownDays?.(from, to) ?? NOTHING_OWN),
    hourPage: (limit, offset) =>
      recorded(`hourPage ${limit} ${offset}`, async () => replies.hourPage?.(limit, offset) ?? NO_HOURS),
    ownUsage: (from, to, by) =>
      recorded(`ownUsage ${from} ${to} ${by}`, async () => replies.ownUsage?.(from, to, by) ?? NO_USAGE),
    ownRowHours: (date, by, id) =>
      recorded(`ownRowHours ${date} ${by} ${id}`, async () => replies.ownRowHours?.(date, by, id) ?? null),
    names: (kind, ids) => recorded(`names ${kind} ${ids}`, async () => replies.names?.(kind, ids) ?? {}),
    costs: (by, from, to) =>
      recorded(
        `costs ${by} ${from} ${to}`,
        async () => replies.costs?.(by, from, to) ?? { ...examples.costs, by, from, to },
      ),
    receivers: () => recorded('receivers', replies.receivers ?? (async () => ({ receivers: [], count: 0 }))),
    brake: () => recorded('brake', replies.brake ?? (async () => NO_BRAKE)),
    changeBrake: (action, tiers) =>
      recorded(
        `${action}Brake ${tiers}`,
        async () => replies.changeBrake?.(action, tiers) ?? { ok: true, view: { success: true, ...NO_BRAKE } },
      ),
    testReceiver: id => recorded(`testReceiver ${id}`, async () => replies.testReceiver?.(id) ?? tested(id)),
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

const USAGE = { ...examples.usage, date: '2026-11-23' }

const STATUS = statusView({ open_days: ['2026-11-23'] })

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

function tested(id: string) {
  const view = { success: true, id, kind: 'slack', outcome: 'delivered', status: 200, detail: 'It has it.' } as const
  return { ok: true, view } as const
}

function socketResponse(): Response {
  const [client, server] = Object.values(new WebSocketPair()) as [WebSocket, WebSocket]
  server.accept()
  server.send('from the object')
  return new Response(null, { status: 101, webSocket: client })
}
