import type { MetricsFacts } from '../../../../src/rpc/trackerStub.ts'
import type { CostsView, HeadroomView, Tier } from '../../../../src/wire.ts'
import { DAY, HOUR, statusView, usageView } from '../../dashboard/usageView.ts'

/** Of a quiet morning: no model, no receiver, no budget. */
export function sampleFacts(partial: Partial<MetricsFacts> = {}): MetricsFacts {
  return {
    usage: usageView(),
    status: statusView(),
    headroom: { premium: headroom('premium'), mini: headroom('mini') },
    costs: costsView(),
    polls: { ok: 120, upstream_timeout: 2 },
    deliveries: [],
    ...partial,
  }
}

export function headroom(tier: Tier, partial: Partial<HeadroomView> = {}): HeadroomView {
  return {
    tier,
    limit: 1_000_000,
    used: 45_000,
    unreported_tokens: 5_000,
    error_tokens: 0,
    usable: 950_000,
    tokens: 0,
    fits: true,
    limit_counts: 'all',
    lag_seconds: 600,
    resets_at: DAY + 24 * HOUR,
    as_of: DAY + 10 * HOUR,
    stale: false,
    ...partial,
  }
}

export function costsView(partial: Partial<CostsView> = {}): CostsView {
  return {
    currency: 'usd',
    by: 'day',
    from: '2024-12-19',
    to: '2024-12-19',
    rows: [],
    total_usd: 0,
    total_usd_text: '0.00',
    month: { month: '2024-12', usd: 12.345678901, usd_text: '12.345678901', projected_usd: null, budget_usd: null },
    as_of: DAY + 9 * HOUR,
    state: 'ok',
    message: null,
    ...partial,
  }
}
