// Made-up answers in the shapes of src/wire.ts, for looking at states that the product reaches only by accident.
import type {
  AlertView,
  DayPoint,
  ModelUsage,
  SnapshotPoint,
  StatusView,
  Tier,
  TierUsage,
  UsageView,
} from '../../src/wire.ts'

const DAY_S = 86_400

export interface MockWorld {
  usage: UsageView
  points: SnapshotPoint[]
  days: DayPoint[]
  alerts: AlertView[]
  status: StatusView
}

interface Wish {
  /** Unix seconds. */
  now: number
  premium?: number
  mini?: number
  models?: number
}

export function mockWorld({ now, premium = 731_204, mini = 4_120_377, models = 15 }: Wish): MockWorld {
  const start = Math.floor(now / DAY_S) * DAY_S
  const date = utc(start)
  const fetched = Math.max(start + 5, now - 95)
  const rows = mockModels(models, premium, mini)
  return {
    usage: {
      date,
      premium: tier(premium, 1_000_000, rows, 'premium'),
      mini: tier(mini, 10_000_000, rows, 'mini'),
      last_updated: fetched,
      resets_at: start + DAY_S,
      stale: false,
      models: rows,
    },
    points: curve(start, fetched, premium, mini),
    days: pastDays(start),
    alerts: mockAlerts(start, now),
    status: mockStatus(now, fetched, date),
  }
}

function tier(used: number, limit: number, rows: readonly ModelUsage[], name: Tier): TierUsage {
  const mine = rows.filter(row => row.tier === name)
  const sum = (pick: (row: ModelUsage) => number) => mine.reduce((total, row) => total + pick(row), 0)
  const billed = sum(row => (row.free ? 0 : row.total_tokens))
  return {
    tokens_used: used,
    used,
    limit,
    percentage: Math.round((used / limit) * 100),
    remaining: Math.max(0, limit - used),
    input_tokens: sum(row => row.input_tokens),
    output_tokens: sum(row => row.output_tokens),
    cached_tokens: sum(row => row.cached_tokens),
    requests: sum(row => row.requests),
    free_tokens: used - billed,
    billed_tokens: billed,
  }
}

const NAMES = [
  'gpt-4o-2024-08-06',
  'gpt-4o-mini-2024-07-18',
  'gpt-5.1-2026-04-14',
  'o1-mini',
  'gpt-4-turbo',
  'gpt-3.5-turbo-0125',
  'gpt-5-mini',
  'o1-preview',
]

export function mockModels(count: number, premium: number, mini: number): ModelUsage[] {
  const rows = Array.from({ length: count }, (_, i) => {
    const model =
      i < NAMES.length
        ? (NAMES[i] ?? '')
        : i === NAMES.length
          ? 'gpt-6-preview-unheard-of'
          : `ft:gpt-4o-mini:acme:run-${i}`
    const mine: Tier = /mini|3\.5/.test(model) && model !== 'o1-mini' ? 'mini' : 'premium'
    return { model, tier: mine, weight: 1 / (i + 1), i }
  })
  const weight = { premium: 0, mini: 0 }
  for (const row of rows) weight[row.tier] += row.weight
  return rows
    .map(({ model, tier, weight: own, i }): ModelUsage => {
      const total = Math.round(((tier === 'premium' ? premium : mini) * own) / weight[tier])
      const input = Math.round(total * 0.78)
      const free = i % 4 !== 2
      return {
        model,
        tier,
        unclassified: model.includes('unheard'),
        service_tier: free ? 'incentivized' : 'default',
        project_id: `proj_${'AbCdEfGh'.slice(0, 4 + (i % 4))}${i}`,
        free,
        input_tokens: input,
        output_tokens: total - input,
        cached_tokens: Math.round(input * 0.31),
        total_tokens: total,
        requests: Math.max(1, Math.round(total / 2_300)),
      }
    })
    .sort((a, b) => b.total_tokens - a.total_tokens)
}

