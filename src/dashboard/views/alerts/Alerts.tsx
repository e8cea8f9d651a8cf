import './alerts.css'
import { ALERT_KINDS, type AlertsView } from '../../../wire.ts'
import { useAlerts, usePlace, useStatus } from '../../page/PageContext.ts'
import { useResource } from '../../page/useResource.ts'
import { CsvLink } from '../../shell/CsvLink.tsx'
import { Panel } from '../../shell/Panel.tsx'
import { Trouble } from '../../shell/Trouble.tsx'
import { FilterChip } from '../../shell/ViewLink.tsx'
import { AlertLine } from './AlertLine.tsx'
import { Kinds } from './Kinds.tsx'
import { KIND_WORDS, merged } from './kindWords.ts'
import { NotifyToggle } from './NotifyToggle.tsx'

const DAYS = 30
const PATH = `/api/alerts?days=${DAYS}&kinds=all`
const SHOWN = 100

export function Alerts() {
  const { address } = usePlace()
  const status = useStatus()
  const live = useAlerts()
  const asked = useResource<AlertsView>(PATH)
  const all = merged(asked.value?.alerts ?? [], live ?? [])
  const { kind, tier } = address
  const alerts = all.filter(alert => (kind === null || alert.kind === kind) && (tier === null || alert.tier === tier))
  const kinds = ALERT_KINDS.filter(each => each === kind || all.some(alert => alert.kind === each))
  return (
    <div class="alerts-view">
      <Panel
        id="alerts"
        class="alerts"
        title={
          <>
            Alerts <span class="muted">last {DAYS} days</span>
          </>
        }
        tools={<CsvLink what="alerts" path={PATH} />}
      >
        <nav class="filters" aria-label="Kinds and tiers">
          <FilterChip on={kind === null && tier === null} patch={{ kind: null, tier: null }}>
            All
          </FilterChip>
          {kinds.map(each => (
            <FilterChip key={each} on={kind === each} patch={{ kind: kind === each ? null : each }}>
              {KIND_WORDS[each].name}
            </FilterChip>
          ))}
          {(['premium', 'mini'] as const).map(each => (
            <FilterChip key={each} on={tier === each} patch={{ tier: tier === each ? null : each }}>
              {each}
            </FilterChip>
          ))}
        </nav>
        {all.length === 0 || asked.problem ? <Trouble of={asked} what="Older alerts" /> : null}
        {alerts.length === 0 && asked.value !== null && (
          <p class="empty">{all.length > 0 ? 'No alert of this kind.' : none(status?.thresholds ?? [])}</p>
        )}
        <ul>
          {alerts.slice(0, SHOWN).map(alert => (
            <AlertLine key={alert.id} alert={alert} />
          ))}
        </ul>
        {alerts.length > SHOWN && <p class="muted">The newest {SHOWN} are shown; the CSV has all.</p>}
      </Panel>
      <Panel id="kinds" class="kinds" title="Kinds, and how to turn them off">
        <NotifyToggle />
        <Kinds />
      </Panel>
    </div>
  )
}

function none(thresholds: readonly number[]): string {
  return thresholds.length === 0 ? 'No alert.' : `No alert: no tier has reached ${Math.min(...thresholds)} %.`
}
