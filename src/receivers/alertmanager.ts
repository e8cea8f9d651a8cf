import { incidentOf } from '../alerts/incidentOf.ts'
import { wordsOf } from '../alerts/wordsOf.ts'
import { classifyStatus } from './classifyStatus.ts'
import { type Kind, ORDINARY } from './kind.ts'

/**
 * Prometheus' Alertmanager, API v2: `alertmanager+https://host/api/v2/alerts`. The labels are the identity; `endsAt` stands
 * ahead while an incident lasts, or Alertmanager would end it after its own `resolve_timeout`, and in the past when it is over
 * (https://prometheus.io/docs/alerting/latest/alerts_api/).
 */
export const alertmanager: Kind = {
  ...ORDINARY,
  name: 'alertmanager',
  hasState: true,
  objection: ({ path }) =>
    path.endsWith('/api/v2/alerts') ? null : 'is no URL for alerts (alertmanager+https://host/api/v2/alerts)',
  render(message, options) {
    const { key, kind, tier, startsAt, endsAt, severities } = incidentOf(message)
    const { severity, headline, sentences, notes } = wordsOf(message, options)
    const { publicUrl } = options
    const told = severities.length > 0 ? severities : [severity]
    return told.map(each => ({
      labels: {
        alertname: `OpenAIUsage${kind.replace(/(?:^|_)(.)/g, (_, first: string) => first.toUpperCase())}`,
        service: 'openai-usage-tracker',
        severity: each === 'good' ? 'info' : each,
        incident: key,
        ...(tier !== undefined && { tier }),
      },
      annotations: {
        summary: headline,
        ...(!options.plain && { description: [...sentences, ...notes].join('\n') }),
      },
      startsAt: isoOf(Math.min(startsAt, endsAt)),
      endsAt: isoOf(endsAt),
      ...(publicUrl && { generatorURL: publicUrl }),
    }))
  },
  judge: answer => classifyStatus('Alertmanager', answer),
}

function isoOf(seconds: number): string {
  return new Date(seconds * 1000).toISOString()
}
