import { useServerNow, useView } from '../page/PageContext.ts'
import { when } from '../words/clock.ts'
import { ago, duration } from '../words/duration.ts'
import { Chip } from './Chip.tsx'
import { dataAge } from './dataAge.ts'

/** How old the numbers are: one of two facts, beside whether the link is live. */
export function DataAgeChip() {
  const { state, zone } = useView()
  const now = useServerNow(1)
  const age = dataAge(state.usage, state.status, now)
  const at = state.usage?.last_updated ?? null
  if (age.kind === 'none' || at === null) {
    return (
      <Chip tone="none" icon="clock" title="OpenAI has not answered yet">
        No data yet
      </Chip>
    )
  }
  const answered = when(at, now, zone)
  const next = state.status?.next_poll ? `, next poll in ${duration(state.status.next_poll - now)}` : ''
  const stale = age.kind === 'stale'
  return (
    <Chip tone={stale ? 'warn' : 'ok'} icon={stale ? 'warn' : 'clock'} title={`OpenAI answered at ${answered}${next}`}>
      {stale ? 'Stale data' : 'Data'} <b>{ago(age.seconds)}</b>
      <span class="wide"> · {answered}</span>
    </Chip>
  )
}
