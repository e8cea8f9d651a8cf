import { useMemo } from 'preact/hooks'
import type { HistoryView, HourPoint, Tier } from '../../wire.ts'
import { useServerNow, useUsage } from '../page/PageContext.ts'
import { useResource } from '../page/useResource.ts'
import type { Reading } from './dayCurve.ts'
import { at, lastWeekByNow, usualDay } from './usualDay.ts'

const PATH = '/api/history?days=28&interval=hour'

export interface Usual {
  /** Empty where too little is known. */
  curve: Reading[]
  byNow: number | null
  lastWeek: number | null
}

/**
 * What the tier's day is held against: a usual day and the same time last week. Hours tell free from billed nowhere, so where only free
 * tokens count there is nothing to compare with.
 */
export function useUsual(tier: Tier): Usual {
  const usage = useUsage()
  const now = useServerNow(60)
  const isAsked = usage !== null && usage.last_updated !== null && usage[tier].limit_counts === 'all'
  const { value } = useResource<HistoryView<HourPoint>>(isAsked ? PATH : null)
  const today = usage?.date ?? null
  return useMemo(() => {
    if (!value || today === null) return { curve: [], byNow: null, lastWeek: null }
    const curve = usualDay(value.snapshots, today, tier)
    return {
      curve,
      byNow: curve.length === 0 ? null : at(curve, now),
      lastWeek: lastWeekByNow(value.snapshots, now, tier),
    }
  }, [value, today, tier, now])
}
