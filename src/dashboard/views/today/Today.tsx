import { TIERS } from '../../../wire.ts'
import { usePlace, useStatus } from '../../page/PageContext.ts'
import { FirstRun } from '../../shell/parts.ts'
import { useNarrow } from '../../shell/useNarrow.ts'
import { FilterChip, ViewLink } from '../../shell/ViewLink.tsx'
import { TierCard } from '../../tiers/TierCard.tsx'
import { TierCurve } from '../../tiers/TierCurve.tsx'
import { TIER_NAMES } from '../../tiers/tierState.ts'
import { useVerdict } from '../../tiers/useVerdict.ts'
import { clock, timeOfDay } from '../../words/clock.ts'
import { CostsLine } from '../costs/CostsLine.tsx'
import { LatestAlert } from './LatestAlert.tsx'

export function Today() {
  const { address, zone } = usePlace()
  const status = useStatus()
  const narrow = useNarrow()
  const verdict = useVerdict(at => (narrow ? timeOfDay(at, zone.name) : clock(at, zone)))
  const tiers = TIERS.filter(tier => address.tier === null || address.tier === tier)
  return (
    <>
      {status?.last_success === null && <FirstRun status={status} />}
      <h2 class="verdict">{verdict ?? 'Loading…'}</h2>
      {!narrow && <Asides />}
      {address.tier !== null && (
        <p class="filters">
          <FilterChip on={true} patch={{ tier: null }}>
            {TIER_NAMES[address.tier]} only ✕
          </FilterChip>
        </p>
      )}
      <div class="tiers" data-count={tiers.length}>
        {tiers.map(tier => (
          <TierCard key={tier} tier={tier} withCurve={!narrow} />
        ))}
      </div>
      {narrow && <Asides />}
      {/* On a phone both bars come before the curves, so that both are on the first screen. */}
      {narrow && tiers.map(tier => <TierCurve key={tier} tier={tier} />)}
    </>
  )
}

function Asides() {
  return (
    <div class="asides">
      <div class="costs">
        <CostsLine />
      </div>
      <LatestAlert />
      <p class="week">
        <ViewLink
          to="who"
          patch={{ by: 'project', span: 7 }}
          title="Who used what in seven days, against the seven before"
        >
          This week against last
        </ViewLink>
      </p>
    </div>
  )
}
