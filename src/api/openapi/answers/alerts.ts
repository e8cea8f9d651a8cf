import * as v from 'valibot'
import { AlertKind, count, date, Tier } from './parts.ts'

export const DeliveryState = v.picklist(['pending', 'delivered', 'parked'])

export const ChannelKind = v.picklist([
  'slack',
  'discord',
  'teams',
  'googlechat',
  'telegram',
  'ntfy',
  'gotify',
  'mattermost',
  'pagerduty',
  'alertmanager',
  'email',
  'generic',
])

export const DeliveryView = v.object({
  channel: v.string(),
  kind: ChannelKind,
  state: DeliveryState,
  attempts: count,
  last_status: v.nullable(count),
  last_error: v.nullable(v.string()),
  next_attempt_at: v.nullable(count),
  delivered_at: v.nullable(count),
  only_accepts: v.exactOptional(v.literal(true)),
})

export const AlertView = v.object({
  id: count,
  kind: AlertKind,
  timestamp: count,
  date,
  tier: v.nullable(Tier),
  threshold: v.nullable(v.number()),
  tokens_used: count,
  limit_value: count,
  percentage: count,
  message: v.string(),
  sent: v.boolean(),
  created_at: v.pipe(v.string(), v.isoTimestamp()),
  late: v.boolean(),
  message_id: v.nullable(v.string()),
  deliveries: v.array(DeliveryView),
})

export const AlertsView = v.object({ alerts: v.array(AlertView), count })

const health = {
  kind: ChannelKind,
  state: v.picklist(['ok', 'retrying', 'parked', 'unused']),
  pending: count,
  parked: count,
  last_status: v.nullable(count),
  last_error: v.nullable(v.string()),
  next_attempt_at: v.nullable(count),
  last_delivered_at: v.nullable(count),
}

export const ChannelView = v.object({ channel: v.string(), ...health })

export const ReceiverView = v.object({
  id: v.string(),
  ...health,
  name: v.nullable(v.string()),
  kinds: v.array(AlertKind),
  tiers: v.array(Tier),
  min: v.nullable(v.number()),
  only_accepts: v.boolean(),
})

export const ReceiversView = v.object({ receivers: v.array(ReceiverView), count })

export const ReceiverTestView = v.object({
  success: v.boolean(),
  id: v.string(),
  kind: ChannelKind,
  outcome: v.picklist(['delivered', 'accepted', 'refused', 'unreachable']),
  status: v.nullable(count),
  detail: v.string(),
})
