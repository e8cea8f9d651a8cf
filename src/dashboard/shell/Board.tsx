import { TIERS } from '../../wire.ts'
import { useView } from '../page/PageContext.ts'
import { Notes } from '../status/Notes.tsx'
import { TierCard } from '../tiers/TierCard.tsx'
import { Details, FirstRun, Help, Kiosk } from './parts.ts'
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

// Made once: it is not drawn again with each update.
const HELP = <Help />
