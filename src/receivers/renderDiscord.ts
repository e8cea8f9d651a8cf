import type { Message } from '../alerts/message.ts'
import { type Fact, messageText, messageWords } from '../alerts/messageWords.ts'
import type { RenderOptions } from './renderBody.ts'

// Discord: content 2,000 characters, field value 1,024, description 4,096, an embed 6,000 over all
// (https://discord.com/developers/docs/resources/message#embed-object-embed-limits).
const LONGEST_CONTENT = 2000
const LONGEST_FIELD = 1024
const LONGEST_DESCRIPTION = 4096
const COLOURS = { good: 0x0072b2, warning: 0xc77700, critical: 0xb91c1c } as const
/** No ping whatever the text says; without this, `@everyone` in any text would call everyone. */
const NO_MENTIONS = { parse: [] }

export function renderDiscord(message: Message, options: RenderOptions): object {
  if (options.plain) {
    return {
      content: escapeDiscord(messageText(message, options)).slice(0, LONGEST_CONTENT),
      allowed_mentions: NO_MENTIONS,
    }
  }
  const words = messageWords(message, options)
  return {
    content: escapeDiscord(words.headline).slice(0, LONGEST_CONTENT),
    embeds: [
      {
        color: COLOURS[words.severity],
        fields: words.facts.map(field),
        ...(words.notes.length > 0 && {
          description: escapeDiscord(words.notes.join('\n')).slice(0, LONGEST_DESCRIPTION),
        }),
        timestamp: new Date(message.firedAt * 1000).toISOString(),
      },
    ],
    allowed_mentions: NO_MENTIONS,
  }
}

function field({ label, value, moment }: Fact) {
  // Shown in the reader's own time zone, counting; ours, so it is added after the escaping.
  const counting = moment === undefined ? '' : ` (<t:${moment}:R>)`
  return {
    name: label,
    value: `${escapeDiscord(value).slice(0, LONGEST_FIELD - counting.length)}${counting}`,
    inline: true,
  }
}

/**
 * Markdown, mentions and timestamps show as text; a URL is broken by a zero-width space so that nothing becomes a link, but
 * for OpenAI's own pages, which an operator is sent to.
 */
function escapeDiscord(text: string): string {
  return text
    .replace(/[\\*_~`|[\]<>]/g, '\\$&')
    .replace(/^(\s*)([#+-])/gm, '$1\\$2')
    .replace(/:\/\/(?!(?:platform|status)\.openai\.com\/)/g, ':\u200b//')
    .replaceAll('@', '@\u200b')
}
