import { messageText, wordsOf } from '../alerts/wordsOf.ts'
import { classifyStatus } from './classifyStatus.ts'
import { OPEN_PAGE } from './colours.ts'
import { unchanged } from './escapes.ts'
import { fitted } from './fitted.ts'
import { type Kind, ORDINARY } from './kind.ts'
import { eventType } from './messageFields.ts'

/** https://docs.ntfy.sh/publish/: 4,096 bytes of message; a longer one becomes an attachment. Of the title ours. */
const LONGEST_MESSAGE = 4096
const LONGEST_TITLE = 250
const PRIORITIES = { good: 3, warning: 4, critical: 5 } as const

/** A topic of ntfy, whose name is its password: `https://ntfy.sh/<topic>`, elsewhere `ntfy+https://host/<topic>`. */
export const ntfy: Kind = {
  ...ORDINARY,
  name: 'ntfy',
  recognises: ({ host }) => host === 'ntfy.sh',
  objection: ({ path }) => (topicIn(path) === null ? 'is no topic of ntfy (https://ntfy.sh/<topic>)' : null),
  /** JSON goes to the root of the server; a topic shows it as it stands. */
  target: url => new URL(`${url.pathname.slice(0, url.pathname.lastIndexOf('/') + 1)}${url.search}`, url),
  render(message, options, { pathname }) {
    const topic = topicIn(pathname)
    const { severity, headline, sentences, notes } = wordsOf(message, options)
    const shown = (text: string, longest: number) => fitted(text, longest, unchanged, bytesOf)
    if (options.plain) return { topic, message: shown(messageText(message, options), LONGEST_MESSAGE) }
    const { publicUrl } = options
    return {
      topic,
      title: shown(headline, LONGEST_TITLE),
      message: shown([...sentences, ...notes].join('\n') || headline, LONGEST_MESSAGE),
      priority: PRIORITIES[severity],
      tags: [eventType(message)],
      ...(publicUrl && { click: publicUrl, actions: [{ action: 'view', label: OPEN_PAGE, url: publicUrl }] }),
    }
  },
  judge: answer => classifyStatus('ntfy', answer),
}

/** https://docs.ntfy.sh/publish/: letters, digits, `_` and `-`, at most 64. */
function topicIn(path: string): string | null {
  return /\/([\w-]{1,64})$/.exec(path)?.[1] ?? null
}

function bytesOf(text: string): number {
  return new TextEncoder().encode(text).length
}
