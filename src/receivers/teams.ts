import type { Fact } from '../alerts/messageWords.ts'
import { classifyStatus } from './classifyStatus.ts'
import { OPEN_PAGE } from './colours.ts'
import { breakMarkup } from './escapes.ts'
import { type Kind, ORDINARY } from './kind.ts'
import { shownParts, shownText } from './shownParts.ts'

const HOST = /\.environment\.api\.powerplatform\.com$/
/** What Microsoft has switched off: connectors, and the first address of Workflows. */
const RETIRED_HOST = /(^|\.)(webhook\.office\.com|outlook\.office\.com|logic\.azure\.com)$/

// Some 28 KB in all (https://learn.microsoft.com/microsoftteams/limits-specifications-teams); at four bytes a character
// this is less.
const PART = { longest: 200, escapeText: breakMarkup }
const WHOLE = { longest: 4000, escapeText: breakMarkup }
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
    const { severity, headline, facts, notes } = shownParts(message, options, PART)
    const heading = { ...textBlock(headline), weight: 'Bolder', size: 'Medium' }
    const rich = [
      { type: 'Container', style: STYLES[severity], bleed: true, items: [heading] },
      ...(facts.length > 0 ? [factSet(facts)] : []),
      ...notes.map(textBlock),
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
            body: options.plain ? [textBlock(shownText(message, options, WHOLE))] : rich,
            ...(publicUrl &&
              !options.plain && { actions: [{ type: 'Action.OpenUrl', title: OPEN_PAGE, url: publicUrl }] }),
          },
        },
      ],
    }
  },
  judge: answer => classifyStatus('Teams', answer),
}

function factSet(facts: readonly Fact[]) {
  return { type: 'FactSet', facts: facts.map(({ label, value }) => ({ title: label, value })) }
}

function textBlock(text: string) {
  return { type: 'TextBlock', text, wrap: true }
}
