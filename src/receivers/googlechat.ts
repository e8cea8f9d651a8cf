import { dateOf } from '../usage/utcDay.ts'
import { classifyStatus } from './classifyStatus.ts'
import { COLOURS, OPEN_PAGE } from './colours.ts'
import { breakMarkup, escapeHtml } from './escapes.ts'
import { type Kind, ORDINARY } from './kind.ts'
import { shownParts, shownText } from './shownParts.ts'

const HOST = 'chat.googleapis.com'

// 4,096 characters of text; a message 32,000 bytes (https://developers.google.com/workspace/chat/api/reference/rest/v1/spaces.messages).
const WHOLE = { longest: 4096, escapeText: breakMarkup }
const HEADLINE = { longest: 400, escapeText: breakMarkup }
/** The text of a card is a little of HTML. */
const PART = { longest: 400, escapeText: (text: string) => escapeHtml(breakMarkup(text)) }

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
    if (options.plain) return { text: shownText(message, options, WHOLE), thread }
    const { severity, headline, facts, notes } = shownParts(message, options, PART)
    const { publicUrl } = options
    const widgets = [
      paragraph(`<font color="${COLOURS[severity]}"><b>${headline}</b></font>`),
      ...facts.map(({ label, value }) => ({ decoratedText: { topLabel: label, text: value, wrapText: true } })),
      ...notes.map(note => paragraph(`<i>${note}</i>`)),
      ...(publicUrl
        ? [{ buttonList: { buttons: [{ text: OPEN_PAGE, onClick: { openLink: { url: publicUrl } } }] } }]
        : []),
    ]
    return {
      fallbackText: shownParts(message, options, HEADLINE).headline,
      cardsV2: [{ cardId: 'oai-usage', card: { sections: [{ widgets }] } }],
      thread,
    }
  },
  judge: answer => classifyStatus('Google Chat', answer),
}

function paragraph(text: string) {
  return { textParagraph: { text } }
}
