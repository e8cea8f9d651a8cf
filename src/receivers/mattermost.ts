import { messageText, wordsOf } from '../alerts/wordsOf.ts'
import { classifyStatus } from './classifyStatus.ts'
import { COLOURS, OPEN_PAGE } from './colours.ts'
import { escapeMarkdown } from './escapes.ts'
import { fitted } from './fitted.ts'
import { type Kind, ORDINARY } from './kind.ts'

/** A post has 16,383 characters at most (https://developers.mattermost.com/integrate/webhooks/incoming/). */
const LONGEST_TEXT = 8000
const LONGEST_VALUE = 500
const MOST_FACTS = 20

/** Incoming webhooks of Mattermost: `mattermost+https://host/hooks/<id>`. An unknown `type` makes it answer 500. */
export const mattermost: Kind = {
  ...ORDINARY,
  name: 'mattermost',
  render(message, options) {
    if (options.plain) return { text: fitted(messageText(message, options), LONGEST_TEXT, escapeMarkdown) }
    const { severity, headline, facts, notes } = wordsOf(message, options)
    const { publicUrl } = options
    return {
      text: shown(headline),
      attachments: [
        {
          fallback: fitted(messageText(message, options), LONGEST_VALUE, escapeMarkdown),
          color: COLOURS[severity],
          ...(publicUrl && { title: OPEN_PAGE, title_link: publicUrl }),
          ...(notes.length > 0 && { text: notes.map(shown).join('\n') }),
          fields: facts
            .slice(0, MOST_FACTS)
            .map(({ label, value }) => ({ short: true, title: shown(label), value: shown(value) })),
        },
      ],
    }
  },
  judge: answer => classifyStatus('Mattermost', answer),
}

function shown(text: string): string {
  return fitted(text, LONGEST_VALUE, escapeMarkdown)
}
