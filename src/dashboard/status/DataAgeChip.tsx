import { usePlace, useServerNow, useStatus, useUsage } from '../page/PageContext.ts'
import { when } from '../words/clock.ts'
import { ago, duration } from '../words/duration.ts'
import { Chip } from './Chip.tsx'
import { dataAge } from './dataAge.ts'

/** How old the numbers are: one of two facts, beside whether the link is live. */
export function DataAgeChip() {
  const { zone } = usePlace()
  const usage = useUsage()
  const status = useStatus()
  const now = useServerNow(1)
  const age = dataAge(usage, status, now)
  const at = usage?.last_updated ?? null
  if (age.kind === 'none' || at === null) {
    return (
      <Chip tone="none" icon="clock" title="OpenAI has not answered yet">
        No data yet
      </Chip>
    )
  }
  const answered = when(at, now, zone)
  const next = status?.next_poll ? `, next poll in ${duration(status.next_poll - now)}` : ''
  const stale = age.kind === 'stale'
  return (
    <Chip tone={stale ? 'warn' : 'ok'} icon={stale ? 'warn' : 'clock'} title={`OpenAI answered at ${answered}${next}`}>
      {stale ? 'Stale data' : 'Data'} <b>{ago(age.seconds)}</b>
      <span class="wide"> · {answered}</span>
    </Chip>
  )
}
