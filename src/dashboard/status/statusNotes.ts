import type { ConfigProblem, ReadView, StatusView } from '../../wire.ts'
import { when } from '../words/clock.ts'
import { plural } from '../words/tokens.ts'
import type { Zone } from '../words/zone.ts'

export type NoteTone = 'info' | 'warn' | 'critical'

export interface Note {
  tone: NoteTone
  what: string
  since: number | null
  /** What to do. */
  action: string | null
}

/**
 * Everything that is wrong or looks odd, worst first. Empty: all is well. `now` in Unix seconds. `withoutPolling`: that polls fail is
 * told already.
 */
export function statusNotes(
  status: StatusView,
  now: number,
  zone: Zone,
  { withoutPolling = false }: { withoutPolling?: boolean } = {},
): Note[] {
  const notes = [
    ...(withoutPolling ? [] : polling(status)),
    ...sideReads(status, now, zone),
    ...history(status),
    ...webhooks(status),
    ...settings(status),
    ...models(status),
  ]
  const rank: NoteTone[] = ['critical', 'warn', 'info']
  return notes.sort((a, b) => rank.indexOf(a.tone) - rank.indexOf(b.tone))
}

/** Only what concerns reads from OpenAI. */
export function readNotes(status: StatusView, now: number, zone: Zone): Note[] {
  return [...polling(status), ...sideReads(status, now, zone), ...history(status)]
}

/** Only what concerns settings. */
export function settingNotes(status: StatusView): Note[] {
  return [...settings(status), ...models(status)]
}

function polling({ state, error, failures }: StatusView): Note[] {
  if (state === 'unconfigured') {
    const action = error?.action ?? 'Set it with `npx wrangler secret put OPENAI_ADMIN_KEY`.'
    return [{ tone: 'critical', what: error?.message ?? 'OPENAI_ADMIN_KEY is required', since: null, action }]
  }
  if (state === 'ok' || (state === 'starting' && !error)) return []
  const tries = failures > 1 ? ` (${plural(failures, 'failed poll')})` : ''
  const what = error
    ? `${withoutStop(error.message)}${tries}`
    : state === 'blind'
      ? 'No successful poll within three intervals'
      : 'The last poll failed'
  return [
    {
      tone: state === 'blind' ? 'critical' : 'warn',
      what,
      since: error?.since ?? null,
      action: error?.action ?? null,
    },
  ]
}

const READS: Record<ReadView['kind'], string> = {
  ticks: 'What was missed on',
  month: 'Older days',
  day: 'The usage of',
  hours: 'The hours of',
  costs: 'The costs',
  names: 'The names of projects and keys',
  forecast: 'The forecast',
  budget: 'The budget',
}
const MOST_READS = 5
/** What the tracker does without: a key that may not read it is no fault. */
const OPTIONAL: readonly ReadView['kind'][] = ['costs', 'names']

function sideReads({ reads }: StatusView, now: number, zone: Zone): Note[] {
  const notes = reads.slice(0, MOST_READS).map((read, at): Note => {
    const { message, action } = read.error
    const next = read.next_attempt_at
    // One endpoint that fails makes many reads fail: its words are told once. Actions speak of the tries that follow.
    const why =
      message === reads[at - 1]?.error.message ? 'The same reason.' : next === null ? message : `${message} ${action}`
    const tries = read.attempts === 1 ? 'once' : `${read.attempts} times`
    const what = [READS[read.kind], read.date, 'cannot be read'].filter(Boolean).join(' ')
    if (read.error.code === 'upstream_missing_scope' && OPTIONAL.includes(read.kind))
      return { tone: 'info', what, since: null, action: why }
    return {
      tone: 'warn',
      what,
      since: read.since,
      action: `${why} Tried ${tries}, ${next === null ? 'given up' : `next at ${when(next, now, zone)}`}.`,
    }
  })
  const more = reads.length - MOST_READS
  if (more > 0) {
    const what = `And ${plural(more, 'more read fails', 'more reads fail')}`
    notes.push({ tone: 'warn', what, since: null, action: null })
  }
  return notes
}

function history({ history: { state, message, action, since }, outbox }: StatusView): Note[] {
  const waiting = outbox.pending > 0 ? ` ${plural(outbox.pending, 'row')} wait; nothing is lost.` : ''
  if (state === 'ok') {
    if (outbox.parked === 0) return []
    const what = `${plural(outbox.parked, 'history row')} could not be written and ${outbox.parked === 1 ? 'is' : 'are'} set aside`
    return [{ tone: 'warn', what, since: null, action: 'See the Worker’s log for the reason.' }]
  }
  // The message is the database's own; that tables are missing can be said better.
  const plain =
    state === 'needs_migration'
      ? 'The history database has no tables yet'
      : withoutStop(message ?? 'The history database is failing')
  return [{ tone: 'warn', what: waiting === '' ? plain : `${plain}.${waiting}`, since, action }]
}

function webhooks({ deliveries }: StatusView): Note[] {
  return deliveries.channels.flatMap((channel): Note[] => {
    const answer = channel.last_status === null ? (channel.last_error ?? 'no answer') : `HTTP ${channel.last_status}`
    if (channel.state === 'parked') {
      const action = 'Make a new webhook URL and set ALERT_WEBHOOK_URL to it.'
      return [{ tone: 'critical', what: `Webhook ${channel.channel} refuses alerts (${answer})`, since: null, action }]
    }
    if (channel.state !== 'retrying') return []
    return [
      {
        tone: 'warn',
        what: `Webhook ${channel.channel} fails (${answer}); retrying by itself`,
        since: null,
        action: null,
      },
    ]
  })
}

function settings({ config_problems, config_hints }: StatusView): Note[] {
  const action = 'Correct it in wrangler.toml or the dashboard and deploy again.'
  const note = (tone: NoteTone, { name, message }: ConfigProblem, action: string | null): Note => {
    return { tone, what: message.includes(name) ? message : `${name}: ${message}`, since: null, action }
  }
  // A hint asks or proposes by itself.
  return [
    ...config_problems.map(each => note('warn', each, action)),
    ...config_hints.map(each => note('info', each, null)),
  ]
}

/** The status names so many at most. */
const MOST_NAMED = 100

function models({ unclassified_models }: StatusView): Note[] {
  const count = unclassified_models.length
  if (count === 0) return []
  const many = count >= MOST_NAMED ? 'At least ' : ''
  const what = `${many}${plural(count, 'model is', 'models are')} not in the catalogue and counted as premium, the safer side`
  return [{ tone: 'info', what, since: null, action: 'Say what they are with MODEL_TIERS.' }]
}

/** For words that go on in the same sentence. */
function withoutStop(text: string): string {
  return text.replace(/\.$/, '')
}
