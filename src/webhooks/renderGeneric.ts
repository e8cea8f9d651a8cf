import type { AlertMessage } from '../alerts/alertMessage.ts'
import { alertHeadline, alertText } from '../alerts/alertText.ts'
import { sanitizeLabel } from '../alerts/sanitizeLabel.ts'
import type { RenderOptions } from './renderBody.ts'

/**
 * For any other receiver: `text` for the many that read only that (Mattermost, Rocket.Chat, Google Chat), the alert's
 * fields beside it for simple scripts, and the same once more under `data`, where Standard Webhooks wants the event
 * (https://github.com/standard-webhooks/standard-webhooks, "Payload"). Receivers drop repeats by `id`.
 */
export function renderGeneric(message: AlertMessage, options: RenderOptions): object {
  const text = alertText(message, options)
  if (options.plain) return { text }
  const data = {
    id: message.id,
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
    possible_repeat: options.possibleRepeat,
    message: alertHeadline(message),
  }
  const timestamp = new Date(message.firedAt * 1000).toISOString()
  return { type: 'usage.threshold.crossed', timestamp, text, ...data, data }
}
