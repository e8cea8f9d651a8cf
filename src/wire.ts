// What goes over the wire: the JSON of the HTTP API and of the live socket, exactly as clients read it.
// Types only. Fields may be added; none is ever removed or renamed. Unit by name: `timestamp` and `*_at` are Unix
// seconds, `created_at` is ISO 8601, dates are UTC `YYYY-MM-DD`, `*_tokens` are whole tokens.

export type Tier = 'premium' | 'mini'
export const TIERS: readonly Tier[] = ['premium', 'mini']

/** What a message is about, as `ALERTS` and receivers choose by it. */
export const ALERT_KINDS = [
  'threshold',
  'pace',
  'billed',
  'free_stopped',
  'spike',
  'budget',
  'new_model',
  'leftover',
  'digest',
  'brake',
  'watch',
] as const
export type AlertKind = (typeof ALERT_KINDS)[number]

/** What is compared with the limits: all tokens of a tier, or those that OpenAI booked as free. */
export const LIMIT_COUNTS = ['all', 'free'] as const
export type LimitCounts = (typeof LIMIT_COUNTS)[number]

export interface TierUsage {
  tokens_used: number
  /** The same number as `tokens_used`, under the name that the existing React dashboard reads. */
  used: number
  limit: number
  /** Whole percent, rounded; goes past 100. */
  percentage: number
  /** Never below 0. */
  remaining: number
  input_tokens: number
  output_tokens: number
  /** The part of `input_tokens` that was cached; never added to a total. */
  cached_tokens: number
  requests: number
  free_tokens: number
  billed_tokens: number
  /** The limit less today's free tokens, never below 0; null where no free token was seen in 7 days. */
  free_remaining: number | null
  /** Which tokens thresholds, forecast and headroom compare with the limit (LIMIT_COUNTS). */
  limit_counts: LimitCounts
  /** Those tokens. */
  counted_tokens: number
  /** Of the limit, whole percent, rounded; goes past 100. */
  counted_percentage: number
  /** Null before the first success. */
  forecast: Forecast | null
}

/**
 * `early`: too little of the day is known. `ok`, `may_exceed`, `will_exceed`: by the chance of reaching the limit (below 0.1,
 * below 0.5, from 0.5). `exceeded`: the limit is reached. `idle`: nothing is used, today or before. `stale`: the numbers are old.
 */
export type ForecastState = 'early' | 'ok' | 'may_exceed' | 'will_exceed' | 'exceeded' | 'idle' | 'stale'

/** Where a tier's day will end. Times are rounded to ten minutes; null where a field says nothing. */
export interface Forecast {
  as_of: number
  state: ForecastState
  /** Of reaching the limit before the reset, 0 to 1. */
  chance: number | null
  expected_tokens: number | null
  /** Eight days of ten end between these two. */
  low_tokens: number | null
  high_tokens: number | null
  runs_out_at: number | null
  runs_out_earliest: number | null
  /** Past days that it is made from. */
  days_known: number
}

/** `GET /api/forecast` */
export type ForecastView = Record<Tier, Forecast | null>

/** `GET /api/headroom` */
export interface HeadroomView {
  tier: Tier
  limit: number
  /** Counted against the limit, as far as OpenAI has reported. */
  used: number
  /**
   * What has probably been used since and is not reported yet: what strict questions have let pass, or what the fastest stretch of
   * the last two hours would have used, whichever is more.
   */
  unreported_tokens: number
  /** How much more it may be, from those who do not ask: the busiest hour of the past days, at once. */
  error_tokens: number
  /** What can be spent without paying. */
  usable: number
  /** What was asked for. */
  tokens: number
  fits: boolean
  limit_counts: LimitCounts
  /** How long OpenAI is taken to need to report a request. */
  lag_seconds: number
  resets_at: number
  as_of: number | null
  stale: boolean
}

/** Usage of one model in one service tier and project on one UTC date. */
export interface ModelUsage {
  /** As OpenAI names it; `unknown` where OpenAI sent none. */
  model: string
  tier: Tier
  /** True when the catalogue does not know the model: counted as premium, the safer side. */
  unclassified: boolean
  service_tier: string | null
  project_id: string | null
  /** The project's last known name, where one is known. */
  project_name?: string
  free: boolean
  input_tokens: number
  output_tokens: number
  cached_tokens: number
  total_tokens: number
  requests: number
}

