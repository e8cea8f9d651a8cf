import { messageText, wordsOf } from '../alerts/wordsOf.ts'
import { classifyStatus } from './classifyStatus.ts'
import { OPEN_PAGE } from './colours.ts'
import { breakMarkup, escapeHtml } from './escapes.ts'
import { fitted, linesWithin } from './fitted.ts'
import { type Kind, ORDINARY } from './kind.ts'
import { longestWait, secondsIn } from './waits.ts'

const HOST = 'api.telegram.org'

/** https://core.telegram.org/bots/api#sendmessage: after entities; tags and escapes are counted here too. */
const LONGEST_TEXT = 4096
const LONGEST_VALUE = 500

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
    if (options.plain) return { ...common, text: fitted(messageText(message, options), LONGEST_TEXT, breakMarkup) }
    const { headline, facts, notes } = wordsOf(message, options)
    const { publicUrl } = options
    const text = linesWithin(LONGEST_TEXT, [
      `<b>${shown(headline)}</b>`,
      ...notes.map(note => `<i>${shown(note)}</i>`),
      ...facts.map(({ label, value }) => `<b>${shown(label)}:</b> ${shown(value)}`),
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

function shown(text: string): string {
  return fitted(text, LONGEST_VALUE, part => escapeHtml(breakMarkup(part)))
}