function curve(start: number, end: number, premium: number, mini: number): SnapshotPoint[] {
  const points: SnapshotPoint[] = []
  const shape = (at: number) => {
    const hour = (at - start) / 3600
    return hour * 0.35 + (hour > 6 ? (hour - 6) ** 1.25 * 0.6 : 0) + Math.sin(hour * 2.2) * 0.12
  }
  for (let at = start + 300; at < end; at += 300) {
    const part = Math.max(0, shape(at) / shape(end))
    points.push({
      timestamp: at,
      date: utc(start),
      premium_tokens: Math.round(premium * part),
      mini_tokens: Math.round(mini * part),
    })
  }
  return [...points, { timestamp: end, date: utc(start), premium_tokens: premium, mini_tokens: mini }]
}

function pastDays(start: number): DayPoint[] {
  return Array.from({ length: 29 }, (_, i) => {
    const at = start - (29 - i) * DAY_S
    const wave = 0.55 + 0.4 * Math.sin(i * 0.9) + (i === 17 ? 0.45 : 0)
    const premium = Math.round(1_000_000 * Math.max(0.08, wave))
    const mini = Math.round(10_000_000 * Math.max(0.05, wave * 0.6))
    const half = i < 8
    return {
      timestamp: at,
      date: utc(at),
      premium_tokens: half ? premium / 4 : premium,
      mini_tokens: half ? mini / 4 : mini,
      premium_limit: half ? 250_000 : 1_000_000,
      mini_limit: half ? 2_500_000 : 10_000_000,
      premium_free_tokens: Math.min(premium, 900_000),
      premium_billed_tokens: Math.max(0, premium - 900_000),
      mini_free_tokens: mini,
      mini_billed_tokens: 0,
      final: i < 27,
    }
  }).filter((_, i) => i !== 11 && i !== 12)
}

function mockAlerts(start: number, now: number): AlertView[] {
  const alert = (id: number, at: number, threshold: number, rest: Partial<AlertView>): AlertView => ({
    id,
    timestamp: at,
    date: utc(at),
    tier: 'premium',
    threshold,
    tokens_used: threshold * 10_000 + 1_234,
    limit_value: 1_000_000,
    percentage: threshold,
    message: `⚠️ OpenAI Usage Alert: PREMIUM tier at ${threshold}%`,
    sent: true,
    created_at: new Date(at * 1000).toISOString(),
    late: false,
    message_id: `msg_${id}`,
    deliveries: [],
    ...rest,
  })
  const delivery = {
    channel: 'slack-1a2b3c4d',
    kind: 'slack' as const,
    attempts: 1,
    last_status: 200,
    last_error: null,
    next_attempt_at: null,
    delivered_at: now,
  }
  return [
    alert(4, now - 3_000, 70, {
      deliveries: [
        { ...delivery, state: 'delivered' },
        {
          ...delivery,
          channel: 'discord-99',
          kind: 'discord',
          state: 'pending',
          attempts: 2,
          last_status: 503,
          next_attempt_at: now + 240,
        },
      ],
    }),
    alert(3, now - 12_000, 50, { deliveries: [{ ...delivery, state: 'delivered' }] }),
    alert(2, start - 30_000, 100, {
      deliveries: [{ ...delivery, state: 'parked', attempts: 3, last_status: 404 }],
      sent: false,
    }),
    alert(1, start - 50_000, 80, { sent: false, message_id: null }),
  ]
}

export function mockStatus(now: number, fetched: number, date: string): StatusView {
  return {
    state: 'ok',
    simulated: false,
    upstream: 'api.openai.com',
    auth_mode: 'token',
    poll_cron: '*/5 * * * *',
    server_time: now,
    last_attempt: fetched,
    last_success: fetched,
    next_poll: fetched + 300,
    failures: 0,
    error: null,
    thresholds: [50, 70, 80, 100],
    limits: { premium: 1_000_000, mini: 10_000_000 },
    open_days: [date],
    backfill: 'done',
    missed_ticks_pending: 0,
    history: { state: 'ok', message: null, action: null, since: null },
    outbox: { pending: 0, parked: 0, oldest_at: null },
    deliveries: {
      pending: 1,
      parked: 0,
      channels: [
        {
          channel: 'slack-1a2b3c4d',
          kind: 'slack',
          state: 'ok',
          pending: 0,
          parked: 0,
          last_status: 200,
          last_error: null,
          last_delivered_at: now - 3_000,
        },
      ],
    },
    config_problems: [],
    unclassified_models: [],
    connections: 1,
    version: '0.1.0',
  }
}

function utc(at: number): string {
  return new Date(at * 1000).toISOString().slice(0, 10)
}
