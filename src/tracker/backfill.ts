import { foldByDate } from '../usage/foldBuckets.ts'
import { addDays, dateOf, datesFrom, startOf } from '../usage/utcDay.ts'
import type { Desk, Gathered } from './desk.ts'
import { closesAt } from './memory.ts'
import { type Day, readDay, writeDay, writeDayGroups } from './store/dayStore.ts'
import { enqueueHistory } from './store/historyQueue.ts'
import { writePollState } from './store/pollState.ts'
import { summaryRows } from './summaryRows.ts'

/** Daily summaries that a fresh tracker starts with. */
export const BACKFILL_DAYS = 30

/** Reads the closed days before the first poll once, so that the first look already has a month behind it. */
export async function backfill(desk: Desk): Promise<Gathered> {
  const nowS = Math.floor(desk.ports.now() / 1000)
  const today = dateOf(nowS)
  const dates = datesFrom(addDays(today, -BACKFILL_DAYS), today).filter(date => closesAt(date) <= nowS)
  const [from, to] = [dates[0], dates.at(-1)]
  if (from === undefined || to === undefined) throw new RangeError('a month always has closed days')
  const gathered = await desk.gather({ width: '1d', start: startOf(from), end: startOf(addDays(to, 1)) })
  if (!gathered.ok) return gathered
  const groups = foldByDate(gathered.buckets, dates, desk.classify)
  const { sql } = desk.ports
  desk.commit(memory => {
    const seq = memory.state.seq + 1
    const summaries = []
    for (const date of dates) {
      if (memory.days.has(date) || readDay(sql, date) !== null) continue
      const of = groups.get(date) ?? new Map()
      const day: Day = {
        date,
        revision: seq,
        final: true,
        tracked: false,
        limits: desk.config.limits,
        hoursReadS: 0,
        hoursRevision: 0,
        groups: of,
      }
      writeDay(sql, day)
      writeDayGroups(sql, date, [...of.values()])
      summaries.push(...summaryRows(day, desk.classify))
    }
    enqueueHistory(sql, seq, { summaries }, desk.ports.now())
    const state = { ...memory.state, seq, backfill: 'done' as const }
    writePollState(sql, state)
    return { ...memory, state }
  })
  return gathered
}
