import './status.css'
import type { HistoryView, SnapshotPoint } from '../../../wire.ts'
import { Legend } from '../../charts/Legend.tsx'
import { usePlace, useReadings, useServerNow, useStatus, useUsage } from '../../page/PageContext.ts'
import { useResource } from '../../page/useResource.ts'
import { Panel } from '../../shell/Panel.tsx'
import { Trouble } from '../../shell/Trouble.tsx'
import { pollInterval } from '../../status/dataAge.ts'
import { clock } from '../../words/clock.ts'
import { pollStrip, stripSummary } from './pollStrip.ts'
import { Reads } from './Reads.tsx'
import { Receivers } from './Receivers.tsx'
import { RunningCosts } from './RunningCosts.tsx'
import { Settings } from './Settings.tsx'
import { SystemFacts } from './SystemFacts.tsx'

export function Status() {
  const status = useStatus()
  if (!status) return <p class="empty">Loading…</p>
  return (
    <>
      <Strip interval={pollInterval(status)} />
      <div class="halves">
        <Reads status={status} />
        <Receivers status={status} />
        <Settings status={status} />
        <RunningCosts status={status} />
      </div>
      <SystemFacts />
    </>
  )
}

const MARKS = [
  ['slot ok', 'every reading'],
  ['slot some', 'some missing'],
  ['slot none', 'none'],
  ['slot rebuilt', 'rebuilt from hours'],
  ['slot before', 'before the first'],
] as const
const STATE_WORDS = { ok: 'all', some: 'some', none: 'none', before: 'not known', rebuilt: 'rebuilt from hours' }

function Strip({ interval }: { interval: number }) {
  const { zone } = usePlace()
  const now = useServerNow(60)
  const points = useResource<HistoryView<SnapshotPoint>>('/api/history?days=1')
  const usage = useUsage()
  const { value: readings } = useReadings()
  // The poll that the page has heard of since is one more.
  const asked = points.value?.snapshots ?? []
  const live = (readings ?? []).filter(({ timestamp }) => timestamp > (asked.at(-1)?.timestamp ?? 0))
  const slots = pollStrip([...asked, ...live], now, interval)
  return (
    <Panel id="polls" class="polls" title="Polls of the last day">
      {points.value === null ? (
        <Trouble of={points} what="The last day’s readings" />
      ) : (
        <>
          <p class="readout">
            {stripSummary(slots)}
            {usage?.last_updated ? `; the last at ${clock(usage.last_updated, zone)}` : ''}
          </p>
          <div class="strip" role="img" aria-label={stripSummary(slots)}>
            {slots.map(slot => (
              <i
                key={slot.from}
                class={`slot ${slot.state}`}
                title={`${clock(slot.from, zone)}: ${STATE_WORDS[slot.state]}, ${slot.found} of ${Math.max(slot.due, slot.found)}`}
              />
            ))}
          </div>
          <p class="strip-axis muted" aria-hidden="true">
            <span>{slots[0] && clock(slots[0].from, zone)}</span>
            <span>now</span>
          </p>
          <Legend keys={MARKS} />
        </>
      )}
    </Panel>
  )
}
