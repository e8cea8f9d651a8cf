import { BEYOND_COUNTING } from '../../openai/bucketPage.ts'
import { tickCurve } from '../../usage/tickCurve.ts'
import type { Bucket } from '../../usage/usageGroup.ts'
import { dateOf, endOf, floorTo, HOUR_S, MINUTE_S, startOf } from '../../usage/utcDay.ts'
import type { SnapshotPoint } from '../../wire.ts'
import type { Desk } from '../desk.ts'
import { type Day, readDay } from '../store/dayStore.ts'
import { deleteGap, writeGap } from '../store/gapStore.ts'
import { readHours } from '../store/hourStore.ts'
import { writePollState } from '../store/pollState.ts'
import { writeTicks } from '../store/tickStore.ts'
import { type Gap, ticksIn } from './gap.ts'
import { fromFault, type ReadOutcome } from './readOutcome.ts'
import type { SideFault } from './sideRead.ts'

const WAITS_FOR_HOURS: SideFault = {
  code: 'hours_missing',
  message: 'The curve of this stretch needs the hours of its date, and they could not be read yet.',
  action: 'Nothing to do: it is rebuilt when they can.',
}

/**
 * Rebuilds the ticks of a stretch from the held hours of its date, and where it is a short one from minute buckets of its
 * last hour. The stretch stays owed until all of that is known.
 */
export async function rebuildTicks(desk: Desk, gap: Gap): Promise<ReadOutcome> {
  const date = dateOf(gap.fromS + 1)
  const day = desk.memory.days.get(date) ?? readDay(desk.ports.sql, date)
  const firstHour = floorTo(gap.fromS + 1, HOUR_S)
  const needed = gap.width === '1m' ? firstHour : floorTo(gap.toS, HOUR_S)
  if (day === null || !hasHours(day, needed)) return { ok: false, error: WAITS_FOR_HOURS, fault: null, requests: 0 }
  const ticks = gap.width === '1m' ? [...ticksIn(gap, desk.config.pollCron)] : fullHours(gap)
  let minutes: Bucket[] = []
  let requests = 0
  if (gap.width === '1m' && ticks.length > 0) {
    const end = floorTo(Math.min(gap.toS, endOf(date)), MINUTE_S)
    const read = await desk.gather({ width: '1m', start: firstHour, end })
    if (!read.ok) return fromFault(read)
    requests = read.requests
    const spoiled = read.spoiled[0]
    if (spoiled !== undefined)
      return fromFault({ fault: { kind: 'malformed', detail: spoiled.detail, requestId: null }, requests })
    minutes = read.buckets
  }
  const hours = [...readHours(desk.ports.sql, date)].map(([start, groups]) => ({ start, groups: [...groups.values()] }))
  const points = tickCurve(ticks, hours, minutes, desk.classify)
  if (!points.every(({ premium_tokens, mini_tokens }) => Number.isSafeInteger(premium_tokens + mini_tokens)))
    return fromFault({ fault: { kind: 'malformed', detail: BEYOND_COUNTING, requestId: null }, requests })
  commitTicks(desk, gap, points)
  return { ok: true, requests }
}

/** The full hours before an instant are known: they were read after it, or they add up to the day. */
function hasHours(day: Day, untilS: number): boolean {
  if (untilS <= startOf(day.date)) return true
  return day.hoursReadS >= untilS || (day.hoursReadS > 0 && day.hoursRevision === day.groupsRevision)
}

function fullHours({ fromS, toS }: Gap): number[] {
  const ticks: number[] = []
  for (let tick = floorTo(fromS, HOUR_S) + HOUR_S; tick < toS; tick += HOUR_S) ticks.push(tick)
  return ticks
}

function commitTicks(desk: Desk, gap: Gap, points: readonly SnapshotPoint[]): void {
  const { sql } = desk.ports
  desk.commit(memory => {
    const state = { ...memory.state, seq: memory.state.seq + 1 }
    if (points.length > 0) writeTicks(sql, points, state.seq)
    deleteGap(sql, gap)
    writePollState(sql, state)
    return { ...memory, state, gaps: memory.gaps.filter(other => other.fromS !== gap.fromS) }
  })
}

/** Minutes that cannot be read are given up for hours, and those for nothing. Returns whether it is still owed. */
export function coarsenGap(desk: Desk, gap: Gap): boolean {
  const { sql } = desk.ports
  const coarser: Gap | null = gap.width === '1m' ? { ...gap, width: '1h' } : null
  desk.commit(memory => {
    const others = memory.gaps.filter(other => other.fromS !== gap.fromS)
    if (coarser === null) deleteGap(sql, gap)
    else writeGap(sql, coarser)
    return { ...memory, gaps: coarser === null ? others : [...others, coarser] }
  })
  return coarser !== null
}
