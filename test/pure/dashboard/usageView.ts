import type {
  ChannelView,
  Forecast,
  ModelUsage,
  SnapshotPoint,
  StatusView,
  TierUsage,
  UsageView,
} from '../../../src/wire.ts'

/** 2024-12-19 00:00 UTC. */
export const DAY = 1_734_566_400
export const HOUR = 3_600

export function tierUsage(partial: Partial<TierUsage> = {}): TierUsage {
  const used = partial.tokens_used ?? 45_000
  const limit = partial.limit ?? 1_000_000
  return {
    tokens_used: used,
    used,
    limit,
    percentage: 5,
    remaining: Math.max(0, limit - used),
    input_tokens: 40_000,
    output_tokens: 5_000,
    cached_tokens: 1_000,
    requests: 12,
    free_tokens: used,
    billed_tokens: 0,
    free_remaining: Math.max(0, limit - used),
    limit_counts: 'all',
    counted_tokens: used,
    counted_percentage: Math.round((used / limit) * 100),
    forecast: null,
    ...partial,
  }
}

export function forecast(partial: Partial<Forecast> = {}): Forecast {
  return {
    as_of: DAY + 10 * HOUR,
    state: 'ok',
    chance: 0.02,
    low_tokens: 700,
    expected_tokens: 800,
    high_tokens: 900,
    runs_out_at: null,
    runs_out_earliest: null,
    days_known: 28,
    ...partial,
  }
}

export function usageView(partial: Partial<UsageView> = {}): UsageView {
  return {
    date: '2024-12-19',
    premium: tierUsage(),
    mini: tierUsage({ limit: 10_000_000 }),
    last_updated: DAY + 10 * HOUR,
    resets_at: DAY + 24 * HOUR,
    stale: false,
    models: [],
    ...partial,
  }
}

export function point(timestamp: number, premium_tokens: number, mini_tokens = 0): SnapshotPoint {
  return { timestamp, date: new Date(timestamp * 1000).toISOString().slice(0, 10), premium_tokens, mini_tokens }
}

export function modelUsage(partial: Partial<ModelUsage> = {}): ModelUsage {
  return {
    model: 'gpt-4o',
    tier: 'premium',
    unclassified: false,
    service_tier: null,
    project_id: null,
    free: true,
    input_tokens: 80,
    output_tokens: 20,
    cached_tokens: 0,
    total_tokens: 100,
    requests: 1,
    ...partial,
  }
}

export function statusView(partial: Partial<StatusView> = {}): StatusView {
  return {
    state: 'ok',
    simulated: false,
    upstream: 'api.openai.com',
    auth_mode: 'token',
    poll_cron: '*/5 * * * *',
    server_time: DAY + 10 * HOUR,
    last_attempt: DAY + 10 * HOUR,
    last_success: DAY + 10 * HOUR,
    next_poll: DAY + 10 * HOUR + 300,
    failures: 0,
    blind_told_at: null,
    error: null,
    thresholds: [80],
    limits: { premium: 1_000_000, mini: 10_000_000 },
    limit_counts: 'all',
    alert_kinds: ['threshold', 'pace', 'billed'],
    brake: { mode: 'off', state: 'off', failing: 0, error: null },
    heartbeat: null,
    open_days: ['2024-12-19'],
    reads: [],
    backfill: 'done',
    missed_ticks_pending: 0,
    history: { state: 'ok', message: null, action: null, since: null },
    outbox: { pending: 0, parked: 0, oldest_at: null },
    deliveries: { pending: 0, parked: 0, channels: [] },
    config_problems: [],
    config_hints: [],
    unclassified_models: [],
    connections: 0,
    version: '0.1.0',
    ...partial,
  }
}

export function channelView(partial: Partial<ChannelView> = {}): ChannelView {
  return {
    channel: 'slack-1a2b',
    kind: 'slack',
    state: 'ok',
    pending: 0,
    parked: 0,
    last_status: null,
    last_error: null,
    next_attempt_at: null,
    last_delivered_at: null,
    ...partial,
  }
}

export function channels(...each: ChannelView[]): StatusView['deliveries'] {
  return { pending: 0, parked: 0, channels: each }
}
