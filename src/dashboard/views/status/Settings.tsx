import type { StatusView } from '../../../wire.ts'
import { usePlace, useServerNow } from '../../page/PageContext.ts'
import { Panel } from '../../shell/Panel.tsx'
import { NoteLine } from '../../status/Notes.tsx'
import { settingNotes } from '../../status/statusNotes.ts'
import { cleanLabel } from '../../words/cleanLabel.ts'
import { fullTokens } from '../../words/tokens.ts'

/** What is set, what is wrong with it, and what looks like a mistake. */
export function Settings({ status }: { status: StatusView }) {
  const { zone } = usePlace()
  const now = useServerNow(60)
  const facts: [string, string][] = [
    ['Premium limit', limit(status.limits.premium)],
    ['Mini limit', limit(status.limits.mini)],
    [
      'Counted',
      status.limit_counts === 'free' ? 'free tokens only (LIMIT_COUNTS=free)' : 'all tokens (LIMIT_COUNTS=all)',
    ],
    ['Alerts at', status.thresholds.map(each => `${each} %`).join(', ') || 'no threshold'],
    ['Polls', `${status.poll_cron} (UTC)`],
    ['Access', status.auth_mode],
  ]
  const unknown = status.unclassified_models
  return (
    <Panel id="settings" title="Settings">
      <dl class="facts-list">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <div class="notes">
        {settingNotes(status).map(note => (
          <NoteLine key={note.what} note={note} now={now} zone={zone} />
        ))}
      </div>
      {unknown.length > 0 && (
        <details>
          <summary>Models that the catalogue does not know</summary>
          <p class="muted">{unknown.map(cleanLabel).join(', ')}</p>
        </details>
      )}
    </Panel>
  )
}

function limit(tokens: number): string {
  return tokens > 0 ? `${fullTokens(tokens)} tokens a UTC day` : 'none set'
}
