import { useServerNow, useView } from '../page/PageContext.ts'
import { Icon } from '../shell/Icon.tsx'
import { when } from '../words/clock.ts'
import type { Zone } from '../words/zone.ts'
import { pollWords } from './pollWords.ts'
import { type Note, statusNotes } from './statusNotes.ts'
import { useStale } from './useStale.ts'
import { wellWords } from './wellWords.ts'

const POLL_SHOWN_S = 20

/** What is wrong and what to do, in words; one quiet line when all is well. */
export function Notes() {
  const { state, zone } = useView()
  const now = useServerNow(5)
  const stale = useStale()
  const { status, poll, access } = state
  // The session says it before the status does: so the banner does not push down what stands under it.
  const mode = status?.auth_mode ?? (access.kind === 'in' ? access.session.auth_mode : null)
  const outcome =
    poll.kind === 'failed' || (poll.kind === 'done' && Date.now() / 1000 - poll.at < POLL_SHOWN_S)
      ? pollWords(poll)
      : null
  const notes = status ? [...pageNotes(), ...statusNotes(status, now, zone)] : pageNotes()
  function pageNotes(): Note[] {
    // Costs tell of themselves, in their own place.
    const { points, days, costs: _, ...others } = state.missing
    // What history cannot answer is told by the status already, and in its own place.
    const loads = Object.values(status && status.history.state !== 'ok' ? others : { points, days, ...others }).filter(
      Boolean,
    )
    const note = (what: string, action: string | null): Note => ({ tone: 'warn', what, since: null, action })
    return [
      ...(stale && status?.state === 'ok'
        ? [note('The data is stale: no poll has succeeded lately', 'Poll now, or look at the Worker’s log.')]
        : []),
      ...(loads[0] ? [note(`Part of the page could not be loaded: ${loads[0].detail || loads[0].title}`, null)] : []),
    ]
  }
  return (
    <section class="notes" aria-label="Status">
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
      {status && notes.length === 0 && !outcome && (
        <p class="note tone-well">
          <Icon name="ok" />
          <Words {...wellWords(status, now, zone)} />
        </p>
      )}
      {!status && (
        <p class="note tone-well">
          <Icon name="clock" /> <span>Loading…</span>
        </p>
      )}
    </section>
  )
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

function NoteLine({ note, now, zone }: { note: Note; now: number; zone: Zone }) {
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
