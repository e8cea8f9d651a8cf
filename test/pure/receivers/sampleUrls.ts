import type { ChannelKind } from '../../../src/wire.ts'

/** What makes each of the URLs a secret. */
export const TOKEN = 'q7Zp3xVt9LmK2wRd'

/** A receiver of each kind, as its service writes the address. */
export const SAMPLE_URLS: Record<ChannelKind, string> = {
  slack: `https://hooks.slack.com/services/T0/B0/${TOKEN}`,
  discord: `https://discord.com/api/webhooks/1/${TOKEN}`,
  teams: `https://default.00.environment.api.powerplatform.com/powerautomate/automations/direct/workflows/4a2b/triggers/manual/paths/invoke?api-version=1&sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0&sig=${TOKEN}`,
  googlechat: `https://chat.googleapis.com/v1/spaces/AAQAx/messages?key=AIza${TOKEN}&token=${TOKEN}%3D`,
  telegram: `https://api.telegram.org/bot123456:${TOKEN}/sendMessage?chat_id=-1002003004005&message_thread_id=7`,
  ntfy: `https://ntfy.sh/usage-${TOKEN}`,
  gotify: `gotify+https://push.example.com/message?token=A${TOKEN}`,
  mattermost: `mattermost+https://chat.example.com/hooks/${TOKEN}`,
  pagerduty: `https://events.pagerduty.com/v2/enqueue?routing_key=${TOKEN}${TOKEN}`,
  alertmanager: `alertmanager+https://alerts.example.com/${TOKEN}/api/v2/alerts`,
  email: `mailto:${TOKEN}@example.com`,
  generic: `https://example.com/hooks/${TOKEN}`,
}

/** Without the name before it, as the channel keeps it. */
export function sampleUrl(kind: ChannelKind): URL {
  return new URL(SAMPLE_URLS[kind].replace(/^\w+\+/, ''))
}
