import type { Fact } from '../alerts/messageWords.ts'
import { messageText, wordsOf } from '../alerts/wordsOf.ts'
import { classifyStatus } from './classifyStatus.ts'
import { COLOURS, OPEN_PAGE } from './colours.ts'
import { escapeMarkdown } from './escapes.ts'
import { fitted } from './fitted.ts'
import { type Kind, ORDINARY } from './kind.ts'
import { longestWait, secondsIn } from './waits.ts'

export const DISCORD_HOST = /^(?:(?:ptb|canary)\.)?discord(?:app)?\.com$/
const WEBHOOK_PATH = /^\/api\/(?:v\d+\/)?webhooks\/[^/]+\/[^/]+\/?$/

// Content 2,000 characters; in an embed a field's name 256, its value 1,024, the description 4,096, over all 6,000
// (https://discord.com/developers/docs/resources/message#embed-object-embed-limits).
const LONGEST_CONTENT = 2000
const LONGEST_DESCRIPTION = 4096
const LONGEST_NAME = 256
const LONGEST_VALUE = 1024
const LONGEST_EMBED = 6000
/** No ping whatever the text says; without this, `@everyone` in any text would call everyone. */
const NO_MENTIONS = { parse: [] }

/** Webhooks of Discord, and of relays that speak its format where they are named: `discord+https://...`. */
export const discord: Kind = {
  ...ORDINARY,
  name: 'discord',
  recognises: ({ host }) => DISCORD_HOST.test(host),
  objection: ({ host, path }) =>
    DISCORD_HOST.test(host) && !WEBHOOK_PATH.test(path)
      ? 'is a Discord URL but not a webhook (https://discord.com/api/webhooks/id/token)'
      : null,
  /** Without `wait`, Discord answers 204 before it has stored the message, also for one that it then loses. */
  target(url) {
    const waiting = new URL(url)
    waiting.searchParams.set('wait', 'true')
    return waiting
  },
  render(message, options) {
    if (options.plain) {
      const content = fitted(messageText(message, options), LONGEST_CONTENT, escapeMarkdown)
      return { content, allowed_mentions: NO_MENTIONS }
    }
    const { severity, headline, facts, notes } = wordsOf(message, options)
    const { publicUrl } = options
    const description = fitted(notes.join('\n'), LONGEST_DESCRIPTION, escapeMarkdown)
    return {
      content: fitted(headline, LONGEST_CONTENT, escapeMarkdown),
      embeds: [
        {
          color: Number.parseInt(COLOURS[severity].slice(1), 16),
          ...(publicUrl && { title: OPEN_PAGE, url: publicUrl }),
          fields: fieldsWithin(LONGEST_EMBED - description.length - OPEN_PAGE.length, facts),
          ...(description !== '' && { description }),
          timestamp: new Date(message.firedAt * 1000).toISOString(),
        },
      ],
      allowed_mentions: NO_MENTIONS,
    }
  },
  /** Discord repeats the wait as seconds with a fraction in the body (topics/rate-limits). */
  judge: answer => classifyStatus('Discord', answer, longestWait(answer, secondsIn(answer.body, 'retry_after'))),
}

/** As many as fit: with one character too many, Discord refuses the whole message. No message has more than its 25. */
function fieldsWithin(room: number, facts: readonly Fact[]) {
  const fields = facts.map(field)
  let left = room
  const tooLong = fields.findIndex(({ name, value }) => {
    left -= name.length + value.length
    return left < 0
  })
  return tooLong === -1 ? fields : fields.slice(0, tooLong)
}

function field({ label, value, moment }: Fact) {
  // Shown in the reader's own time zone, counting; ours, so it is added after the escaping.
  const counting = moment === undefined ? '' : ` (<t:${moment}:R>)`
  return {
    name: fitted(label, LONGEST_NAME, escapeMarkdown),
    value: `${fitted(value, LONGEST_VALUE - counting.length, escapeMarkdown)}${counting}`,
    inline: true,
  }
}
