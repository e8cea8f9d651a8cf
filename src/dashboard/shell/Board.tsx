import { TIERS } from '../../wire.ts'
import { useView } from '../page/PageContext.ts'
import { Notes } from '../status/Notes.tsx'
import { TierCard } from '../tiers/TierCard.tsx'
import { Costs, Details, FirstRun, Help, Kiosk } from './parts.ts'
import { TopBar } from './TopBar.tsx'
import { useKeys } from './useKeys.ts'
import { useNarrow } from './useNarrow.ts'

export function Board() {
  const { state, address } = useView()
  const narrow = useNarrow()
  useKeys()
  if (address.kiosk) return <Kiosk />
  const tiers = TIERS.filter(tier => address.tier === null || address.tier === tier)
  const firstRun = state.status !== null && state.status.last_success === null
  return (
    <div class="board">
      <TopBar />
      <main>
        <Notes />
        {firstRun && state.status && <FirstRun status={state.status} />}
        {COSTS}
        <div class="tiers" data-count={tiers.length}>
          {tiers.map(tier => (
            <TierCard key={tier} tier={tier} withCurve={!narrow} />
          ))}
        </div>
        <Details />
      </main>
      {HELP}
    </div>
  )
}

// Made once: they are not drawn again with each update. The costs' place is kept from the start.
const COSTS = (
  <div class="costs">
    <Costs />
  </div>
)
const HELP = <Help />
