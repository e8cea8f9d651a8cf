import type { StatusView } from '../../../wire.ts'
import { usePlace, useServerNow } from '../../page/PageContext.ts'
import { Icon } from '../../shell/Icon.tsx'
import { Panel } from '../../shell/Panel.tsx'
import { NoteLine } from '../../status/Notes.tsx'
import { readNotes } from '../../status/statusNotes.ts'
import { when } from '../../words/clock.ts'

/** Everything that is read from OpenAI: what fails, since when, and what to do. */
export function Reads({ status }: { status: StatusView }) {
  const { zone } = usePlace()
  const now = useServerNow(30)
  const notes = readNotes(status, now, zone)
  return (
    <Panel id="reads" title="Reads">
      {notes.length === 0 && (
        <p class="note tone-ok">
          <Icon name="ok" />
          <span>
            {status.last_success === null
              ? 'Nothing has been read yet'
              : `Every read works; the last poll succeeded at ${when(status.last_success, now, zone)}.`}
          </span>
        </p>
      )}
      <div class="notes">
        {notes.map(note => (
          <NoteLine key={note.what} note={note} now={now} zone={zone} />
        ))}
      </div>
    </Panel>
  )
}
