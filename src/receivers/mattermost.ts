import { classifyStatus } from './classifyStatus.ts'
import { COLOURS, OPEN_PAGE } from './colours.ts'
import { escapeMarkdown } from './escapes.ts'
import { type Kind, ORDINARY } from './kind.ts'
import { shownParts, shownText } from './shownParts.ts'

/** A post has 16,383 characters at most (https://developers.mattermost.com/integrate/webhooks/incoming/). */
const WHOLE = { longest: 8000, escapeText: escapeMarkdown }
const PART = { longest: 500, escapeText: escapeMarkdown }

/** Incoming webhooks of Mattermost: `mattermost+https://host/hooks/<id>`. An unknown `type` makes it answer 500. */
export const mattermost: Kind = {
  ...ORDINARY,
  name: 'mattermost',
  render(message, options) {
    if (options.plain) return { text: shownText(message, options, WHOLE) }
    const { severity, headline, facts, notes } = shownParts(message, options, PART)
    const { publicUrl } = options
    return {
      text: headline,
      attachments: [
        {
          fallback: shownText(message, options, PART),
          color: COLOURS[severity],
          ...(publicUrl && { title: OPEN_PAGE, title_link: publicUrl }),
          ...(notes.length > 0 && { text: notes.join('\n') }),
          fields: facts.map(({ label, value }) => ({ short: true, title: label, value })),
        },
      ],
    }
  },
  judge: answer => classifyStatus('Mattermost', answer),
}
