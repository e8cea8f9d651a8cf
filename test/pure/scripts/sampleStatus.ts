import type { ChannelView, StatusView } from '../../../src/wire.ts'

/** `/api/status` of a tracker that is well, but for `change`. `now` in Unix seconds. */
export function sampleStatus(now: number, change: Partial<StatusView> = {}): StatusView {
  return {
    state: 'ok',
    simulated: false,
    upstream: 'api.openai.com',
    auth_mode: 'token',
    poll_cron: '*/5 * * * *',
    server_time: now,
    last_attempt: now,
    last_success: now,
    next_poll: now + 200,
    failures: 0,
    error: null,
    blind_told_at: null,
    thresholds: [80],
    limits: { premium: 1_000_000, mini: 10_000_000 },
    limit_counts: 'all',
    alert_kinds: ['threshold'],
    brake: { mode: 'off', state: 'off', failing: 0, error: null },
    heartbeat: null,
    open_days: [],
    reads: [],
    backfill: 'done',
    missed_ticks_pending: 0,
    history: { state: 'ok', message: null, action: null, since: null },
    outbox: { pending: 0, parked: 0, oldest_at: null },
    deliveries: { pending: 0, parked: 0, channels: [sampleChannel()] },
    config_problems: [],
    config_hints: [],
    unclassified_models: [],
    connections: 0,
    version: '0.1.0',
    ...change,
  }
}

export function sampleChannel(change: Partial<ChannelView> = {}): ChannelView {
  return {
    channel: 'slack-1a2b3c4d',
    kind: 'slack',
    state: 'ok',
    pending: 0,
    parked: 0,
    last_status: 200,
    last_error: null,
    next_attempt_at: null,
    last_delivered_at: null,
    ...change,
  }
}
