import { messageText, wordsOf } from '../alerts/wordsOf.ts'
import { classifyStatus } from './classifyStatus.ts'
import { unchanged } from './escapes.ts'
import { fitted } from './fitted.ts'
import { type Kind, ORDINARY } from './kind.ts'
import { eventType, messageFields } from './messageFields.ts'
import { standardHeaders } from './standardHeaders.ts'

/** Of those that read only `text`, Rocket.Chat takes least as it is set up (Message_MaxAllowedSize). */
const LONGEST_TEXT = 5000

/**
 * Any other receiver. `text` for the many that read only that (Mattermost, Rocket.Chat, Google Chat), the message's
 * fields beside it for simple scripts, and the same once more under `data`, where Standard Webhooks wants the event
 * (https://github.com/standard-webhooks/standard-webhooks, "Payload"). Receivers drop repeats by `id`.
 */
export const generic: Kind = {
  ...ORDINARY,
  /** It is what no other kind recognises. */
  name: 'generic',
  render(message, options) {
    const text = fitted(messageText(message, options), LONGEST_TEXT, unchanged)
    if (options.plain && options.keepsFields !== true) return { text }
    const data = {
      id: message.id,
      ...messageFields(message),
      possible_repeat: options.possibleRepeat,
      message: wordsOf(message, options).headline,
      ...(options.publicUrl && { dashboard_url: options.publicUrl }),
    }
    // Mattermost takes fields that it does not know, but no type that it does not know.
    if (options.plain) return { text, ...data }
    return { type: eventType(message), timestamp: new Date(message.firedAt * 1000).toISOString(), text, ...data, data }
  },
  headers: ({ messageId, body, secret, now }) => standardHeaders(messageId, body, secret, now),
  judge: answer => classifyStatus('the receiver', answer),
}