export interface UsageView {
  date: string
  premium: TierUsage
  mini: TierUsage
  /** When OpenAI last answered completely; null before the first success. */
  last_updated: number | null
  resets_at: number
  stale: boolean
  /** Largest first. */
  models: ModelUsage[]
}

export interface ModelsView {
  date: string
  /** A final date no longer moves; an open one may, down too. */
  final: boolean
  models: ModelUsage[]
  count: number
}

export type BreakdownBy = 'model' | 'tier' | 'service_tier' | 'project' | 'api_key' | 'user'

/** What one model, project, ... used in a span of dates. */
export interface BreakdownRow {
  /** Null: OpenAI names none. `other`: many small ones that were folded into one. */
  id: string | null
  /** The last known name, the id where none is known, and for null what that means. */
  name: string
  tokens_used: number
  input_tokens: number
  output_tokens: number
  cached_tokens: number
  requests: number
  free_tokens: number
  billed_tokens: number
  premium_tokens: number
  mini_tokens: number
  /** Part of the total's tokens, 0 to 1. */
  share: number
}

export interface BreakdownView {
  by: BreakdownBy
  from: string
  to: string
  /** True when none of the dates can move any more. */
  final: boolean
  /** Largest first. */
  rows: BreakdownRow[]
  count: number
  total: Omit<BreakdownRow, 'id' | 'name' | 'share'>
}

/** What is known of an hour: who used it, by key or user, is asked of days only. */
export type RowHoursBy = Exclude<BreakdownBy, 'api_key' | 'user'>

/** The hours of a date of one row of a breakdown; hours without use are left out, oldest first. */
export interface RowHoursView {
  by: RowHoursBy
  /** Null: what OpenAI names none for. */
  id: string | null
  date: string
  hours: RowHour[]
  count: number
}

export interface RowHour {
  /** The start of the hour. */
  timestamp: number
  tokens_used: number
  requests: number
}

export type CostsBy = 'day' | 'project' | 'line_item'

export interface CostsRow {
  /** `by=day` */
  date?: string
  /** `by=project` and `by=line_item`; null where OpenAI names none. */
  id?: string | null
  name?: string
  usd: number
  /** The same amount exactly, to the billionth. */
  usd_text: string
  /** `by=day`: false while the costs of the date may still come in. */
  final?: boolean
}

export interface CostsView {
  currency: 'usd'
  by: CostsBy
  from: string
  to: string
  rows: CostsRow[]
  total_usd: number
  total_usd_text: string
  month: {
    month: string
    usd: number
    usd_text: string
    projected_usd: { low: number; expected: number; high: number } | null
    budget_usd: number | null
  }
  /** When costs were last read; null before. */
  as_of: number | null
  state: 'ok' | 'unavailable'
  message: string | null
}

export interface SnapshotPoint {
  timestamp: number
  date: string
  premium_tokens: number
  mini_tokens: number
  /** Of `interval=raw`, today's, where LIMIT_COUNTS is free and the reading knew them. */
  premium_free_tokens?: number
  mini_free_tokens?: number
}

/** `interval=hour`: the day's running totals at the end of the hour that starts at `timestamp`, and the hour's own share. */
export interface HourPoint extends SnapshotPoint {
  premium_hour_tokens: number
  mini_hour_tokens: number
}

/** `interval=day`: the date's totals against the limits of that date. */
export interface DayPoint extends SnapshotPoint {
  premium_limit: number
  mini_limit: number
  premium_free_tokens: number
  premium_billed_tokens: number
  mini_free_tokens: number
  mini_billed_tokens: number
  final: boolean
}

export interface HistoryView<Point extends SnapshotPoint = SnapshotPoint> {
  snapshots: Point[]
  count: number
}

/** One hour of one model, in the shape that the existing React dashboard reads. */
export interface HistoryEntry {
  id: string
  /** ISO 8601, the start of the hour. */
  timestamp: string
  model: string
  tier: Tier
  prompt_tokens: number
  completion_tokens: number
  total_tokens: number
  status: 200
}

export interface HistoryPage {
  data: HistoryEntry[]
  pagination: { limit: number; offset: number; total: number; hasMore: boolean }
}

export type DeliveryState = 'pending' | 'delivered' | 'parked'

