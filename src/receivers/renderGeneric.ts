import type { AlertMessage } from '../alerts/alertMessage.ts'
import { alertHeadline } from '../alerts/alertWords.ts'
import type { Message } from '../alerts/message.ts'
import { messageText } from '../alerts/messageWords.ts'
import { sanitizeLabel } from '../alerts/sanitizeLabel.ts'
import type { WatchMessage } from '../alerts/watchMessage.ts'
import { watchHeadline } from '../alerts/watchWords.ts'
import type { RenderOptions } from './renderBody.ts'

const EVENT_TYPES = { alert: 'usage.threshold.crossed', blind: 'tracker.blind', seeing: 'tracker.seeing' } as const

/**
 * For any other receiver: `text` for the many that read only that (Mattermost, Rocket.Chat, Google Chat), the message's
 * fields beside it for simple scripts, and the same once more under `data`, where Standard Webhooks wants the event
 * (https://github.com/standard-webhooks/standard-webhooks, "Payload"). Receivers drop repeats by `id`.
 */
export function renderGeneric(message: Message, options: RenderOptions): object {
  const text = messageText(message, options)
  if (options.plain) return { text }
  const data = {
    id: message.id,
    ...(message.kind === 'alert' ? alertFields(message) : watchFields(message)),
    possible_repeat: options.possibleRepeat,
    message: message.kind === 'alert' ? alertHeadline(message) : watchHeadline(message),
  }
  const timestamp = new Date(message.firedAt * 1000).toISOString()
  return { type: EVENT_TYPES[message.kind], timestamp, text, ...data, data }
}

function alertFields(message: AlertMessage) {
  return {
    date: sanitizeLabel(message.date),
    tier: sanitizeLabel(message.tier),
    threshold: message.threshold,
    thresholds: message.thresholds,
    tokens_used: message.tokensUsed,
    limit_value: message.limit,
    percentage: message.percentage,
    remaining: Math.max(0, message.limit - message.tokensUsed),
    resets_at: message.resetsAt,
    late: message.late,
  }
}

function watchFields({ lastSuccess, failingSince, trouble }: WatchMessage) {
  return { last_success: lastSuccess, failing_since: failingSince, error: trouble }
}
