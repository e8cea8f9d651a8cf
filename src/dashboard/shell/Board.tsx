import { TIERS } from '../../wire.ts'
import { AlertList } from '../alerts/AlertList.tsx'
import { DayHistory } from '../days/DayHistory.tsx'
import { ModelTable } from '../models/ModelTable.tsx'
import { useView } from '../page/PageContext.ts'
import { FirstRun } from '../status/FirstRun.tsx'
import { Notes } from '../status/Notes.tsx'
import { SystemFacts } from '../status/SystemFacts.tsx'
import { TierCard } from '../tiers/TierCard.tsx'
import { Kiosk } from './Kiosk.tsx'
import { Shortcuts } from './Shortcuts.tsx'
import { TopBar } from './TopBar.tsx'

export function Board() {
  const { state, address } = useView()
  if (address.kiosk) return <Kiosk />
  const tiers = TIERS.filter(tier => address.tier === null || address.tier === tier)
  const firstRun = state.status !== null && state.status.last_success === null
  return (
    <div class="board">
      <TopBar />
      <main>
        <Notes />
        {firstRun && state.status && <FirstRun status={state.status} />}
        <div class="tiers" data-count={tiers.length}>
          {tiers.map(tier => (
            <TierCard key={tier} tier={tier} />
          ))}
        </div>
        <ModelTable />
        <div class="lower">
          <DayHistory />
          <AlertList />
        </div>
      </main>
      <SystemFacts />
      <Shortcuts />
    </div>
  )
}
