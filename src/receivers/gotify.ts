import { classifyStatus } from './classifyStatus.ts'
import { OPEN_PAGE } from './colours.ts'
import { escapeMarkdown, unchanged } from './escapes.ts'
import { linesWithin } from './fitted.ts'
import { type Kind, ORDINARY } from './kind.ts'
import { shownParts, shownText } from './shownParts.ts'

/** Gotify documents no limits (https://gotify.net/api-docs); nobody reads more on a phone. */
const LONGEST_MESSAGE = 4000
const WHOLE = { longest: LONGEST_MESSAGE, escapeText: unchanged }
const TITLE = { longest: 500, escapeText: unchanged }
const PART = { longest: 500, escapeText: escapeMarkdown }
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
    const { severity, facts, notes } = shownParts(message, options, PART)
    const priority = PRIORITIES[severity]
    if (options.plain) return { message: shownText(message, options, WHOLE), priority }
    const { publicUrl } = options
    const lines = [
      ...notes.map(note => `${note}\n`),
      ...facts.map(({ label, value }) => `- **${label}**: ${value}`),
      ...(publicUrl ? [`\n[${OPEN_PAGE}](<${publicUrl}>)`] : []),
    ]
    return {
      title: shownParts(message, options, TITLE).headline,
      message: linesWithin(LONGEST_MESSAGE, lines.length > 0 ? lines : [shownText(message, options, PART)]),
      priority,
      extras: {
        'client::display': { contentType: 'text/markdown' },
        ...(publicUrl && { 'client::notification': { click: { url: publicUrl } } }),
      },
    }
  },
  judge: answer => classifyStatus('Gotify', answer),
}
