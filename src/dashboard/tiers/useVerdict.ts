import { useMemo } from 'preact/hooks'
import { TIERS, type Tier } from '../../wire.ts'
import { useReadings, useUsage } from '../page/PageContext.ts'
import { useStale } from '../status/useStale.ts'
import { dayCurve, ranOutAt } from './dayCurve.ts'
import { verdict } from './verdict.ts'

/** The day in one line; null before the numbers are there. */
export function useVerdict(clock: (at: number) => string): string | null {
  const usage = useUsage()
  const { value: points } = useReadings()
  const stale = useStale()
  const ranOut = useMemo(() => {
    const at = (tier: Tier) => {
      if (!usage || usage[tier].counted_tokens < usage[tier].limit) return null
      return ranOutAt(dayCurve(points ?? [], tier, usage[tier].limit_counts), usage[tier].limit)
    }
    return Object.fromEntries(TIERS.map(tier => [tier, at(tier)])) as Record<Tier, number | null>
  }, [usage, points])
  return usage && verdict({ usage, stale, ranOut, clock })
}
