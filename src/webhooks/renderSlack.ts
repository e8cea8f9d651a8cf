import type { AlertMessage } from '../alerts/alertMessage.ts'
import { alertText, alertWords } from '../alerts/alertText.ts'
import type { RenderOptions } from './renderBody.ts'

// Slack: at most 150 characters in a header, 2,000 in a field, 3,000 in a section
// (https://docs.slack.dev/reference/block-kit/blocks). `text` is always there: notifications show it, and servers that
// only speak the older format read nothing else.
const LONGEST_HEADER = 150
const LONGEST_FIELD = 2000
const LONGEST_TEXT = 3000

export function renderSlack(message: AlertMessage, options: RenderOptions): object {
  const text = escapeSlack(alertText(message, options)).slice(0, LONGEST_TEXT)
  if (options.plain) return { text }
  const words = alertWords(message, options)
  return {
    text,
    blocks: [
      { type: 'header', text: plainText(words.headline, LONGEST_HEADER) },
      {
        type: 'section',
        fields: [
          plainText(`Used\n${words.used}`, LONGEST_FIELD),
          plainText(`Rest\n${words.rest}`, LONGEST_FIELD),
          plainText(`Thresholds passed\n${words.passed}`, LONGEST_FIELD),
          plainText(`${words.resetLabel}\n${words.resets}`, LONGEST_FIELD),
        ],
      },
      ...words.notes.map(note => ({ type: 'context', elements: [plainText(note, LONGEST_FIELD)] })),
    ],
  }
}

/** In plain_text Slack reads no markup, so a foreign `<!channel>` stays text even if the escaping were wrong. */
function plainText(text: string, longest: number) {
  return { type: 'plain_text', text: escapeSlack(text).slice(0, longest), emoji: false }
}

/** These three and no others: https://docs.slack.dev/messaging/formatting-message-text (escaping text). */
function escapeSlack(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
