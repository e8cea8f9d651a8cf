// The states of the matrix: each takes what the product really answers and makes of it what a tracker in that state says.
import { HOSTILE_NAMES } from '../../simulator/faults/hostile-names.ts'
import type { AlertsView, BreakdownView, CostsView, LiveFrame, StatusView, UsageView } from '../../src/wire.ts'

/** An answer of the API, by its path without the query. */
export type Turn = (path: string, answer: unknown) => unknown

export interface MatrixState {
  name: string
  turn: Turn
  /** What every view says in this state, on the page or in its title. */
  says: RegExp
  /** What single views say instead. */
  saysIn?: Partial<Record<string, RegExp>>
  /** In the address. */
  query?: string
  /** Done on the page before it is looked at, and undone. */
  act?: 'pause' | 'offline' | 'expire' | 'signed_out'
}

const HOUR_S = 3600
const FEW = 8
const MANY = 1_000
const KEYS = 5_000
/** The status names so many unknown models at most. */
const NAMED = 100

const usage = (change: (view: UsageView) => UsageView): Turn => on('/api/usage', change)
const status = (change: (view: StatusView) => StatusView): Turn => on('/api/status', change)

function on<T>(path: string, change: (answer: T) => T): Turn {
  return (asked, answer) => (asked === path ? change(answer as T) : answer)
}

const all =
  (...turns: Turn[]): Turn =>
  (path, answer) =>
    turns.reduce((held, turn) => turn(path, held), answer)

/** A snapshot and a frame carry the same views as the plain answers. */
export function turnFrame(frame: LiveFrame, turn: Turn): LiveFrame {
  const next = { ...frame } as Record<string, unknown>
  if ('usage' in frame) next.usage = turn('/api/usage', frame.usage)
  if ('status' in frame) next.status = turn('/api/status', frame.status)
  if (frame.type === 'snapshot') {
    const alerts = (of: unknown) => (turn('/api/alerts', { alerts: of, count: 0 }) as AlertsView).alerts
    next.alerts = alerts(frame.alerts)
    next.notices = alerts(frame.notices)
  }
  return next as unknown as LiveFrame
}

/** An ordinary day of few models, well and behind a door: what all states begin with. */
export const ordinary: Turn = all(
  usage(view => ({ ...view, models: view.models.filter(each => !each.unclassified).slice(0, FEW) })),
  status(view => ({ ...view, auth_mode: 'token', simulated: false, unclassified_models: [], config_hints: [] })),
  on<BreakdownView>('/api/breakdown', view => ({ ...view, rows: view.rows.slice(0, FEW) })),
  on<{ auth_mode: string }>('/api/session', view => ({ ...view, auth_mode: 'token' })),
)

const empty: Turn = (path, answer) => {
  if (path === '/api/history') return { snapshots: [], count: 0, data: [], pagination: { hasMore: false } }
  if (path === '/api/alerts') return { alerts: [], count: 0 }
  if (path === '/api/breakdown') return { ...(answer as BreakdownView), rows: [] }
  if (path === '/api/costs') return { ...(answer as CostsView), rows: [], state: 'unavailable', as_of: null }
  return answer
}

const unread = (view: UsageView): UsageView => {
  const none = (tier: UsageView['premium']): UsageView['premium'] => ({
    ...tier,
    tokens_used: 0,
    used: 0,
    counted_tokens: 0,
    free_tokens: 0,
    billed_tokens: 0,
    free_remaining: null,
    forecast: null,
  })
  return { ...view, last_updated: null, models: [], premium: none(view.premium), mini: none(view.mini) }
}

const fault = (since: number) => ({
  code: 'upstream_unavailable',
  message: 'OpenAI answers 503.',
  action: 'Nothing to do: it is tried again by itself.',
  since,
  upstream_status: 503,
  request_id: null,
})

const failing = (view: StatusView): StatusView => {
  const since = view.server_time - HOUR_S
  const { code, message, action } = fault(since)
  const read = { since, attempts: 4, next_attempt_at: view.server_time + 60, error: { code, message, action } }
  const channel = { kind: 'slack' as const, pending: 1, parked: 0, last_status: 503, last_error: null }
  return {
    ...view,
    state: 'failing',
    failures: 12,
    error: fault(since),
    reads: [
      { kind: 'hours', date: '2026-01-01', ...read },
      { kind: 'names', ...read },
    ],
    history: { state: 'failing', message: 'D1 does not answer', action: null, since },
    outbox: { pending: 41, parked: 2, oldest_at: since },
    deliveries: {
      pending: 1,
      parked: 1,
      channels: [
        { ...channel, channel: 'slack-1a2b3c4d', state: 'retrying', next_attempt_at: null, last_delivered_at: null },
      ],
    },
    config_problems: [{ name: 'PREMIUM_TIER_LIMIT', message: 'PREMIUM_TIER_LIMIT must be a whole number.' }],
  }
}

const over = (view: UsageView): UsageView => ({
  ...view,
  premium: {
    ...view.premium,
    counted_tokens: Math.round(view.premium.limit * 1.12),
    tokens_used: Math.round(view.premium.limit * 1.12),
    used: Math.round(view.premium.limit * 1.12),
    counted_percentage: 112,
    percentage: 112,
    remaining: 0,
    free_tokens: view.premium.limit,
    free_remaining: 0,
    billed_tokens: Math.round(view.premium.limit * 0.12),
    forecast: {
      as_of: view.last_updated ?? 0,
      state: 'exceeded',
      chance: 1,
      expected_tokens: 20 * view.premium.limit,
      low_tokens: 15 * view.premium.limit,
      high_tokens: 41.8 * view.premium.limit,
      runs_out_at: null,
      runs_out_earliest: null,
      days_known: 28,
    },
  },
})

