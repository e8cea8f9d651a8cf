import * as v from 'valibot'
import { count, date, Tier, whole } from './parts.ts'

export const SnapshotPoint = v.object({
  timestamp: count,
  date,
  premium_tokens: count,
  mini_tokens: count,
  premium_free_tokens: v.exactOptional(count),
  mini_free_tokens: v.exactOptional(count),
})

export const HourPoint = v.object({
  ...SnapshotPoint.entries,
  premium_hour_tokens: whole,
  mini_hour_tokens: whole,
})

export const DayPoint = v.object({
  ...SnapshotPoint.entries,
  premium_limit: count,
  mini_limit: count,
  premium_free_tokens: count,
  premium_billed_tokens: count,
  mini_free_tokens: count,
  mini_billed_tokens: count,
  final: v.boolean(),
})

export const HistoryView = v.object({ snapshots: v.array(v.union([DayPoint, HourPoint, SnapshotPoint])), count })

export const HistoryEntry = v.object({
  id: v.string(),
  timestamp: v.pipe(v.string(), v.isoTimestamp()),
  model: v.string(),
  tier: Tier,
  prompt_tokens: count,
  completion_tokens: count,
  total_tokens: count,
  status: v.literal(200),
})

export const HistoryPage = v.object({
  data: v.array(HistoryEntry),
  pagination: v.object({ limit: count, offset: count, total: count, hasMore: v.boolean() }),
})
