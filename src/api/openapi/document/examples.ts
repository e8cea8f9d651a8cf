import type {
  AlertsView,
  BrakeView,
  BreakdownView,
  CostsView,
  DayPoint,
  Forecast,
  ForecastView,
  HeadroomView,
  HistoryView,
  ModelsView,
  ModelUsage,
  PollView,
  ReceiversView,
  ReceiverTestView,
  ReconcileView,
  RowHoursView,
  SessionView,
  TierUsage,
  UsageView,
} from '../../../wire.ts'

// Answers as they look on a day of December 2024, about 16:00 UTC.

const AS_OF = 1734624000
const RESETS_AT = 1734652800
const DATE = '2024-12-19'

const premiumForecast: Forecast = {
  as_of: AS_OF,
  state: 'may_exceed',
  chance: 0.31,
  expected_tokens: 930_000,
  low_tokens: 880_000,
  high_tokens: 1_050_000,
  runs_out_at: null,
  runs_out_earliest: 1734648000,
  days_known: 28,
}

const premium: TierUsage = {
  tokens_used: 731_204,
  used: 731_204,
  limit: 1_000_000,
  percentage: 73,
  remaining: 268_796,
  input_tokens: 641_204,
  output_tokens: 90_000,
  cached_tokens: 120_000,
  requests: 512,
  free_tokens: 731_204,
  billed_tokens: 0,
  free_remaining: 268_796,
  limit_counts: 'all',
  counted_tokens: 731_204,
  counted_percentage: 73,
  forecast: premiumForecast,
}

const mini: TierUsage = {
  ...premium,
  tokens_used: 0,
  used: 0,
  limit: 10_000_000,
  percentage: 0,
  remaining: 10_000_000,
  input_tokens: 0,
  output_tokens: 0,
  cached_tokens: 0,
  requests: 0,
  free_tokens: 0,
  free_remaining: null,
  counted_tokens: 0,
  counted_percentage: 0,
  forecast: null,
}

const model: ModelUsage = {
  model: 'gpt-4o-2024-08-06',
  tier: 'premium',
  unclassified: false,
  service_tier: 'default',
  project_id: 'proj_a',
  project_name: 'Assistant',
  free: true,
  input_tokens: 641_204,
  output_tokens: 90_000,
  cached_tokens: 120_000,
  total_tokens: 731_204,
  requests: 512,
}

export const usage: UsageView = {
  date: DATE,
  premium,
  mini,
  last_updated: AS_OF,
  resets_at: RESETS_AT,
  stale: false,
  models: [model],
}

export const models: ModelsView = { date: DATE, final: false, models: [model], count: 1 }

export const forecast: ForecastView = { premium: premiumForecast, mini: null }

export const headroom: HeadroomView = {
  tier: 'premium',
  limit: 1_000_000,
  used: 731_204,
  unreported_tokens: 12_000,
  error_tokens: 60_000,
  usable: 256_796,
  tokens: 30_000,
  fits: true,
  limit_counts: 'all',
  lag_seconds: 600,
  resets_at: RESETS_AT,
  as_of: AS_OF,
  stale: false,
}

const sums = {
  tokens_used: 731_204,
  input_tokens: 641_204,
  output_tokens: 90_000,
  cached_tokens: 120_000,
  requests: 512,
  free_tokens: 731_204,
  billed_tokens: 0,
  premium_tokens: 731_204,
  mini_tokens: 0,
}

export const breakdown: BreakdownView = {
  by: 'project',
  from: DATE,
  to: DATE,
  final: false,
  rows: [{ id: 'proj_a', name: 'Assistant', ...sums, share: 1 }],
  count: 1,
  total: sums,
}

export const rowHours: RowHoursView = {
  by: 'model',
  id: 'gpt-5-2025-08-07',
  date: DATE,
  hours: [{ timestamp: 1703001600, tokens_used: 45_000, requests: 12 }],
  count: 1,
}

export const costs: CostsView = {
  currency: 'usd',
  by: 'day',
  from: DATE,
  to: DATE,
  rows: [{ date: DATE, usd: 4.75, usd_text: '4.75', final: false }],
  total_usd: 4.75,
  total_usd_text: '4.75',
  month: {
    month: '2024-12',
    usd: 84.5,
    usd_text: '84.5',
    projected_usd: { low: 120, expected: 138.4, high: 160 },
    budget_usd: 150,
  },
  as_of: AS_OF,
  state: 'ok',
  message: null,
}

export const history: HistoryView<DayPoint> = {
  snapshots: [
    {
      timestamp: 1734566400,
      date: DATE,
      premium_tokens: 731_204,
      mini_tokens: 0,
      premium_limit: 1_000_000,
      mini_limit: 10_000_000,
      premium_free_tokens: 731_204,
      premium_billed_tokens: 0,
      mini_free_tokens: 0,
      mini_billed_tokens: 0,
      final: false,
    },
  ],
  count: 1,
}

export const alerts: AlertsView = {
  alerts: [
    {
      id: 7,
      kind: 'threshold',
      timestamp: AS_OF,
      date: DATE,
      tier: 'premium',
      threshold: 80,
      tokens_used: 850_000,
      limit_value: 1_000_000,
      percentage: 85,
      message: '⚠️ OpenAI Usage Alert: PREMIUM tier at 85%',
      sent: true,
      created_at: '2024-12-19T16:00:00.000Z',
      late: false,
      message_id: 'alert-k3x9-2024-12-19-premium-80',
      deliveries: [
        {
          channel: 'slack-1a2b3c4d',
          kind: 'slack',
          state: 'delivered',
          attempts: 1,
          last_status: 200,
          last_error: null,
          next_attempt_at: null,
          delivered_at: AS_OF,
        },
      ],
    },
  ],
  count: 1,
}

export const receivers: ReceiversView = {
  receivers: [
    {
      id: 'slack-1a2b3c4d',
      kind: 'slack',
      name: 'ops',
      kinds: ['threshold', 'billed'],
      tiers: ['premium'],
      min: 95,
      state: 'ok',
      pending: 0,
      parked: 0,
      last_status: 200,
      last_error: null,
      next_attempt_at: null,
      last_delivered_at: AS_OF,
      only_accepts: false,
    },
  ],
  count: 1,
}

export const receiverTest: ReceiverTestView = {
  success: true,
  id: 'slack-1a2b3c4d',
  kind: 'slack',
  outcome: 'delivered',
  status: 200,
  detail: 'The receiver has the message.',
}

export const poll: PollView = {
  success: true,
  date: DATE,
  premium_tokens: 731_204,
  mini_tokens: 0,
  alerts_triggered: 0,
  cached: false,
}

export const reconcile: ReconcileView = {
  success: true,
  date: DATE,
  premium: { before: 730_000, after: 731_204, added: 1204 },
  mini: { before: 0, after: 0, added: 0 },
}

export const session: SessionView = { auth_mode: 'token', authenticated: true, expires_at: 1737216000 }

const denied = ['gpt-5', 'gpt-5-2025-08-07']

export const brake: BrakeView = {
  mode: 'on',
  state: 'set',
  tiers: {
    premium: {
      chosen: true,
      at: 97,
      state: 'set',
      since: AS_OF,
      until: 1703030400,
      cause: 'limit',
      percentage: 98,
    },
    mini: { chosen: true, at: 97, state: 'armed', since: null, until: null, cause: null, percentage: null },
  },
  projects: [{ id: 'proj_a', name: 'Assistant', added: denied, state: 'set', since: AS_OF, error: null }],
}
