import { DAY_S, dateOf, datesFrom, endOf, floorTo, HOUR_S, startOf } from '../../usage/utcDay.ts'
import { missedTicks } from '../cycle/schedule.ts'

/** A stretch of the curve inside one UTC date that is still to be rebuilt, both ends excluded (Unix seconds). */
export interface Gap {
  fromS: number
  toS: number
  /** `1m`: from minute buckets, at most an hour of them. `1h`: a point at each full hour. */
  width: '1m' | '1h'
}

/** An absence longer than this is rebuilt by hours: minutes of days are too much to read. */
const MINUTES_FOR_AT_MOST_S = DAY_S

/**
 * What is to be rebuilt between two snapshots, both excluded: cut at midnights, and where minutes are read also at full
 * hours, so that each piece is one small page whatever the size of the organisation.
 */
export function gapsBetween(fromS: number, toS: number): Gap[] {
  return toS - fromS > MINUTES_FOR_AT_MOST_S ? hourGaps(fromS, toS) : minuteGaps(fromS, toS)
}

export function hourGaps(fromS: number, toS: number): Gap[] {
  return datesFrom(dateOf(fromS + 1), dateOf(toS - 1)).map(date => ({
    // One second before midnight: midnight itself belongs to the date.
    fromS: Math.max(fromS, startOf(date) - 1),
    toS: Math.min(toS, endOf(date)),
    width: '1h',
  }))
}

function minuteGaps(fromS: number, toS: number): Gap[] {
  const gaps: Gap[] = []
  for (let hour = floorTo(fromS + 1, HOUR_S); hour < toS; hour += HOUR_S) {
    gaps.push({ fromS: Math.max(fromS, hour - 1), toS: Math.min(toS, hour + HOUR_S), width: '1m' })
  }
  return gaps
}

/**
 * The snapshots (Unix seconds) that a stretch lacks, one by one. A stretch that was cut at a full hour has a neighbour: a
 * slot just before the cut is served by no poll there.
 */
export function* ticksIn({ fromS, toS }: Gap, pollCron: string): Generator<number> {
  const seenAt = toS % HOUR_S === 0 ? toS + HOUR_S : toS
  for (const tick of missedTicks(pollCron, fromS, seenAt)) {
    if (tick >= toS) return
    yield tick
  }
}
