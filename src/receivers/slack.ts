import type { Fact } from '../alerts/messageWords.ts'
import { messageText, wordsOf } from '../alerts/wordsOf.ts'
import { classifyStatus } from './classifyStatus.ts'
import { OPEN_PAGE } from './colours.ts'
import { DISCORD_HOST } from './discord.ts'
import { escapeHtml } from './escapes.ts'
import { fitted } from './fitted.ts'
import { type Kind, ORDINARY } from './kind.ts'

const HOST = /^hooks\.slack(?:-gov)?\.com$/
/** Discord's imitation of Slack's webhooks (https://discord.com/developers/docs/resources/webhook). */
const IMITATION_PATH = /^\/api\/(?:v\d+\/)?webhooks\/[^/]+\/[^/]+\/slack\/?$/

// At most 150 characters in a header, 2,000 in a field, 10 fields in a section
// (https://docs.slack.dev/reference/block-kit/blocks). Of `text` Slack asks for no more than 4,000; 3,000 is ours.
const LONGEST_HEADER = 150
const LONGEST_FIELD = 2000
const MOST_FIELDS = 10
const LONGEST_TEXT = 3000

/** Incoming webhooks of Slack, and of servers that speak its format where they are named: `slack+https://...`. */
export const slack: Kind = {
  ...ORDINARY,
  name: 'slack',
  recognises: ({ host, path }) => HOST.test(host) || (DISCORD_HOST.test(host) && IMITATION_PATH.test(path)),
  objection: ({ host, path }) =>
    // Workflow triggers live on the same host and take variables of their own, not a message.
    HOST.test(host) && !path.startsWith('/services/')
      ? 'is a Slack URL but not an incoming webhook (https://hooks.slack.com/services/...)'
      : null,
  render(message, options) {
    // Always there: notifications show it, and servers that only speak the older format read nothing else.
    const text = fitted(messageText(message, options), LONGEST_TEXT, escapeHtml)
    if (options.plain) return { text }
    const { headline, facts, notes } = wordsOf(message, options)
    const { publicUrl } = options
    return {
      text,
      blocks: [
        { type: 'header', text: plainText(headline, LONGEST_HEADER) },
        ...sections(facts),
        ...notes.map(note => ({ type: 'context', elements: [plainText(note, LONGEST_FIELD)] })),
        ...(publicUrl ? [link(publicUrl)] : []),
      ],
    }
  },
  judge: answer => classifyStatus('Slack', answer),
}

function sections(facts: readonly Fact[]) {
  const fields = facts.map(({ label, value }) => plainText(`${label}\n${value}`, LONGEST_FIELD))
  return Array.from({ length: Math.ceil(fields.length / MOST_FIELDS) }, (_, index) => ({
    type: 'section',
    fields: fields.slice(index * MOST_FIELDS, (index + 1) * MOST_FIELDS),
  }))
}

/** In plain_text Slack reads no markup, so a foreign `<!channel>` stays text even if the escaping were wrong. */
function plainText(text: string, longest: number) {
  return { type: 'plain_text', text: fitted(text, longest, escapeHtml), emoji: false }
}

/** Not a button: Slack warns whoever presses one that the app does not answer to presses. */
function link(url: string) {
  return { type: 'section', text: { type: 'mrkdwn', text: `<${escapeHtml(url).replaceAll('|', '%7C')}|${OPEN_PAGE}>` } }
}
