import type { HistoryRows, HourTotal, ModelHourRow } from '../history/historyRows.ts'
import type { Classify } from '../models.ts'
import { capGroups } from '../usage/foldBuckets.ts'
import { groupChanges, sameGroups } from '../usage/groupChanges.ts'
import { tickCurve, tokensByTier } from '../usage/tickCurve.ts'
import { type Bucket, type GroupMap, groupMap, totalTokens } from '../usage/usageGroup.ts'
import { addDays, dateOf, endOf, floorTo, HOUR_S, startOf } from '../usage/utcDay.ts'
import type { Desk, Gathered } from './desk.ts'
import { closesAt, type Memory } from './memory.ts'
import { blindAt } from './schedule.ts'
import { forgetAlertsBefore } from './store/alertStore.ts'
import {
  countCleanEntries,
  type Day,
  deleteHours,
  forgetDaysBefore,
  markHoursClean,
  readDay,
  readDirtyHours,
  readHours,
  readHoursFrom,
  writeDay,
  writeEntryCount,
  writeHourGroups,
} from './store/dayStore.ts'
import { deleteGap, type Gap } from './store/gapStore.ts'
import { enqueueHistory } from './store/historyQueue.ts'
import { writePollState } from './store/pollState.ts'
import { modelHourRows, summaryRows } from './summaryRows.ts'

/** Hours go to D1 once they have been over for an hour: figures that come late would be written twice. */
const SETTLED_AFTER_END_S = HOUR_S
/** What the API can ask for at most (400 days), with a little to spare. */
const KEPT_DAYS = 402

/**
 * Dates whose hours are to be read now, oldest first: a day that closes, a stretch of curve to rebuild by hours, today
 * when an hour has begun, and an open day whose hours do not add up to what the day itself says, once an hour and every
 * third slot.
 */
export function dueHourReads(memory: Memory, nowS: number, pollCron: string): string[] {
  const today = dateOf(nowS)
  const due = new Set(memory.gaps.filter(gap => gap.width === '1h').map(gap => dateOf(gap.fromS + 1)))
  for (const day of memory.days.values()) {
    // Not only a later one: a read that was noted by a clock ahead must not keep the next one off until then.
    const newHour = floorTo(nowS, HOUR_S) !== floorTo(day.hoursReadS, HOUR_S)
    const stale = newHour || nowS >= thirdSlotS(pollCron, day.hoursReadS)
    const incomplete = day.hoursRevision !== day.revision && stale
    if (mayClose(memory, day.date, nowS) || incomplete || (newHour && day.date === today)) due.add(day.date)
  }
  return [...due].sort()
}

function thirdSlotS(pollCron: string, afterS: number): number {
  return blindAt(pollCron, afterS * 1000) / 1000
}

/** A day closes on figures that were all read after its time: its groups by the last poll, its hours now. */
function mayClose({ state }: Memory, date: string, nowS: number): boolean {
  return Math.min(nowS, (state.lastSuccess ?? 0) / 1000) >= closesAt(date)
}

/** Reads the hours of one date and commits what they change. Returns the fault, or null. */
export async function readHoursOf(desk: Desk, date: string): Promise<Gathered> {
  const readAt = Math.floor(desk.ports.now() / 1000)
  const today = dateOf(readAt)
  const gathered = await desk.gather({ width: '1h', start: startOf(date), end: date < today ? endOf(date) : null })
  if (gathered.ok) commitHours(desk, date, gathered.buckets, readAt)
  return gathered
}

function commitHours(desk: Desk, date: string, buckets: readonly Bucket[], readAt: number): void {
  const { sql } = desk.ports
  const { classify } = desk
  const hours = hoursOf(date, buckets, classify)
  const now = desk.ports.now()
  desk.commit(memory => {
    const day = memory.days.get(date)
    const seq = memory.state.seq + 1
    const state = { ...memory.state, seq }
    const gaps = memory.gaps.filter(gap => gap.width === '1h' && dateOf(gap.fromS + 1) === date)
    for (const gap of gaps) {
      enqueueHistory(sql, seq, { snapshots: hourCurve(gap, hours, classify) }, now)
      deleteGap(sql, gap)
    }
    const days = new Map(memory.days)
    if (day === undefined) {
      enqueueHistory(sql, seq, wholeDay(date, hours, classify), now)
      const closed = readDay(sql, date)
      if (closed !== null) writeDay(sql, { ...closed, hoursReadS: readAt })
      writeEntryCount(sql, date, countEntries(hours))
    } else {
      const next = saveOpenHours(desk, day, hours, readAt, seq)
      if (next.final) days.delete(date)
      else days.set(date, next)
    }
    writePollState(sql, state)
    return { ...memory, state, days, gaps: memory.gaps.filter(gap => !gaps.includes(gap)) }
  })
}

