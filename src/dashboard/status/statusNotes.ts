import type { StatusView } from '../../wire.ts'
import { plural } from '../words/tokens.ts'

export type NoteTone = 'info' | 'warn' | 'critical'

export interface Note {
  id: string
  tone: NoteTone
  what: string
  since: number | null
  /** What to do. */
  action: string | null
}

/** Everything that is wrong, worst first. Empty: all is well. */
export function statusNotes(status: StatusView): Note[] {
  const notes = [...polling(status), ...history(status), ...webhooks(status), ...settings(status), ...models(status)]
  const rank: NoteTone[] = ['critical', 'warn', 'info']
  return notes.sort((a, b) => rank.indexOf(a.tone) - rank.indexOf(b.tone))
}

function polling({ state, error, failures }: StatusView): Note[] {
  if (state === 'unconfigured') {
    const action = error?.action ?? 'Set it with `npx wrangler secret put OPENAI_ADMIN_KEY`.'
    return [
      { id: 'poll', tone: 'critical', what: error?.message ?? 'OPENAI_ADMIN_KEY is required', since: null, action },
    ]
  }
  if (state === 'ok' || (state === 'starting' && !error)) return []
  const tries = failures > 1 ? ` (${plural(failures, 'failed poll')})` : ''
  const what = error
    ? `${error.message}${tries}`
    : state === 'blind'
      ? 'No successful poll within three intervals'
      : 'The last poll failed'
  return [
    {
      id: 'poll',
      tone: state === 'blind' ? 'critical' : 'warn',
      what,
      since: error?.since ?? null,
      action: error?.action ?? null,
    },
  ]
}

function history({ history: { state, message, action, since }, outbox }: StatusView): Note[] {
  const waiting = outbox.pending > 0 ? ` ${plural(outbox.pending, 'row')} wait; nothing is lost.` : ''
  if (state === 'ok') {
    if (outbox.parked === 0) return []
    const what = `${plural(outbox.parked, 'history row')} could not be written and ${outbox.parked === 1 ? 'is' : 'are'} set aside`
    return [{ id: 'history', tone: 'warn', what, since: null, action: 'See the Worker’s log for the reason.' }]
  }
  // The message is the database's own; that tables are missing can be said better.
  const plain =
    state === 'needs_migration'
      ? 'The history database has no tables yet'
      : (message ?? 'The history database is failing').replace(/\.$/, '')
  return [{ id: 'history', tone: 'warn', what: waiting === '' ? plain : `${plain}.${waiting}`, since, action }]
}

function webhooks({ deliveries }: StatusView): Note[] {
  return deliveries.channels.flatMap((channel): Note[] => {
    const answer = channel.last_status === null ? (channel.last_error ?? 'no answer') : `HTTP ${channel.last_status}`
    const id = `channel ${channel.channel}`
    if (channel.state === 'parked') {
      const action = 'Make a new webhook URL and set ALERT_WEBHOOK_URL to it.'
      return [
        { id, tone: 'critical', what: `Webhook ${channel.channel} refuses alerts (${answer})`, since: null, action },
      ]
    }
    if (channel.state !== 'retrying') return []
    return [
      {
        id,
        tone: 'warn',
        what: `Webhook ${channel.channel} fails (${answer}); retrying by itself`,
        since: null,
        action: null,
      },
    ]
  })
}

function settings({ config_problems }: StatusView): Note[] {
  return config_problems.map(({ name, message }) => ({
    id: `setting ${name}`,
    tone: 'warn' as const,
    what: message.includes(name) ? message : `${name}: ${message}`,
    since: null,
    action: 'Correct it in wrangler.toml or the dashboard and deploy again.',
  }))
}

function models({ unclassified_models }: StatusView): Note[] {
  const count = unclassified_models.length
  if (count === 0) return []
  const what = `${plural(count, 'model is', 'models are')} not in the catalogue and counted as premium, the safer side`
  return [{ id: 'models', tone: 'info', what, since: null, action: 'Say what they are with MODEL_TIERS.' }]
}
