import type { AlertMessage } from '../alerts/alertMessage.ts'
import type { Cause, Causes } from '../alerts/causes.ts'
import type { Message } from '../alerts/message.ts'
import { highestEntry, type MissedEntry, type MissedMessage } from '../alerts/missedMessage.ts'
import { type NoticeMessage, noticeKind } from '../alerts/notices/notices.ts'
import { sanitizeLabel } from '../alerts/sanitizeLabel.ts'
import type { WatchMessage } from '../alerts/watchMessage.ts'

/** `type` of the generic webhook (section 13 of the design). */
export function eventType(message: Message): string {
  switch (message.kind) {
    case 'alert':
    case 'missed':
      return 'usage.threshold.crossed'
    case 'blind':
      return 'tracker.blind'
    case 'seeing':
      return 'tracker.seeing'
    case 'resolved':
      return 'incident.resolved'
    case 'test':
      return 'tracker.test'
    default: {
      const { type } = noticeKind(message)
      return typeof type === 'string' ? type : type(message)
    }
  }
}

/** What a message says, as fields for programs; receivers rely on every name. */
export function messageFields(message: Message): object {
  switch (message.kind) {
    case 'alert':
      return alertFields(message)
    case 'missed':
      return missedFields(message)
    case 'blind':
    case 'seeing':
      return watchFields(message)
    case 'resolved':
      return { incident: message.key, started_at: message.startedAt }
    case 'test':
      return { test: true }
    default:
      return noticeFields(message)
  }
}

function noticeFields(message: NoticeMessage) {
  const causes = 'causes' in message ? message.causes : undefined
  return {
    kind: message.kind,
    ...noticeKind(message).fields(message),
    ...(causes !== undefined && { causes: causesFields(causes) }),
  }
}

function causesFields(causes: Causes) {
  return {
    models: causes.models.map(causeFields),
    projects: causes.projects.map(causeFields),
    api_keys: causes.keys.map(causeFields),
  }
}

function alertFields(message: AlertMessage) {
  const { causes } = message
  return {
    ...crossingFields(message),
    ...resetFields(message),
    late: message.late,
    limit_counts: message.counts ?? 'all',
    ...(causes !== undefined && { causes: causesFields(causes) }),
  }
}

function causeFields({ id, name, tokens }: Cause) {
  return { id: id === null ? null : sanitizeLabel(id), name: sanitizeLabel(name), tokens }
}

/** At the top what the day says that went furthest, as if it were an alert of its own: simple scripts read only that. */
function missedFields({ entries, counts }: MissedMessage) {
  const highest = highestEntry(entries)
  return {
    ...(highest !== undefined && { ...crossingFields(highest), ...resetFields(highest) }),
    late: true,
    limit_counts: counts ?? 'all',
    days: entries.map(crossingFields),
  }
}

function crossingFields(crossing: Omit<MissedEntry, 'resetsAt'>) {
  return {
    date: sanitizeLabel(crossing.date),
    tier: sanitizeLabel(crossing.tier),
    threshold: crossing.threshold,
    thresholds: crossing.thresholds,
    tokens_used: crossing.tokensUsed,
    limit_value: crossing.limit,
    percentage: crossing.percentage,
  }
}

function resetFields({ limit, tokensUsed, resetsAt }: Pick<MissedEntry, 'limit' | 'tokensUsed' | 'resetsAt'>) {
  return { remaining: Math.max(0, limit - tokensUsed), resets_at: resetsAt }
}

function watchFields({ lastSuccess, failingSince, trouble }: WatchMessage) {
  return { last_success: lastSuccess, failing_since: failingSince, error: trouble }
}
