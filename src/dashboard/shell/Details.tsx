import { AlertList } from '../alerts/AlertList.tsx'
import { DayHistory } from '../days/DayHistory.tsx'
import { ModelTable } from '../models/ModelTable.tsx'
import { SystemFacts } from '../status/SystemFacts.tsx'

/** Everything under the first screen. */
export function Details() {
  return (
    <>
      <ModelTable />
      <div class="lower">
        <DayHistory />
        <AlertList />
      </div>
      <SystemFacts />
    </>
  )
}
