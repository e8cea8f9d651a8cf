import type { Tier } from '../../wire.ts'
import { BurnUp } from '../shell/parts.ts'
import { KINDS, Split } from './Split.tsx'
import { TIER_NAMES } from './tierNames.ts'
import { useTier } from './useTier.ts'

/** `drawn`: the curve itself, with its code; before that its place is kept. */
export function TierCurve({ tier, drawn }: { tier: Tier; drawn: boolean }) {
  const view = useTier(tier)
  if (!view) return null
  return (
    <section class={`card tier state-${view.state}${view.stale ? ' stale' : ''}`} aria-labelledby={`curve-${tier}`}>
      <h2 id={`curve-${tier}`}>{TIER_NAMES[tier]} today</h2>
      <Split view={view} parts={KINDS} />
      {drawn ? <BurnUp tier={tier} view={view} /> : <div class="ghost ghost-chart" />}
    </section>
  )
}
