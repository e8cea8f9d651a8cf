import * as v from 'valibot'
import { count, date, share } from './parts.ts'

export const BreakdownBy = v.picklist(['model', 'tier', 'service_tier', 'project', 'api_key', 'user'])

const sums = {
  tokens_used: count,
  input_tokens: count,
  output_tokens: count,
  cached_tokens: count,
  requests: count,
  free_tokens: count,
  billed_tokens: count,
  premium_tokens: count,
  mini_tokens: count,
}

export const BreakdownRow = v.object({ id: v.nullable(v.string()), name: v.string(), ...sums, share })

export const BreakdownView = v.object({
  by: BreakdownBy,
  from: date,
  to: date,
  final: v.boolean(),
  rows: v.array(BreakdownRow),
  count,
  total: v.object(sums),
})

export const RowHoursBy = v.picklist(['model', 'tier', 'service_tier', 'project'])

export const RowHour = v.object({ timestamp: count, tokens_used: count, requests: count })

export const RowHoursView = v.object({
  by: RowHoursBy,
  id: v.nullable(v.string()),
  date,
  hours: v.array(RowHour),
  count,
})

export const CostsBy = v.picklist(['day', 'project', 'line_item'])

export const CostsRow = v.object({
  date: v.exactOptional(date),
  id: v.exactOptional(v.nullable(v.string())),
  name: v.exactOptional(v.string()),
  usd: v.number(),
  usd_text: v.string(),
  final: v.exactOptional(v.boolean()),
})

export const CostsView = v.object({
  currency: v.literal('usd'),
  by: CostsBy,
  from: date,
  to: date,
  rows: v.array(CostsRow),
  total_usd: v.number(),
  total_usd_text: v.string(),
  month: v.object({
    month: v.pipe(v.string(), v.regex(/^\d{4}-\d{2}$/)),
    usd: v.number(),
    usd_text: v.string(),
    projected_usd: v.nullable(v.object({ low: v.number(), expected: v.number(), high: v.number() })),
    budget_usd: v.nullable(v.number()),
  }),
  as_of: v.nullable(count),
  state: v.picklist(['ok', 'unavailable']),
  message: v.nullable(v.string()),
})
