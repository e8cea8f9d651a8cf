import type { UpstreamFault } from '../openai/upstreamFault.ts'
import { foldByDate } from '../usage/foldBuckets.ts'
import { groupChanges } from '../usage/groupChanges.ts'
import { isSteepFall, type TierTotals, tierTotals } from '../usage/tierTotals.ts'
import type { GroupMap, UsageGroup } from '../usage/usageGroup.ts'
import { endOf, startOf } from '../usage/utcDay.ts'
import type { Desk } from './desk.ts'
import { countEntries, handOver, hoursOf, readHoursOf, wholeDay } from './hourReads.ts'
import { type Day, readDay, writeDay, writeDayGroups, writeEntryCount } from './store/dayStore.ts'
import { enqueueHistory } from './store/historyQueue.ts'
import { writePollState } from './store/pollState.ts'
import { summaryRows } from './summaryRows.ts'

export type Reconciled = { ok: true; before: TierTotals; after: TierTotals } | { ok: false; fault: UpstreamFault }

/** The hours of an open day, re-read and handed to D1 at once, the running one included. The poll has read the day itself. */
export async function reconcileOpenHours(desk: Desk, date: string): Promise<UpstreamFault | null> {
  const read = await readHoursOf(desk, date)
  if (!read.ok) return read.fault
  desk.commit(memory => {
    const state = { ...memory.state, seq: memory.state.seq + 1 }
    handOver(desk, state.seq, startOf(date), endOf(date))
    writePollState(desk.ports.sql, state)
    return { ...memory, state }
  })
  return null
}

/** Re-reads a closed day. A difference makes a new revision of its summary; it stays final. */
export async function reconcileClosedDay(desk: Desk, date: string): Promise<Reconciled> {
  const { sql } = desk.ports
  const { classify } = desk
  const held = readDay(sql, date)
  const totals = (of: Iterable<UsageGroup>) => tierTotals(of, classify)
  const before = totals(held?.groups.values() ?? [])
  let read = await gatherDay(desk, date)
  // As with open days: that more than half is gone is believed when a second read says the same.
  if (read.ok && isSteepFall(before, totals(read.groups.values()))) read = await gatherDay(desk, date)
  if (!read.ok) return read
  const { groups } = read
  const hours = await desk.gather({ width: '1h', start: startOf(date), end: endOf(date) })
  if (!hours.ok) return hours
  const byHour = hoursOf(date, hours.buckets, classify)
  desk.commit(memory => {
    const seq = memory.state.seq + 1
    const day: Day = {
      date,
      revision: seq,
      final: true,
      tracked: held?.tracked ?? false,
      limits: held?.limits ?? desk.config.limits,
      hoursReadS: Math.floor(desk.ports.now() / 1000),
      hoursRevision: seq,
      groups,
    }
    writeDay(sql, day)
    writeEntryCount(sql, date, countEntries(byHour))
    writeDayGroups(sql, date, groupChanges(held?.groups ?? new Map(), groups))
    const now = desk.ports.now()
    enqueueHistory(sql, seq, { summaries: summaryRows(day, classify) }, now)
    enqueueHistory(sql, seq, wholeDay(date, byHour, classify), now)
    const state = { ...memory.state, seq }
    writePollState(sql, state)
    return { ...memory, state }
  })
  return { ok: true, before, after: totals(groups.values()) }
}

type ReadDay = { ok: true; groups: GroupMap } | { ok: false; fault: UpstreamFault }

async function gatherDay(desk: Desk, date: string): Promise<ReadDay> {
  const read = await desk.gather({ width: '1d', start: startOf(date), end: endOf(date) })
  if (!read.ok) return read
  return { ok: true, groups: foldByDate(read.buckets, [date], desk.classify).get(date) ?? new Map() }
}
