import { classifyStatus } from './classifyStatus.ts'
import { OPEN_PAGE } from './colours.ts'
import { breakMarkup, escapeHtml } from './escapes.ts'
import { linesWithin } from './fitted.ts'
import { type Kind, ORDINARY } from './kind.ts'
import { shownParts, shownText } from './shownParts.ts'
import { longestWait, secondsIn } from './waits.ts'

const HOST = 'api.telegram.org'

/** https://core.telegram.org/bots/api#sendmessage: after entities; tags and escapes are counted here too. */
const LONGEST_TEXT = 4096
const WHOLE = { longest: LONGEST_TEXT, escapeText: breakMarkup }
const PART = { longest: 500, escapeText: (text: string) => escapeHtml(breakMarkup(text)) }

/** A bot of Telegram: `https://api.telegram.org/bot<token>/sendMessage?chat_id=<id>`, a topic by `message_thread_id`. */
export const telegram: Kind = {
  ...ORDINARY,
  name: 'telegram',
  recognises: ({ host }) => host === HOST,
  objection: ({ path, query }) =>
    /^\/bot\d+:[\w-]+\/sendMessage$/.test(path) && query.has('chat_id')
      ? null
      : 'is no Telegram URL for messages (https://api.telegram.org/bot<token>/sendMessage?chat_id=<id>)',
  /** What the query says stands in the body. */
  target: url => new URL(url.pathname, url),
  render(message, options, { searchParams }) {
    const topic = Number(searchParams.get('message_thread_id'))
    const common = {
      chat_id: searchParams.get('chat_id'),
      ...(topic > 0 && { message_thread_id: topic }),
      link_preview_options: { is_disabled: true },
    }
    if (options.plain) return { ...common, text: shownText(message, options, WHOLE) }
    const { headline, facts, notes } = shownParts(message, options, PART)
    const { publicUrl } = options
    const text = linesWithin(LONGEST_TEXT, [
      `<b>${headline}</b>`,
      ...notes.map(note => `<i>${note}</i>`),
      ...facts.map(({ label, value }) => `<b>${label}:</b> ${value}`),
    ])
    return {
      ...common,
      text,
      parse_mode: 'HTML',
      ...(publicUrl && { reply_markup: { inline_keyboard: [[{ text: OPEN_PAGE, url: publicUrl }]] } }),
    }
  },
  judge(answer) {
    const wait = longestWait(answer, secondsIn(answer.body, 'parameters', 'retry_after'))
    if (answer.body.includes('migrate_to_chat_id'))
      // Its answer goes on with the new id.
      return classifyStatus('Telegram', { ...answer, shown: 'the group has another chat_id now; set that' }, wait)
    return classifyStatus('Telegram', answer, wait)
  },
}