export interface DeliveryView {
  /** `slack-1a2b3c4d`: kind and a digest; never the URL. */
  channel: string
  kind: ChannelKind
  state: DeliveryState
  attempts: number
  last_status: number | null
  last_error: string | null
  next_attempt_at: number | null
  delivered_at: number | null
  /** Where `delivered` means no more than that the service took the message in. */
  only_accepts?: true
}

export type ChannelKind =
  | 'slack'
  | 'discord'
  | 'teams'
  | 'googlechat'
  | 'telegram'
  | 'ntfy'
  | 'gotify'
  | 'mattermost'
  | 'pagerduty'
  | 'alertmanager'
  | 'email'
  | 'generic'

export interface AlertView {
  id: number
  kind: AlertKind
  timestamp: number
  date: string
  /** Null where an alert is about no tier. */
  tier: Tier | null
  /** Percent; null where no threshold was crossed. */
  threshold: number | null
  tokens_used: number
  limit_value: number
  percentage: number
  message: string
  /** True once at least one receiver has taken the message that covers this alert. */
  sent: boolean
  created_at: string
  /** True when the day had already ended: late data crossed the threshold. */
  late: boolean
  /** The message that tells of this alert; alerts of one jump share it. Null in alerts of older releases without a receiver. */
  message_id: string | null
  deliveries: DeliveryView[]
}

export interface AlertsView {
  alerts: AlertView[]
  count: number
}

export interface PollView {
  success: true
  date: string
  premium_tokens: number
  mini_tokens: number
  alerts_triggered: number
  /** True when the cooldown answered with the last result instead of asking OpenAI again. */
  cached: boolean
}

export interface ReconcileTier {
  before: number
  after: number
  added: number
}

export interface ReconcileView {
  success: true
  date: string
  premium: ReconcileTier
  mini: ReconcileTier
}

/**
 * `starting` before the first answer, `ok`, `unconfigured` without an admin key, `failing` since the last attempt
 * failed, `blind` without a success within three intervals.
 */
export type TrackerState = 'starting' | 'ok' | 'unconfigured' | 'failing' | 'blind'

export interface StatusError {
  code: string
  /** What is wrong. */
  message: string
  /** What to do about it. */
  action: string
  since: number
  /** HTTP status of OpenAI's answer, where there was one. */
  upstream_status: number | null
  /** OpenAI's x-request-id, where there was one. */
  request_id: string | null
}

export interface ChannelView {
  channel: string
  kind: ChannelKind
  /** `parked`: the receiver refused for good and nothing has been delivered since. */
  state: 'ok' | 'retrying' | 'parked' | 'unused'
  pending: number
  parked: number
  last_status: number | null
  last_error: string | null
  /** When the next of the messages that failed is sent again; null where none did. */
  next_attempt_at: number | null
  last_delivered_at: number | null
}

/** `GET /api/receivers`. Nothing in it is an address. */
export interface ReceiverView extends Omit<ChannelView, 'channel'> {
  id: string
  /** As the fragment of its URL calls it. */
  name: string | null
  /** What goes there. */
  kinds: readonly AlertKind[]
  tiers: readonly Tier[]
  /** Percent: messages that tell of less do not go there. */
  min: number | null
  /** True where `delivered` means no more than that the service took the message in. */
  only_accepts: boolean
}

export interface ReceiversView {
  receivers: ReceiverView[]
  count: number
}

/** `POST /api/receivers/{id}/test`. `accepted`: taken in, whether it reaches anybody is not known. */
export interface ReceiverTestView {
  success: boolean
  id: string
  kind: ChannelKind
  outcome: 'delivered' | 'accepted' | 'refused' | 'unreachable'
  /** Of the answer; null where none came, and for email. */
  status: number | null
  detail: string
}

export interface ConfigProblem {
  name: string
  /** Says what is wrong with the value, without repeating a secret one, and what holds instead. */
  message: string
}

/** A read beside the poll that fails: missed ticks, the first month, a date, the hours of a date, costs, names. */
export interface ReadView {
  kind: 'ticks' | 'month' | 'day' | 'hours' | 'costs' | 'names' | 'forecast' | 'budget'
  date?: string
  since: number
  attempts: number
  /** Null: given up. */
  next_attempt_at: number | null
  error: { code: string; message: string; action: string }
}

