import { tickCurve } from '../usage/tickCurve.ts'
import { dateOf, endOf, floorTo, HOUR_S, startOf } from '../usage/utcDay.ts'
import type { Desk, Gathered } from './desk.ts'
import { missedTicks } from './schedule.ts'
import { deleteGap, type Gap } from './store/gapStore.ts'
import { enqueueHistory } from './store/historyQueue.ts'
import { writePollState } from './store/pollState.ts'

/**
 * Rebuilds the ticks of a short absence: hours from midnight to the gap's first hour, minutes from there on. The gap stays
 * owed until all of it is read.
 */
export async function rebuildGap(desk: Desk, gap: Gap): Promise<Gathered> {
  const date = dateOf(gap.fromS + 1)
  const firstHour = floorTo(gap.fromS + 1, HOUR_S)
  const ticks = [...missedTicks(desk.config.pollCron, gap.fromS, gap.toS)].filter(tick => dateOf(tick) === date)
  let hours: Gathered = { ok: true, buckets: [], requests: 0, simulated: false }
  // The hours before the gap, and those inside it: a tick needs all full hours before it.
  const lastHour = floorTo(Math.min(gap.toS, endOf(date) - 1), HOUR_S)
  if (ticks.length > 0 && lastHour > startOf(date)) {
    hours = await desk.gather({ width: '1h', start: startOf(date), end: lastHour })
    if (!hours.ok) return hours
  }
  const minutes =
    ticks.length > 0 ? await desk.gather({ width: '1m', start: firstHour, end: floorTo(gap.toS, 60) }) : hours
  if (!minutes.ok) return minutes
  const snapshots = tickCurve(ticks, hours.buckets, minutes.buckets, desk.classify)
  desk.commit(memory => {
    const state = { ...memory.state, seq: memory.state.seq + 1 }
    enqueueHistory(desk.ports.sql, state.seq, { snapshots }, desk.ports.now())
    deleteGap(desk.ports.sql, gap)
    writePollState(desk.ports.sql, state)
    return { ...memory, state, gaps: memory.gaps.filter(other => other.fromS !== gap.fromS) }
  })
  return { ...minutes, requests: minutes.requests + hours.requests }
}
