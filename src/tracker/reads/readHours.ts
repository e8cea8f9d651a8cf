import { sameGroups } from '../../usage/groupChanges.ts'
import type { Bucket } from '../../usage/usageGroup.ts'
import { dateOf, endOf, floorTo, HOUR_S, startOf } from '../../usage/utcDay.ts'
import type { Desk } from '../desk.ts'
import { keepProfile } from '../foresight/keepProfile.ts'
import { closesAt, type Memory, sideReadOf } from '../memory.ts'
import { type Day, insertDay, updateDayHours } from '../store/dayStore.ts'
import { readHours, writeHour } from '../store/hourStore.ts'
import { writePollState } from '../store/pollState.ts'
import { addsUp, countEntries, type Hours, hoursOf, isBelieved, withUnplaced } from './hoursOfDay.ts'
import { fromFault, type ReadOutcome } from './readOutcome.ts'
import { isSideReadDue, type SideFault } from './sideRead.ts'

/** By then (seconds into an hour) OpenAI has told what was used before it, but for stragglers. */
const TOLD_AFTER_S = 900

/**
 * Dates whose hours are to be read now, oldest first: a day that has closed, today when an hour has begun, and a day whose
 * hours do not add up to it, when an hour has begun and once more when its predecessor's late figures are there. What comes
 * still later is mostly the running hour's, which is given all that has no hour yet. A failed read has its own time.
 */
export function dueHourReads(memory: Memory, now: number): string[] {
  const nowS = Math.floor(now / 1000)
  const today = dateOf(nowS)
  /** Whether the clock has passed so many seconds of an hour since. */
  const isPast = (sinceS: number, secondsS: number) =>
    floorTo(nowS - secondsS, HOUR_S) !== floorTo(sinceS - secondsS, HOUR_S)
  return [...memory.days.values()]
    .filter(day => {
      const failed = sideReadOf(memory, 'hours', day.date)
      if (failed !== null) return isSideReadDue(failed, now)
      // Not only a later one: a read that was noted by a clock ahead must not keep the next one off until then.
      const newHour = isPast(day.hoursReadS, 0)
      const stale = newHour || isPast(day.hoursReadS, TOLD_AFTER_S)
      const incomplete = day.hoursRevision !== day.groupsRevision
      if (day.final) return day.hoursReadS < closesAt(day.date) || day.hoursReadS > nowS || (incomplete && stale)
      return (incomplete && stale) || (newHour && day.date === today)
    })
    .map(day => day.date)
    .sort()
}

/** Figures come up to minutes late: between two whole reads of today so many hours before the running one are read with it. */
const LATE_HOURS = 1

/**
 * From when on (Unix seconds) the hours of a date are read: its midnight. Today's were all read when this hour began, so until
 * the next one begins only the last of them are; what comes later for an earlier hour waits for that.
 */
export function hoursFrom(date: string, hoursReadS: number, nowS: number): number {
  const hour = floorTo(nowS, HOUR_S)
  const isRest = date === dateOf(nowS) && floorTo(hoursReadS, HOUR_S) === hour
  return isRest ? Math.max(startOf(date), hour - LATE_HOURS * HOUR_S) : startOf(date)
}

/**
 * Reads the hours of one unsettled date and commits what they change: all of them, or with `onlyLate` those from `hoursFrom` on,
 * beside the earlier ones as they are held.
 */
export async function readHoursOf(desk: Desk, date: string, { onlyLate = false } = {}): Promise<ReadOutcome> {
  const readAt = Math.floor(desk.ports.now() / 1000)
  const today = dateOf(readAt)
  const hoursReadS = onlyLate ? (desk.memory.days.get(date)?.hoursReadS ?? 0) : 0
  const from = hoursFrom(date, hoursReadS, readAt)
  const read = await desk.gather({ width: '1h', start: from, end: date < today ? endOf(date) : null })
  if (!read.ok) return fromFault(read)
  const spoiled = read.spoiled[0]
  if (spoiled !== undefined)
    return fromFault({ fault: { kind: 'malformed', detail: spoiled.detail, requestId: null }, requests: read.requests })
  const error = commitHours(desk, date, { from, buckets: read.buckets }, readAt)
  return error === null
    ? { ok: true, requests: read.requests }
    : { ok: false, error, fault: null, requests: read.requests }
}