const noneFree = (view: UsageView): UsageView => {
  const paid = (tier: UsageView['premium']) => ({
    ...tier,
    free_tokens: 0,
    billed_tokens: tier.tokens_used,
    free_remaining: null,
  })
  const models = view.models.map(each => ({ ...each, free: false, service_tier: 'default' }))
  return { ...view, models, premium: paid(view.premium), mini: paid(view.mini) }
}

const many = (view: UsageView): UsageView => {
  const [first] = view.models
  if (!first) throw new Error('the ordinary day has no model')
  const models = Array.from({ length: MANY }, (_, at) => ({ ...first, model: `gpt-4o-${at}`, total_tokens: 1 + at }))
  return { ...view, models }
}

const keys = (view: BreakdownView): BreakdownView => {
  const [first] = view.rows
  if (!first) throw new Error('the ordinary day has no row')
  const rows = Array.from({ length: KEYS }, (_, at) => ({
    ...first,
    id: `key_${at}`,
    name: `Key ${at}`,
    tokens_used: at + 1,
    premium_tokens: at + 1,
  }))
  return { ...view, rows }
}

const named = <Row extends object>(rows: readonly Row[], fields: readonly string[]): Row[] =>
  HOSTILE_NAMES.map((name, at) => {
    const row: Record<string, unknown> = { ...rows[at % Math.max(1, rows.length)] }
    for (const field of fields) row[field] = name
    return row as Row
  })

const hostile = all(
  usage(view => ({ ...view, models: named(view.models, ['model', 'project_id', 'project_name']) })),
  status(view => ({ ...view, unclassified_models: [...HOSTILE_NAMES] })),
  on<BreakdownView>('/api/breakdown', view => ({ ...view, rows: named(view.rows, ['id', 'name']) })),
  on<AlertsView>('/api/alerts', view => ({
    ...view,
    alerts: HOSTILE_NAMES.map((message, id) => ({
      id,
      kind: 'new_model',
      timestamp: 1_700_000_000 + id,
      date: '2023-11-14',
      tier: null,
      threshold: null,
      tokens_used: 0,
      limit_value: 0,
      percentage: 0,
      message,
      sent: false,
      created_at: '2023-11-14T00:00:00Z',
      late: false,
      message_id: null,
      deliveries: [],
    })),
  })),
  on<CostsView>('/api/costs', view => ({
    ...view,
    rows: 'day' in (view.rows[0] ?? {}) ? view.rows : named(view.rows, ['id', 'name']),
  })),
)

export const MATRIX_STATES: readonly MatrixState[] = [
  {
    name: 'first run',
    turn: all(
      empty,
      usage(unread),
      status(view => ({ ...view, state: 'unconfigured', last_success: null, last_attempt: null, next_poll: null })),
    ),
    says: /Failing/,
    saysIn: { today: /Setting up[\s\S]*–\s+nothing read yet/, who: /Nothing has been read yet/, costs: /Costs/ },
  },
  {
    name: 'stale',
    turn: usage(view => ({ ...view, stale: true, last_updated: (view.last_updated ?? 0) - HOUR_S })),
    says: /Stale data/,
  },
  { name: 'offline', turn: (_, answer) => answer, says: /Offline/, act: 'offline' },
  { name: 'failing', turn: status(failing), says: /Failing/ },
  { name: 'paused', turn: (_, answer) => answer, says: /Paused/, act: 'pause' },
  {
    name: 'signed out',
    turn: on<object>('/api/session', view => ({ ...view, authenticated: false })),
    says: /Sign in/,
    act: 'signed_out',
  },
  { name: 'expired', turn: (_, answer) => answer, says: /Your session has ended/, act: 'expire' },
  {
    name: 'open',
    turn: all(
      status(view => ({ ...view, auth_mode: 'open' })),
      on<object>('/api/session', view => ({ ...view, auth_mode: 'open' })),
    ),
    says: /Open to anyone/,
  },
  { name: 'simulated', turn: status(view => ({ ...view, simulated: true })), says: /Simulated data/ },
  { name: 'over', turn: usage(over), says: /112\s%/, saysIn: { today: /goes on to 41.8M, above the chart/ } },
  { name: 'no free tokens', turn: usage(noneFree), says: /% billed/, saysIn: { who: /billed/ } },
  {
    name: '1,000 models',
    turn: all(
      usage(many),
      status(view => ({ ...view, unclassified_models: Array.from({ length: NAMED }, (_, at) => `new-${at}`) })),
    ),
    says: /OpenAI usage/,
    saysIn: { who: /Show all 1,000/, status: /At least 100 models/ },
  },
  {
    name: '5,000 keys',
    turn: on('/api/breakdown', keys),
    says: /OpenAI usage/,
    saysIn: { who: /Show all 5,000/ },
    query: 'by=api_key',
  },
  { name: 'hostile names', turn: hostile, says: /OpenAI usage/, saysIn: { who: /<script>/, alerts: /<script>/ } },
]
