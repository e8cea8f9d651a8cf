import type { Message } from '../alerts/message.ts'
import { messageText, messageWords } from '../alerts/messageWords.ts'
import type { RenderOptions } from './renderBody.ts'

// Slack: at most 150 characters in a header, 2,000 in a field, 3,000 in a section
// (https://docs.slack.dev/reference/block-kit/blocks). `text` is always there: notifications show it, and servers that
// only speak the older format read nothing else.
const LONGEST_HEADER = 150
const LONGEST_FIELD = 2000
const LONGEST_TEXT = 3000

export function renderSlack(message: Message, options: RenderOptions): object {
  const text = escapeSlack(messageText(message, options)).slice(0, LONGEST_TEXT)
  if (options.plain) return { text }
  const words = messageWords(message, options)
  return {
    text,
    blocks: [
      { type: 'header', text: plainText(words.headline, LONGEST_HEADER) },
      {
        type: 'section',
        fields: words.facts.map(({ label, value }) => plainText(`${label}\n${value}`, LONGEST_FIELD)),
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