const REFUSED: SideFault = {
  code: 'hours_do_not_add_up',
  message: 'OpenAI now says less for the hours of this date than for the date itself. The hours stay as they were.',
  action: 'Nothing to do if it passes: they are read again. The totals of the date are not touched by it.',
}

const DIFFERS: SideFault = {
  code: 'hours_differ',
  message: 'This date has closed, but what OpenAI says of its hours does not add up to what it says of the date.',
  action: 'Nothing to do: they are read again for a week. The totals of the date are not touched by it.',
}

/** Returns why the answer was not believed, or is not enough to be done with the date; or null. */
function commitHours(
  desk: Desk,
  date: string,
  { from, buckets }: { from: number; buckets: readonly Bucket[] },
  readAt: number,
): SideFault | null {
  const { sql } = desk.ports
  const { classify } = desk
  const held = readHours(sql, date)
  const earlier = [...held].filter(([hour]) => hour < from)
  const answer = new Map([...hoursOf(date, buckets, classify), ...earlier].sort(([a], [b]) => a - b))
  // The day may have been settled meanwhile.
  const now = desk.memory.days.get(date)
  if (now === undefined) return null
  if (!isBelieved(answer, held, now.groups, classify)) return REFUSED
  desk.commit(memory => {
    const day = memory.days.get(date) ?? now
    const seq = memory.state.seq + 1
    writeHours(desk, answer, held, seq)
    const complete = addsUp(answer, day.groups, classify)
    const settled = day.final && complete && readAt >= closesAt(date)
    const next: Day = {
      ...day,
      hoursReadS: readAt,
      hoursRevision: complete ? day.groupsRevision : 0,
      hourEntries: countEntries(answer),
      settled,
    }
    const days = new Map(memory.days)
    if (settled) {
      desk.isToHandOver = true
      insertDay(sql, next)
      keepProfile(desk, next, answer)
      days.delete(date)
    } else {
      updateDayHours(sql, next)
      days.set(date, next)
    }
    const state = { ...memory.state, seq }
    writePollState(sql, state)
    return { ...memory, state, days }
  })
  return now.final && desk.memory.days.has(date) && readAt >= closesAt(date) ? DIFFERS : null
}

/** Writes the hours that differ; one that OpenAI took back stays as an empty one. */
export function writeHours(desk: Desk, hours: Hours, held: Hours, seq: number): void {
  for (const hour of new Set([...hours.keys(), ...held.keys()])) {
    const groups = hours.get(hour) ?? new Map()
    if (!sameGroups(held.get(hour) ?? new Map(), groups)) writeHour(desk.ports.sql, hour, groups, seq)
  }
}

/**
 * Gives up on the hours of a day that has closed: what they lack is put into the day's last hour, so that the hours still add
 * up to the day, and nothing more is read.
 */
export function settleWithoutHours(desk: Desk, date: string): void {
  const { sql } = desk.ports
  desk.commit(memory => {
    const day = memory.days.get(date)
    if (day === undefined) return memory
    const seq = memory.state.seq + 1
    const held = readHours(sql, date)
    const hours = withUnplaced(held, day.groups, endOf(date) - HOUR_S, desk.classify)
    writeHours(desk, hours, held, seq)
    const settled = { ...day, final: true, settled: true, hourEntries: countEntries(hours) }
    insertDay(sql, day.final ? settled : { ...settled, revision: seq })
    keepProfile(desk, settled, hours)
    const days = new Map(memory.days)
    days.delete(date)
    const state = { ...memory.state, seq }
    writePollState(sql, state)
    return { ...memory, state, days }
  })
}
