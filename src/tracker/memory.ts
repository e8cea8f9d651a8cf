import { addDays, DAY_S, dateOf, datesFrom, endOf } from '../usage/utcDay.ts'
import { readFired } from './store/alertStore.ts'
import { type Day, readOpenDays } from './store/dayStore.ts'
import { type Gap, readGaps } from './store/gapStore.ts'
import { type PollState, readPollState } from './store/pollState.ts'
import type { Sql } from './store/sql.ts'

/** What the object holds of its storage while it is awake. Replaced after a commit, never changed in place. */
export interface Memory {
  state: PollState
  /** Open days by date. */
  days: ReadonlyMap<string, Day>
  /** Thresholds that have fired, by date and tier, of the open days. */
  fired: ReadonlyMap<string, ReadonlySet<number>>
  gaps: readonly Gap[]
}

export function loadMemory(sql: Sql): Memory {
  const days = new Map(readOpenDays(sql).map(day => [day.date, day]))
  const oldest = [...days.keys()].sort()[0] ?? '0000-00-00'
  return { state: readPollState(sql), days, fired: readFired(sql, oldest), gaps: readGaps(sql) }
}

/** A day may still move this long after its end: batches end and figures settle up to a day later, with room to spare. */
export const OPEN_AFTER_END_S = 2 * DAY_S

export function closesAt(date: string): number {
  return endOf(date) + OPEN_AFTER_END_S
}

/** The dates that a poll reads: from the oldest open one, or the oldest that may still move, to today. */
export function openDates(days: ReadonlyMap<string, Day>, nowS: number): string[] {
  const today = dateOf(nowS)
  const oldest = [...days.keys(), addDays(today, -OPEN_AFTER_END_S / DAY_S)].sort()[0] ?? today
  return datesFrom(oldest, today)
}
