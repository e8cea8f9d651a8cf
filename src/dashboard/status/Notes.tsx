import type { StatusView } from '../../wire.ts'
import { usePlace, useServerNow, useStatus } from '../page/PageContext.ts'
import type { PollOutcome } from '../page/polling.ts'
import type { Resource } from '../page/question.ts'
import { useStore } from '../page/store.ts'
import { Icon } from '../shell/Icon.tsx'
import { when } from '../words/clock.ts'
import type { Zone } from '../words/zone.ts'
import { pollWords } from './pollWords.ts'
import { type Note, statusNotes } from './statusNotes.ts'
import { useStale } from './useStale.ts'
import { wellWords } from './wellWords.ts'

const POLL_SHOWN_S = 20

/** Who may see this, what it is made of, how the last "Poll now" went, and with `full` what is wrong and what to do. */
export function Notes({ full }: { full: boolean }) {
  const { page, zone } = usePlace()
  const now = useServerNow(5)
  const stale = useStale()
  const status = useStatus()
  const access = useStore(page.session.access)
  const poll = useStore(page.polling.outcome)
  const missing = useMissing()
  // The session says it before the status does: so the banner does not push down what stands under it.
  const mode = status?.auth_mode ?? (access.kind === 'in' ? access.session.auth_mode : null)
  const outcome = shownOutcome(poll, status)
  const notes = full ? allNotes() : []
  function allNotes(): Note[] {
    const own: Note[] = []
    if (stale && status?.state === 'ok')
      own.push({
        tone: 'warn',
        what: 'The data is stale: no poll has succeeded lately',
        since: null,
        action: 'Poll now, or look at the Worker’s log.',
      })
    // What the history database does not give is told with the database.
    if (missing && (status === null || status.history.state === 'ok')) own.push(missing)
    return status ? [...own, ...statusNotes(status, now, zone, { withoutPolling: outcome?.tone === 'warn' })] : own
  }
  return (
    <section class="notes" aria-label="Notes">
      <div class="banners">
        {mode === 'open' && (
          <Banner icon="warn" what="Open to anyone" more=" who knows this address: set AUTH_MODE to token or access." />
        )}
        {status?.simulated && (
          <Banner icon="info" what="Simulated data" more=": it comes from the simulator, not from OpenAI." />
        )}
      </div>
      {outcome && (
        <p class={`note tone-${outcome.tone}`}>
          <Icon name={outcome.tone === 'ok' ? 'ok' : 'warn'} /> <span>{outcome.text}</span>
        </p>
      )}
      {notes.map(note => (
        <NoteLine key={note.what} note={note} now={now} zone={zone} />
      ))}
      {full && status && notes.length === 0 && !outcome && (
        <p class="note tone-well">
          <Icon name="ok" />
          <Words {...wellWords(status, now, zone)} />
        </p>
      )}
      {full && !status && (
        <p class="note tone-well">
          <Icon name="clock" /> <span>Loading…</span>
        </p>
      )}
    </section>
  )
}

/** The first of what every view speaks of that cannot be loaded. */
function useMissing(): Note | null {
  const { page } = usePlace()
  const { usage, status, alerts, readings } = page.facts
  const asked: [string, Resource<unknown>][] = [
    ['The numbers', useStore(usage.resource)],
    ['How the tracker is', useStore(status.resource)],
    ['Today’s curve', useStore(readings.resource)],
    ['Today’s alerts', useStore(alerts.resource)],
  ]
  const [what, found] = asked.find(([, { problem }]) => problem !== null) ?? []
  if (!what || !found?.problem) return null
  const since = found.since === null ? null : found.since + page.facts.clockOffset.get()
  const why = found.problem.detail || found.problem.title
  return { tone: 'warn', what: `${what} could not be loaded`, since, action: `${why} Trying again by itself.` }
}

/** A success for a moment; a failure for as long as its cause: until a poll succeeds, whoever asked for it. */
function shownOutcome(poll: PollOutcome, status: StatusView | null) {
  if (poll.kind === 'done') return Date.now() / 1000 - poll.at < POLL_SHOWN_S ? pollWords(poll) : null
  if (poll.kind !== 'failed') return null
  const isOwn = status === null || poll.problem.status === 429 || poll.problem.status === 0
  const holds = isOwn ? Date.now() / 1000 - poll.at < POLL_SHOWN_S : status.error !== null
  return holds ? pollWords(poll, status?.error?.action) : null
}

function Banner({ icon, what, more }: { icon: 'info' | 'warn'; what: string; more: string }) {
  return (
    <p class="note banner" title={`${what}${more}`}>
      <Icon name={icon} />
      <Words what={what} more={more} />
    </p>
  )
}

function Words({ what, more }: { what: string; more: string }) {
  return (
    <span>
      {what}
      <span class="spacious">{more}</span>
    </span>
  )
}

export function NoteLine({ note, now, zone }: { note: Note; now: number; zone: Zone }) {
  return (
    <p class={`note tone-${note.tone}`}>
      <Icon name={note.tone} />
      <span>
        <b>{note.what}</b>
        {note.since !== null && ` since ${when(note.since, now, zone)}.`}
        {note.action && <span class="action"> {note.action}</span>}
      </span>
    </p>
  )
}
