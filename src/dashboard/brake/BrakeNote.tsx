import { useState } from 'preact/hooks'
import type { BrakeActionView, BrakeView } from '../../wire.ts'
import { post } from '../link/askServer.ts'
import { usePlace, useServerNow } from '../page/PageContext.ts'
import { useResource } from '../page/useResource.ts'
import { Icon } from '../shell/Icon.tsx'
import { when } from '../words/clock.ts'
import { brakeSpan, brakeWords } from './brakeWords.ts'

/** On every view while models are denied, or would be: who is stopped, since when, until when, and the one way out. */
export default function BrakeNote() {
  const { zone } = usePlace()
  const now = useServerNow(30)
  // What was asked for last, and once a minute while it lasts.
  const { value: brake } = useResource<BrakeView>('/api/brake', () => 60_000)
  const [done, setDone] = useState<BrakeView | null>(null)
  const [trouble, setTrouble] = useState('')
  const [busy, setBusy] = useState(false)
  const shown = done ?? brake
  if (shown === null || shown.state === 'off' || shown.state === 'armed') return null
  const { since, until } = brakeSpan(shown)
  if (shown.state === 'watching' && until === null) return null
  const error = shown.projects.find(project => project.error !== null)?.error
  const release = async () => {
    if (busy) return
    setBusy(true)
    const answer = await post<BrakeActionView>('/api/brake/release', {})
    setBusy(false)
    setTrouble(answer.ok ? '' : answer.problem.detail)
    if (answer.ok) setDone(answer.value)
  }
  return (
    <section class="notes" aria-label="Brake">
      <p class={`note tone-${shown.mode === 'on' ? 'critical' : 'warn'}`} role="status">
        <Icon name="warn" />
        <span>
          <b>{brakeWords(shown)}</b>
          {since !== null && ` since ${when(since, now, zone)}`}
          {until !== null && `, until ${when(until, now, zone)}`}.
          {error && <span class="action">{` ${error.message} ${error.action}`}</span>}
          {trouble !== '' && <span class="action">{` ${trouble}`}</span>}{' '}
          {shown.state === 'set' && (
            <button type="button" class="button small" aria-disabled={busy} onClick={() => void release()}>
              {busy ? 'Releasing…' : 'Release until the reset'}
            </button>
          )}
        </span>
      </p>
    </section>
  )
}
