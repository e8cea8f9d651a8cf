import type { SnapshotPoint } from '../../../wire.ts'
import { duration } from '../../words/duration.ts'

export interface Slot {
  /** Unix seconds. */
  from: number
  to: number
  /** Readings in it, and how many were due. */
  found: number
  due: number
  /** `rebuilt`: from whole hours, of a time when nobody polled. */
  state: 'ok' | 'some' | 'none' | 'before' | 'rebuilt'
}

const DAY_S = 86_400
const SLOTS = 96

/**
 * The last 24 hours as a strip: which polls brought a reading. `intervalS`: between polls. What lies before the first reading that is
 * known is not missing. The running slot is due as far as it has gone, less one poll that may be under way.
 */
export function pollStrip(points: readonly SnapshotPoint[], now: number, intervalS: number): Slot[] {
  const length = DAY_S / SLOTS
  const end = Math.ceil(now / length) * length
  const first = points[0]?.timestamp ?? null
  return Array.from({ length: SLOTS }, (_, at): Slot => {
    const from = end - (SLOTS - at) * length
    const to = from + length
    const found = points.filter(({ timestamp }) => timestamp >= from && timestamp < to).length
    const due = Math.max(0, Math.floor((Math.min(to, now - intervalS) - from) / intervalS))
    if (first === null || to <= first) return { from, to, found, due, state: 'before' }
    if (found >= due) return { from, to, found, due, state: 'ok' }
    if (isRebuilt(points, from, to)) return { from, to, found, due, state: 'rebuilt' }
    return { from, to, found, due, state: found > 0 ? 'some' : 'none' }
  })
}

const HOUR_S = 3600

/** Readings on whole hours alone, one after the other: those that the first start or a reconcile made of hours. */
function isRebuilt(points: readonly SnapshotPoint[], from: number, to: number): boolean {
  const before = points.findLast(({ timestamp }) => timestamp <= from)?.timestamp
  const after = points.find(({ timestamp }) => timestamp >= to)?.timestamp
  const whole = (at: number | undefined) => at !== undefined && at % HOUR_S === 0
  const inside = points.filter(({ timestamp }) => timestamp > from && timestamp < to)
  return (
    inside.every(({ timestamp }) => whole(timestamp)) &&
    whole(before) &&
    whole(after) &&
    (after ?? to) - (before ?? from) <= HOUR_S
  )
}

/** In words, for those who do not see it. */
export function stripSummary(slots: readonly Slot[]): string {
  const known = slots.filter(({ state }) => state !== 'before')
  const holes = known.filter(({ state }) => state === 'none').length
  const thin = known.filter(({ state }) => state === 'some').length
  if (known.length === 0) return 'No reading in the last day'
  const rebuilt = known.filter(({ state }) => state === 'rebuilt').length
  const minutes = (count: number) => duration(count * 15 * 60)
  const also = rebuilt > 0 ? `; ${minutes(rebuilt)} rebuilt from whole hours` : ''
  if (holes + thin === 0) return `Readings in all of the last ${minutes(known.length)}${also}`
  const words = [
    ...(holes > 0 ? [`No reading in ${minutes(holes)}`] : []),
    ...(thin > 0 ? [`Some missing in ${minutes(thin)}`] : []),
  ]
  return words.join(', ') + also
}
