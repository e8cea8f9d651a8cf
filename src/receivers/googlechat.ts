import { messageText, wordsOf } from '../alerts/wordsOf.ts'
import { dateOf } from '../usage/utcDay.ts'
import { classifyStatus } from './classifyStatus.ts'
import { COLOURS, OPEN_PAGE } from './colours.ts'
import { breakMarkup, escapeHtml } from './escapes.ts'
import { fitted } from './fitted.ts'
import { type Kind, ORDINARY } from './kind.ts'

const HOST = 'chat.googleapis.com'

// 4,096 characters of text; a message 32,000 bytes (https://developers.google.com/workspace/chat/api/reference/rest/v1/spaces.messages).
const LONGEST_TEXT = 4096
const LONGEST_VALUE = 400
const MOST_FACTS = 20

/** Incoming webhooks of Google Chat. The messages of a UTC day stand in one thread, where the space has threads. */
export const googlechat: Kind = {
  ...ORDINARY,
  name: 'googlechat',
  recognises: ({ host }) => host === HOST,
  objection: ({ host, path, query }) =>
    host === HOST && !(/^\/v1\/spaces\/[^/]+\/messages$/.test(path) && query.has('key') && query.has('token'))
      ? 'is a Google Chat URL but not a webhook (https://chat.googleapis.com/v1/spaces/.../messages?key=...&token=...)'
      : null,
  target(url) {
    const threaded = new URL(url)
    threaded.searchParams.set('messageReplyOption', 'REPLY_MESSAGE_FALLBACK_TO_NEW_THREAD')
    return threaded
  },
  render(message, options) {
    const thread = { threadKey: `oai-usage-${dateOf(message.firedAt)}` }
    if (options.plain) return { text: fitted(messageText(message, options), LONGEST_TEXT, breakMarkup), thread }
    const { severity, headline, facts, notes } = wordsOf(message, options)
    const { publicUrl } = options
    const widgets = [
      paragraph(`<font color="${COLOURS[severity]}"><b>${shown(headline)}</b></font>`),
      ...facts.slice(0, MOST_FACTS).map(({ label, value }) => ({
        decoratedText: { topLabel: fitted(label, LONGEST_VALUE, breakMarkup), text: shown(value), wrapText: true },
      })),
      ...notes.map(note => paragraph(`<i>${shown(note)}</i>`)),
      ...(publicUrl
        ? [{ buttonList: { buttons: [{ text: OPEN_PAGE, onClick: { openLink: { url: publicUrl } } }] } }]
        : []),
    ]
    return {
      fallbackText: fitted(headline, LONGEST_VALUE, breakMarkup),
      cardsV2: [{ cardId: 'oai-usage', card: { sections: [{ widgets }] } }],
      thread,
    }
  },
  judge: answer => classifyStatus('Google Chat', answer),
}

/** The text of a card is a little of HTML. */
function shown(text: string): string {
  return fitted(text, LONGEST_VALUE, part => escapeHtml(breakMarkup(part)))
}

function paragraph(text: string) {
  return { textParagraph: { text } }
}
