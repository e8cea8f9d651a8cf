import type { AlertMessage } from '../alerts/alertMessage.ts'
import { alertText, alertWords } from '../alerts/alertText.ts'
import type { RenderOptions } from './renderBody.ts'

// Discord: content 2,000 characters, field value 1,024, description 4,096, an embed 6,000 over all
// (https://discord.com/developers/docs/resources/message#embed-object-embed-limits).
const LONGEST_CONTENT = 2000
const LONGEST_FIELD = 1024
const LONGEST_DESCRIPTION = 4096
const AMBER = 0xc77700
const RED = 0xb91c1c
/** No ping whatever the text says; without this, `@everyone` in any text would call everyone. */
const NO_MENTIONS = { parse: [] }

export function renderDiscord(message: AlertMessage, options: RenderOptions): object {
  if (options.plain) {
    return {
      content: escapeDiscord(alertText(message, options)).slice(0, LONGEST_CONTENT),
      allowed_mentions: NO_MENTIONS,
    }
  }
  const words = alertWords(message, options)
  // Shown in the reader's own time zone, counting down; ours, so it is added after the escaping.
  const countdown = `<t:${message.resetsAt}:R>`
  return {
    content: escapeDiscord(words.headline).slice(0, LONGEST_CONTENT),
    embeds: [
      {
        color: message.tokensUsed >= message.limit ? RED : AMBER,
        fields: [
          field('Used', escapeDiscord(words.used)),
          field('Rest', escapeDiscord(words.rest)),
          field('Thresholds passed', escapeDiscord(words.passed)),
          field(words.resetLabel, `${escapeDiscord(words.resets)} (${countdown})`),
        ],
        ...(words.notes.length > 0 && {
          description: escapeDiscord(words.notes.join('\n')).slice(0, LONGEST_DESCRIPTION),
        }),
        timestamp: new Date(message.firedAt * 1000).toISOString(),
      },
    ],
    allowed_mentions: NO_MENTIONS,
  }
}

function field(name: string, value: string) {
  return { name, value: value.slice(0, LONGEST_FIELD), inline: true }
}

/** Markdown, mentions and timestamps show as text; a URL is broken by a zero-width space so that nothing becomes a link. */
function escapeDiscord(text: string): string {
  return text
    .replace(/[\\*_~`|[\]<>]/g, '\\$&')
    .replace(/^(\s*)([#+-])/gm, '$1\\$2')
    .replaceAll('://', ':\u200b//')
    .replaceAll('@', '@\u200b')
}
