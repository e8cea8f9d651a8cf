import type { StatusView } from '../../wire.ts'

export interface Step {
  what: string
  how: string
  done: boolean
  optional: boolean
}

/** What a new installation still needs, in the order in which it is done. */
export function firstRunSteps(status: StatusView): Step[] {
  const keyed = status.state !== 'unconfigured'
  return [
    { what: 'The tracker runs and you may see it', how: '', done: true, optional: false },
    {
      what: 'An OpenAI admin key is set',
      how: 'Make one at platform.openai.com → Settings → Organization → Admin keys, then run: npx wrangler secret put OPENAI_ADMIN_KEY',
      done: keyed,
      optional: false,
    },
    {
      what: 'OpenAI has answered',
      how:
        status.error && keyed
          ? `${status.error.message} ${status.error.action}`
          : 'The first poll follows by itself within a minute of the key.',
      done: status.last_success !== null,
      optional: false,
    },
    {
      what: 'History is kept',
      how: status.history.action ?? 'Run: npm run db:migrate',
      done: status.history.state === 'ok',
      optional: false,
    },
    {
      what: 'Alerts go somewhere',
      how: 'Set ALERT_WEBHOOK_URL to a Slack, Discord or other webhook: npx wrangler secret put ALERT_WEBHOOK_URL',
      done: status.deliveries.channels.length > 0,
      optional: true,
    },
  ]
}
