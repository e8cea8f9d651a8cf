import { addDays, DAY_S, dateOf, datesFrom, endOf } from '../usage/utcDay.ts'
import type { Gap } from './reads/gap.ts'
import type { SideRead } from './reads/sideRead.ts'
import { type BrakedProject, readBrakedProjects } from './store/brakeStore.ts'
import { type Day, readUnsettledDays } from './store/dayStore.ts'
import { readGaps } from './store/gapStore.ts'
import { type PollState, readPollState } from './store/pollState.ts'
import { readSideReads } from './store/sideReadStore.ts'
import type { Sql } from './store/sql.ts'

/** What the object holds of its storage while it is awake. Replaced after a commit, never changed in place. */
export interface Memory {
  state: PollState
  /** Days for which something is still to be read, by date: the open ones, and those whose hours are missing. */
  days: ReadonlyMap<string, Day>
  gaps: readonly Gap[]
  reads: readonly SideRead[]
  /** Projects that the brake has touched; none while no brake is set. */
  braked: readonly BrakedProject[]
}

export function loadMemory(sql: Sql): Memory {
  return {
    state: readPollState(sql),
    days: new Map(readUnsettledDays(sql).map(day => [day.date, day])),
    gaps: readGaps(sql),
    reads: readSideReads(sql),
    braked: readBrakedProjects(sql),
  }
}

/** A day may still move this long after its end: batches end and figures settle up to a day later, with room to spare. */
export const OPEN_AFTER_END_S = 2 * DAY_S
/** What cannot be read for this long after a day should have closed is given up, and said. */
export const GIVEN_UP_AFTER_S = 7 * DAY_S

export function closesAt(date: string): number {
  return endOf(date) + OPEN_AFTER_END_S
}

/** The open dates: from the oldest open day, or the oldest that may still move, to today. */
export function openDates(days: ReadonlyMap<string, Day>, nowS: number): string[] {
  const today = dateOf(nowS)
  const open = [...days.values()].filter(day => !day.final).map(day => day.date)
  const oldest = [...open, addDays(today, -OPEN_AFTER_END_S / DAY_S)].sort()[0] ?? today
  return datesFrom(oldest, today)
}

/** The dates that the poll itself reads: the open ones after the last that must be read alone; today always. */
export function polledDates({ days, reads }: Memory, nowS: number): string[] {
  const today = dateOf(nowS)
  const apart = reads.filter(read => read.kind === 'day' && read.key < today).map(read => read.key)
  const last = apart.sort().at(-1) ?? ''
  return openDates(days, nowS).filter(date => date > last)
}

export function sideReadOf({ reads }: Memory, kind: SideRead['kind'], key: string): SideRead | null {
  return reads.find(read => read.kind === kind && read.key === key) ?? null
}

export function withSideRead(reads: readonly SideRead[], changed: SideRead): SideRead[] {
  return [...withoutSideRead(reads, changed.kind, changed.key), changed]
}

export function withoutSideRead(reads: readonly SideRead[], kind: SideRead['kind'], key: string): SideRead[] {
  return reads.filter(read => read.kind !== kind || read.key !== key)
}
