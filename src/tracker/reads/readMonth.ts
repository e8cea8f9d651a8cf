import type { GroupMap } from '../../usage/usageGroup.ts'
import { addDays, dateOf, datesFrom } from '../../usage/utcDay.ts'
import { gatherDates } from '../cycle/gatherDates.ts'
import { FIRST_CURVE_DAYS } from '../cycle/settleReading.ts'
import type { Desk } from '../desk.ts'
import { closesAt, withSideRead } from '../memory.ts'
import { type Day, insertDay, readDay, unreadDay } from '../store/dayStore.ts'
import { writePollState } from '../store/pollState.ts'
import { writeSideRead } from '../store/sideReadStore.ts'
import { fromFault, type ReadOutcome } from './readOutcome.ts'

/** Daily summaries that a fresh tracker starts with. */
export const BACKFILL_DAYS = 30

/**
 * Reads the closed days before the first poll once, so that the first look already has a month behind it. A date that is
 * spoiled is read by itself from then on.
 */
export async function readMonth(desk: Desk): Promise<ReadOutcome> {
  const dates = monthDates(desk)
  const read = await gatherDates(desk, dates)
  if (!read.ok) return fromFault(read)
  const nowMs = desk.ports.now()
  desk.commit(memory => {
    const seq = memory.state.seq + 1
    const days = new Map(memory.days)
    for (const [date, groups] of read.groups) {
      const day = insertPastDay(desk, date, groups, seq)
      if (day !== null && !day.settled) days.set(date, day)
    }
    let { reads } = memory
    for (const date of read.spoiled.keys()) reads = readApart(desk, reads, date, nowMs)
    const state = { ...memory.state, seq, backfill: 'done' as const }
    writePollState(desk.ports.sql, state)
    return { ...memory, state, days, reads }
  })
  return { ok: true, requests: read.requests }
}

/** The month cannot be read as one: each of its dates is read by itself, so that one that never can be costs no other. */
export function splitMonth(desk: Desk): void {
  const now = desk.ports.now()
  const dates = monthDates(desk)
  desk.commit(memory => {
    let { reads } = memory
    for (const date of [...dates].reverse()) reads = readApart(desk, reads, date, now)
    const state = { ...memory.state, backfill: 'done' as const }
    writePollState(desk.ports.sql, state)
    return { ...memory, state, reads }
  })
}

/** A closed day from before the first poll. Its hours are read where the curve of the first days needs them. Null: it is known. */
export function insertPastDay(desk: Desk, date: string, groups: GroupMap, seq: number): Day | null {
  const { sql, now } = desk.ports
  if (desk.memory.days.has(date) || readDay(sql, date) !== null) return null
  const curveFrom = addDays(dateOf(Math.floor(now() / 1000)), -FIRST_CURVE_DAYS)
  const day: Day = {
    ...unreadDay(date, desk.config.limits),
    revision: seq,
    final: true,
    settled: date < curveFrom,
    groupsRevision: seq,
    groups,
  }
  insertDay(sql, day)
  return day
}

function readApart(desk: Desk, reads: Desk['memory']['reads'], date: string, now: number) {
  const read = { kind: 'day' as const, key: date, since: now, attempts: 0, nextAt: now, error: null }
  writeSideRead(desk.ports.sql, read)
  return withSideRead(reads, read)
}

/** The month before the days that are still open. */
function monthDates(desk: Desk): string[] {
  const nowS = Math.floor(desk.ports.now() / 1000)
  const today = dateOf(nowS)
  const dates = datesFrom(addDays(today, -BACKFILL_DAYS), today).filter(date => closesAt(date) <= nowS)
  if (dates.length === 0) throw new RangeError('a month always has closed days')
  return dates
}
