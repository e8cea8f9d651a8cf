import { messageText, wordsOf } from '../alerts/wordsOf.ts'
import { classifyStatus } from './classifyStatus.ts'
import { OPEN_PAGE } from './colours.ts'
import { escapeMarkdown, unchanged } from './escapes.ts'
import { fitted, linesWithin } from './fitted.ts'
import { type Kind, ORDINARY } from './kind.ts'

/** Gotify documents no limits (https://gotify.net/api-docs); nobody reads more on a phone. */
const LONGEST_MESSAGE = 4000
const LONGEST_VALUE = 500
const PRIORITIES = { good: 3, warning: 6, critical: 8 } as const

/** A server of Gotify: `gotify+https://host/message?token=<application token>`. */
export const gotify: Kind = {
  ...ORDINARY,
  name: 'gotify',
  objection: ({ path, query }) =>
    path.endsWith('/message') && query.has('token')
      ? null
      : 'is no URL for messages of Gotify (gotify+https://host/message?token=<application token>)',
  render(message, options) {
    const { severity, headline, facts, notes } = wordsOf(message, options)
    const priority = PRIORITIES[severity]
    if (options.plain) return { message: fitted(messageText(message, options), LONGEST_MESSAGE, unchanged), priority }
    const { publicUrl } = options
    const lines = [
      ...notes.map(note => `${shown(note)}\n`),
      ...facts.map(({ label, value }) => `- **${shown(label)}**: ${shown(value)}`),
      ...(publicUrl ? [`\n[${OPEN_PAGE}](<${publicUrl}>)`] : []),
    ]
    return {
      title: fitted(headline, LONGEST_VALUE, unchanged),
      message: linesWithin(LONGEST_MESSAGE, lines),
      priority,
      extras: {
        'client::display': { contentType: 'text/markdown' },
        ...(publicUrl && { 'client::notification': { click: { url: publicUrl } } }),
      },
    }
  },
  judge: answer => classifyStatus('Gotify', answer),
}

function shown(text: string): string {
  return fitted(text, LONGEST_VALUE, escapeMarkdown)
}