/** Writes what differs from the held hours, hands settled ones to D1, and closes the day when its time has come. */
function saveOpenHours(desk: Desk, day: Day, hours: ReadonlyMap<number, GroupMap>, readAt: number, seq: number): Day {
  const { sql } = desk.ports
  const held = readHours(sql, day.date)
  for (const start of new Set([...hours.keys(), ...held.keys()])) {
    const groups = groupChanges(held.get(start) ?? new Map(), hours.get(start) ?? new Map())
    writeHourGroups(sql, { start, groups })
  }
  const closes = mayClose(desk.memory, day.date, readAt)
  const settledBefore = floorTo(readAt - SETTLED_AFTER_END_S, HOUR_S)
  handOver(desk, seq, 0, closes ? endOf(day.date) : settledBefore)
  const sums = groupMap([...hours.values()].flatMap(of => [...of.values()]))
  const next: Day = {
    ...day,
    final: closes,
    revision: closes ? seq : day.revision,
    hoursReadS: readAt,
    // Equal sums: nothing is missing until the day's own figures change again.
    hoursRevision: sameGroups(sums, day.groups) ? (closes ? seq : day.revision) : 0,
  }
  enqueueHistory(sql, seq, { summaries: summaryRows(next, desk.classify) }, desk.ports.now())
  writeDay(sql, next)
  if (closes) {
    deleteHours(sql, day.date)
    forget(desk, addDays(day.date, -KEPT_DAYS), seq)
  }
  return next
}

/** Once a day, when a day closes: the object and D1 keep the same span. */
function forget(desk: Desk, before: string, seq: number): void {
  const { sql } = desk.ports
  forgetDaysBefore(sql, before)
  forgetAlertsBefore(sql, before, startOf(before) * 1000)
  enqueueHistory(sql, seq, { forgetBefore: before }, desk.ports.now())
}

/** Queues the groups of hours in [from, to) that D1 does not have, with the sums of the hours that they touch. */
export function handOver(desk: Desk, seq: number, from: number, to: number): void {
  const { sql } = desk.ports
  const dirty = readDirtyHours(sql, from, to)
  if (dirty.size === 0) return
  const starts = [...dirty.keys()].sort((a, b) => a - b)
  const all = readHoursFrom(sql, starts[0] ?? from)
  const modelHours = starts.flatMap(start => modelHourRows(start, dirty.get(start) ?? new Map(), desk.classify))
  const hourTotals = starts.map(start => hourTotal(start, all.get(start) ?? new Map(), desk.classify))
  enqueueHistory(sql, seq, { modelHours, hourTotals }, desk.ports.now())
  markHoursClean(sql, from, to)
  for (const date of new Set(starts.map(dateOf))) writeEntryCount(sql, date, countCleanEntries(sql, date))
}

export function hourTotal(hour: number, groups: GroupMap, classify: Classify): HourTotal {
  const tokens = tokensByTier({ start: hour, groups: [...groups.values()] }, classify)
  return { hour, premium_tokens: tokens.premium, mini_tokens: tokens.mini }
}

/** The hours of one date; what an upstream sends beyond it belongs to another read. */
export function hoursOf(date: string, buckets: readonly Bucket[], classify: Classify): Map<number, GroupMap> {
  return new Map(
    buckets
      .filter(bucket => dateOf(bucket.start) === date && bucket.groups.length > 0)
      .map(bucket => [floorTo(bucket.start, HOUR_S), capGroups(groupMap(bucket.groups), classify)]),
  )
}

/** A closed day as D1 shall have it, nothing besides. */
export function wholeDay(date: string, hours: ReadonlyMap<number, GroupMap>, classify: Classify): HistoryRows {
  const starts = [...hours.keys()].sort((a, b) => a - b)
  const modelHours: ModelHourRow[] = starts.flatMap(start =>
    modelHourRows(start, hours.get(start) ?? new Map(), classify),
  )
  const hourTotals = starts.map(start => hourTotal(start, hours.get(start) ?? new Map(), classify))
  return { modelHours, hourTotals, replaceHours: { from: startOf(date), to: endOf(date) } }
}

/** Hours by model with usage. */
export function countEntries(hours: ReadonlyMap<number, GroupMap>): number {
  let entries = 0
  for (const groups of hours.values()) {
    entries += new Set([...groups.values()].filter(group => totalTokens(group) > 0).map(group => group.model)).size
  }
  return entries
}

/** The curve of a gap at every full hour inside it. */
function hourCurve(gap: Gap, hours: ReadonlyMap<number, GroupMap>, classify: Classify) {
  const ticks: number[] = []
  for (let tick = floorTo(gap.fromS, HOUR_S) + HOUR_S; tick < gap.toS; tick += HOUR_S) ticks.push(tick)
  const buckets = [...hours].map(([start, groups]) => ({ start, groups: [...groups.values()] }))
  return tickCurve(ticks, buckets, [], classify)
}
