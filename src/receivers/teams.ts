import { messageText, wordsOf } from '../alerts/wordsOf.ts'
import { classifyStatus } from './classifyStatus.ts'
import { OPEN_PAGE } from './colours.ts'
import { breakMarkup } from './escapes.ts'
import { fitted } from './fitted.ts'
import { type Kind, ORDINARY } from './kind.ts'

const HOST = /\.environment\.api\.powerplatform\.com$/
/** What Microsoft has switched off: connectors, and the first address of Workflows. */
const RETIRED_HOST = /(^|\.)(webhook\.office\.com|outlook\.office\.com|logic\.azure\.com)$/

// Some 28 KB in all (https://learn.microsoft.com/microsoftteams/limits-specifications-teams); at four bytes a character
// this is less.
const MOST_FACTS = 20
const LONGEST_LABEL = 80
const LONGEST_VALUE = 250
const LONGEST_TEXT = 4000
const STYLES = { good: 'good', warning: 'warning', critical: 'attention' } as const

/** The Workflows of Teams: "When a Teams webhook request is received". They answer 202 before anything is posted. */
export const teams: Kind = {
  ...ORDINARY,
  name: 'teams',
  onlyAccepts: true,
  recognises: ({ host }) => HOST.test(host) || RETIRED_HOST.test(host),
  objection({ host, path }) {
    if (RETIRED_HOST.test(host))
      return 'is a Teams URL that Microsoft has retired; make a new one with Workflows in Teams'
    return HOST.test(host) && !/\/workflows\/[^/]+\/triggers\//.test(path)
      ? 'is a Power Platform URL but not the trigger of a workflow'
      : null
  },
  render(message, options) {
    const { severity, headline, facts, notes } = wordsOf(message, options)
    const rich = () => [
      { type: 'Container', style: STYLES[severity], bleed: true, items: [heading(headline)] },
      {
        type: 'FactSet',
        facts: facts.slice(0, MOST_FACTS).map(({ label, value }) => ({
          title: fitted(label, LONGEST_LABEL, breakMarkup),
          value: fitted(value, LONGEST_VALUE, breakMarkup),
        })),
      },
      ...notes.map(note => textBlock(note, LONGEST_VALUE)),
    ]
    const { publicUrl } = options
    return {
      type: 'message',
      attachments: [
        {
          contentType: 'application/vnd.microsoft.card.adaptive',
          content: {
            $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
            type: 'AdaptiveCard',
            version: '1.4',
            body: options.plain ? [textBlock(messageText(message, options), LONGEST_TEXT)] : rich(),
            ...(publicUrl &&
              !options.plain && { actions: [{ type: 'Action.OpenUrl', title: OPEN_PAGE, url: publicUrl }] }),
          },
        },
      ],
    }
  },
  judge: answer => classifyStatus('Teams', answer),
}

function textBlock(text: string, longest: number) {
  return { type: 'TextBlock', text: fitted(text, longest, breakMarkup), wrap: true }
}

function heading(text: string) {
  return { ...textBlock(text, LONGEST_VALUE), weight: 'Bolder', size: 'Medium' }
}
