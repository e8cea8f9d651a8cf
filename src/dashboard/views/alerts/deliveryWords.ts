import type { AlertView, DeliveryView } from '../../../wire.ts'
import { duration } from '../../words/duration.ts'
import { plural } from '../../words/tokens.ts'

export type DeliveryTone = 'ok' | 'warn' | 'critical' | 'none'

export interface DeliveryWords {
  tone: DeliveryTone
  text: string
}

const NAMES: Record<DeliveryView['kind'], string> = {
  slack: 'Slack',
  discord: 'Discord',
  teams: 'Teams',
  googlechat: 'Google Chat',
  telegram: 'Telegram',
  ntfy: 'ntfy',
  gotify: 'Gotify',
  mattermost: 'Mattermost',
  pagerduty: 'PagerDuty',
  alertmanager: 'Alertmanager',
  email: 'Email',
  generic: 'Webhook',
}

/** One line per receiver; a single one where nobody was to be told. */
export function deliveryWords(alert: AlertView, now: number): DeliveryWords[] {
  if (alert.deliveries.length > 0) return alert.deliveries.map(delivery => words(delivery, now))
  if (alert.sent) return [{ tone: 'ok', text: 'Delivered' }]
  return [{ tone: 'none', text: 'No webhook set: shown here only' }]
}

function words(delivery: DeliveryView, now: number): DeliveryWords {
  const name = NAMES[delivery.kind]
  const answer = delivery.last_status === null ? (delivery.last_error ?? 'no answer') : `HTTP ${delivery.last_status}`
  switch (delivery.state) {
    case 'delivered':
      return { tone: 'ok', text: `${name}: delivered` }
    case 'parked':
      return {
        tone: 'critical',
        text: `${name}: given up after ${plural(delivery.attempts, 'try', 'tries')} (${answer})`,
      }
    case 'pending': {
      if (delivery.attempts === 0) return { tone: 'none', text: `${name}: being sent` }
      const wait = delivery.next_attempt_at === null ? null : delivery.next_attempt_at - now
      const next = wait === null ? '' : wait > 0 ? `, next try in ${duration(wait)}` : ', trying again'
      return { tone: 'warn', text: `${name}: ${answer}${next}` }
    }
  }
}
