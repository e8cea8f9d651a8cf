import { incidentOf } from '../alerts/incidentOf.ts'
import { wordsOf } from '../alerts/wordsOf.ts'
import { classifyStatus } from './classifyStatus.ts'
import { OPEN_PAGE } from './colours.ts'
import { unchanged } from './escapes.ts'
import { fitted } from './fitted.ts'
import { type Kind, ORDINARY } from './kind.ts'
import { eventType } from './messageFields.ts'

const HOST = /^events\.(eu\.)?pagerduty\.com$/

// Summary 1,024 characters, key 255, an event 512 KB (https://developer.pagerduty.com/docs/events-api-v2-overview).
const LONGEST_SUMMARY = 1024
const LONGEST_KEY = 255
const SEVERITIES = { good: 'info', warning: 'warning', critical: 'critical' } as const

/** The Events API v2: `https://events.pagerduty.com/v2/enqueue?routing_key=<key>`. 202: it is queued. */
export const pagerduty: Kind = {
  ...ORDINARY,
  name: 'pagerduty',
  onlyAccepts: true,
  hasState: true,
  recognises: ({ host }) => HOST.test(host),
  objection: ({ path, query }) =>
    path.endsWith('/v2/enqueue') && /^\w{32}$/.test(query.get('routing_key') ?? '')
      ? null
      : 'is no PagerDuty URL for events (https://events.pagerduty.com/v2/enqueue?routing_key=<32 characters>)',
  /** The key stands in the body. */
  target: url => new URL(url.pathname, url),
  render(message, options, { searchParams }) {
    const { key, hasEnded } = incidentOf(message)
    const event = { routing_key: searchParams.get('routing_key'), dedup_key: key.slice(0, LONGEST_KEY) }
    if (hasEnded) return { ...event, event_action: 'resolve' }
    const { severity, headline, facts, notes } = wordsOf(message, options)
    const { publicUrl } = options
    const payload = {
      summary: fitted(headline, LONGEST_SUMMARY, unchanged),
      source: 'openai-usage-tracker',
      severity: SEVERITIES[severity],
    }
    if (options.plain) return { ...event, event_action: 'trigger', payload }
    return {
      ...event,
      event_action: 'trigger',
      payload: {
        ...payload,
        timestamp: new Date(message.firedAt * 1000).toISOString(),
        class: eventType(message),
        custom_details: {
          ...Object.fromEntries(facts.map(({ label, value }) => [label, value])),
          ...(notes.length > 0 && { Notes: notes.join(' ') }),
        },
      },
      client: 'OpenAI usage tracker',
      ...(publicUrl && { client_url: publicUrl, links: [{ href: publicUrl, text: OPEN_PAGE }] }),
    }
  },
  judge: answer => classifyStatus('PagerDuty', answer),
}