export interface StatusView {
  state: TrackerState
  /** True when the answers come from the simulator that ships with this project. */
  simulated: boolean
  /** Host of the upstream that is polled. */
  upstream: string
  auth_mode: 'token' | 'access' | 'open' | 'locked'
  poll_cron: string
  server_time: number
  last_attempt: number | null
  last_success: number | null
  next_poll: number | null
  /** Failed polls since the last success. */
  failures: number
  error: StatusError | null
  /** Unix seconds: when the receivers' message that the tracker is blind was made; null while it sees. */
  blind_told_at: number | null
  thresholds: number[]
  limits: Record<Tier, number>
  limit_counts: LimitCounts
  /** The kinds that send messages. */
  alert_kinds: AlertKind[]
  /** The last beat to HEARTBEAT_URL since the object woke; null where none is set. */
  heartbeat: { last_at: number | null; ok: boolean | null; detail: string | null } | null
  /** The brake in short; `GET /api/brake` has it whole. `error`: of the project that fails longest. */
  brake: { mode: BrakeMode; state: BrakeView['state']; failing: number; error: BrakeProjectView['error'] }
  open_days: string[]
  /** Reads beside the poll that fail, each by itself, while they do. */
  reads: ReadView[]
  backfill: 'pending' | 'done'
  /** Ticks missed during downtime that are still to be rebuilt. */
  missed_ticks_pending: number
  history: {
    state: 'ok' | 'needs_migration' | 'failing'
    message: string | null
    action: string | null
    since: number | null
  }
  /** Rows that wait for D1. */
  outbox: { pending: number; parked: number; oldest_at: number | null }
  deliveries: { pending: number; parked: number; channels: ChannelView[] }
  config_problems: ConfigProblem[]
  /** Values that are used, but look like a mistake. */
  config_hints: ConfigProblem[]
  unclassified_models: string[]
  connections: number
  version: string
}

export type LiveFrame =
  | { type: 'snapshot'; seq: number; usage: UsageView; alerts: AlertView[]; notices: AlertView[]; status: StatusView }
  | { type: 'usage'; seq: number; usage: UsageView }
  | { type: 'alert'; seq: number; alert: AlertView }
  // Alerts of all other kinds than thresholds.
  | { type: 'notice'; seq: number; notice: AlertView }
  | { type: 'status'; seq: number; status: StatusView }

/** RFC 9457. `code` is stable; `detail` is for people. */
export interface Problem {
  type: string
  title: string
  status: number
  detail: string
  code: string
  /** Only on answers of POST routes. */
  success?: false
  /** Only on answers of POST routes: the `detail` again, under the name that the existing React dashboard reads. */
  error?: string
}

/** What `GET /api/session` says about the page's own session. */
export interface SessionView {
  auth_mode: StatusView['auth_mode']
  authenticated: boolean
  expires_at: number | null
  /** Only where nobody is let in: what is not set, and how to set it. */
  detail?: string
}

export const BRAKE_MODES = ['off', 'watch', 'on'] as const
export type BrakeMode = (typeof BRAKE_MODES)[number]

/** `GET /api/brake`. */
export interface BrakeView {
  mode: BrakeMode
  /** `watching`: BRAKE=watch. `armed`: nothing is set. `set`: it is, or is being set. `releasing`: it is being taken off. */
  state: 'off' | 'watching' | 'armed' | 'set' | 'releasing'
  tiers: Record<Tier, BrakeTierView>
  /** Projects that the brake has touched, until OpenAI was seen without it. */
  projects: BrakeProjectView[]
}

export interface BrakeTierView {
  /** False where BRAKE_TIERS leaves the tier out. */
  chosen: boolean
  /** Percent of the limit at which the tier is braked. */
  at: number
  /** `would_be_set`: BRAKE=watch. `kept_off`: released by hand, until the reset. */
  state: 'off' | 'armed' | 'would_be_set' | 'set' | 'kept_off'
  since: number | null
  /** When it is released by itself; null where it is not set. */
  until: number | null
  cause: 'limit' | 'owner' | null
  /** Percent of the limit when it was set, with what OpenAI had not reported. */
  percentage: number | null
}

export interface BrakeProjectView {
  id: string
  name: string
  /** Models that the brake denies there. */
  added: string[]
  /** `failing`: the last try did not succeed; it goes on trying. */
  state: 'setting' | 'set' | 'releasing' | 'failing'
  since: number
  error: { code: string; message: string; action: string } | null
}

/** `POST /api/brake/set` and `/api/brake/release`. */
export interface BrakeActionView extends BrakeView {
  success: true
}
