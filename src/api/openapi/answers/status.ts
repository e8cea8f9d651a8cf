import * as v from 'valibot'
import { AlertView, ChannelView } from './alerts.ts'
import { AlertKind, BrakeMode, BrakeState, BrakeTrouble, count, date, LimitCounts, whole } from './parts.ts'
import { UsageView } from './usage.ts'

const AuthMode = v.picklist(['token', 'access', 'open', 'locked'])

export const PollView = v.object({
  success: v.literal(true),
  date,
  premium_tokens: count,
  mini_tokens: count,
  alerts_triggered: count,
  cached: v.boolean(),
})

export const ReconcileTier = v.object({ before: count, after: count, added: whole })

export const ReconcileView = v.object({
  success: v.literal(true),
  date,
  premium: ReconcileTier,
  mini: ReconcileTier,
})

export const TrackerState = v.picklist(['starting', 'ok', 'unconfigured', 'failing', 'blind'])

export const StatusError = v.object({
  code: v.string(),
  message: v.string(),
  action: v.string(),
  since: count,
  upstream_status: v.nullable(count),
  request_id: v.nullable(v.string()),
})

export const ConfigProblem = v.object({ name: v.string(), message: v.string() })

export const ReadView = v.object({
  kind: v.picklist(['ticks', 'month', 'day', 'hours', 'costs', 'names', 'forecast', 'budget']),
  date: v.exactOptional(date),
  since: count,
  attempts: count,
  next_attempt_at: v.nullable(count),
  error: v.object({ code: v.string(), message: v.string(), action: v.string() }),
})

export const StatusView = v.object({
  state: TrackerState,
  simulated: v.boolean(),
  upstream: v.string(),
  auth_mode: AuthMode,
  poll_cron: v.string(),
  server_time: count,
  last_attempt: v.nullable(count),
  last_success: v.nullable(count),
  next_poll: v.nullable(count),
  failures: count,
  error: v.nullable(StatusError),
  blind_told_at: v.nullable(count),
  thresholds: v.array(v.number()),
  limits: v.object({ premium: count, mini: count }),
  limit_counts: LimitCounts,
  alert_kinds: v.array(AlertKind),
  brake: v.object({ mode: BrakeMode, state: BrakeState, failing: count, error: v.nullable(BrakeTrouble) }),
  heartbeat: v.nullable(
    v.object({ last_at: v.nullable(count), ok: v.nullable(v.boolean()), detail: v.nullable(v.string()) }),
  ),
  open_days: v.array(date),
  reads: v.array(ReadView),
  backfill: v.picklist(['pending', 'done']),
  missed_ticks_pending: count,
  history: v.object({
    state: v.picklist(['ok', 'needs_migration', 'failing']),
    message: v.nullable(v.string()),
    action: v.nullable(v.string()),
    since: v.nullable(count),
  }),
  outbox: v.object({ pending: count, parked: count, oldest_at: v.nullable(count) }),
  deliveries: v.object({ pending: count, parked: count, channels: v.array(ChannelView) }),
  config_problems: v.array(ConfigProblem),
  config_hints: v.array(ConfigProblem),
  unclassified_models: v.array(v.string()),
  connections: count,
  version: v.string(),
})

const seq = count

export const LiveFrame = v.variant('type', [
  v.object({
    type: v.literal('snapshot'),
    seq,
    usage: UsageView,
    alerts: v.array(AlertView),
    notices: v.array(AlertView),
    status: StatusView,
  }),
  v.object({ type: v.literal('usage'), seq, usage: UsageView }),
  v.object({ type: v.literal('alert'), seq, alert: AlertView }),
  v.object({ type: v.literal('notice'), seq, notice: AlertView }),
  v.object({ type: v.literal('status'), seq, status: StatusView }),
])

export const SessionView = v.object({
  auth_mode: AuthMode,
  authenticated: v.boolean(),
  expires_at: v.nullable(count),
  detail: v.exactOptional(v.string()),
})
