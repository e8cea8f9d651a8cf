import { useEffect, useState } from 'preact/hooks'
import { AlertList } from '../alerts/AlertList.tsx'
import { DayHistory } from '../days/DayHistory.tsx'
import { ModelTable } from '../models/ModelTable.tsx'
import { SystemFacts } from '../status/SystemFacts.tsx'

const STEPS = 3

/** Everything under the first screen, at first one part after the other: all at once would hold up a phone for half a second. */
export function Details() {
  const [step, setStep] = useState(1)
  useEffect(() => {
    if (step === STEPS) return
    const next = setTimeout(() => setStep(step + 1))
    return () => clearTimeout(next)
  }, [step])
  return (
    <>
      <ModelTable />
      {step > 1 && (
        <div class="lower">
          <DayHistory />
          <AlertList />
        </div>
      )}
      {step > 2 && <SystemFacts />}
    </>
  )
}
