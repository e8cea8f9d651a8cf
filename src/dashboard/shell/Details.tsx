import { useEffect, useState } from 'preact/hooks'
import { TIERS } from '../../wire.ts'
import { AlertList } from '../alerts/AlertList.tsx'
import { DayHistory } from '../days/DayHistory.tsx'
import { ModelTable } from '../models/ModelTable.tsx'
import { useView } from '../page/PageContext.ts'
import { SystemFacts } from '../status/SystemFacts.tsx'
import { TierCurve } from '../tiers/TierCurve.tsx'
import { useNarrow } from './useNarrow.ts'

const STEPS = 5
/** Then the rest no longer waits for the numbers. */
const UNKNOWN_FOR_MS = 2_000
const PLACE = <div class="ghost ghost-details" aria-hidden="true" />

/**
 * Everything under the first screen, after the numbers on it and at first one part after the other: all at once would hold
 * up a phone for half a second.
 */
export function Details() {
  const { state, address } = useView()
  const narrow = useNarrow()
  const [step, setStep] = useState(0)
  const known = state.usage !== null || state.missing.usage !== undefined
  useEffect(() => {
    if (step === STEPS) return
    const next = setTimeout(() => setStep(step + 1), known ? 0 : UNKNOWN_FOR_MS)
    return () => clearTimeout(next)
  }, [known, step])
  if (step === 0) return PLACE
  const tiers = TIERS.filter(tier => address.tier === null || address.tier === tier)
  return (
    <>
      {/* On a phone both bars come before the curves, so that both are on the first screen. */}
      {narrow && tiers.map(tier => <TierCurve key={tier} tier={tier} drawn={step > 4} />)}
      {step > 1 ? <ModelTable /> : PLACE}
      {step > 2 && (
        <div class="lower">
          <DayHistory />
          <AlertList />
        </div>
      )}
      {step > 3 && <SystemFacts />}
    </>
  )
}
