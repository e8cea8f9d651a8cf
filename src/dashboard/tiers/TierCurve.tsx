import type { Tier } from '../../wire.ts'
import { BurnUp } from '../shell/parts.ts'
import { KINDS, Split } from './Split.tsx'
import { TIER_NAMES } from './tierState.ts'
import { useTier } from './useTier.ts'

export function TierCurve({ tier }: { tier: Tier }) {
  const view = useTier(tier)
  if (!view) return null
  return (
    <section class={`card tier state-${view.state}${view.stale ? ' stale' : ''}`} aria-labelledby={`curve-${tier}`}>
      <h2 id={`curve-${tier}`}>{TIER_NAMES[tier]} today</h2>
      <Split view={view} parts={KINDS} />
      <BurnUp tier={tier} view={view} />
    </section>
  )
}
