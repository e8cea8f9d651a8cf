import { dateOf, datesFrom, startOf } from '../../usage/utcDay.ts'
import type { DayPoint, HistoryView, HourPoint, SnapshotPoint } from '../../wire.ts'
import { askTracker } from '../askTracker.ts'
import { type Call, nowSeconds } from '../call.ts'
import { Refusal } from '../refusal.ts'
import { dayPoints } from './dayPoints.ts'
import { historyPage } from './historyPage.ts'
import { type HistoryQuery, historyQuery } from './historyQuery.ts'
import { hourPoints, joinHours } from './hourPoints.ts'

type Stretch = Extract<HistoryQuery, { mode: 'points' }>

export async function history(call: Call): Promise<object> {
  const query = historyQuery(call.url.searchParams, nowSeconds(call))
  if (query instanceof Refusal) return query
  if (query.mode === 'page') return historyPage(call, query)
  switch (query.interval) {
    case 'raw':
      return counted(await rawPoints(call, query))
    case 'hour':
      return counted(await hours(call, query))
    case 'day':
      return counted(await days(call, query))
  }
}

function counted<Point extends SnapshotPoint>(snapshots: Point[]): HistoryView<Point> {
  return { snapshots, count: snapshots.length }
}

function rawPoints(call: Call, { from, to }: Stretch): Promise<SnapshotPoint[]> {
  return call.ports.history.readSnapshots(call.env.DB, from, to)
}

async function hours(call: Call, { from, to }: Stretch): Promise<HourPoint[]> {
  const midnight = startOf(dateOf(from))
  const open = await askTracker(call, tracker => tracker.openHistory(midnight))
  const storedTo = Math.min(to, open.d1Before)
  // Without a read of D1 where nothing is asked of it, today's curve is there while D1 is not.
  const stored = storedTo <= midnight ? [] : await call.ports.history.readHourTotals(call.env.DB, midnight, storedTo)
  return hourPoints(joinHours(stored, open.hourTotals, open.d1Before), from, to)
}

async function days(call: Call, { fromDate, toDate }: Stretch): Promise<DayPoint[]> {
  const open = await askTracker(call, tracker => tracker.openHistory(startOf(fromDate)))
  const held = new Set(open.days.map(({ date }) => date))
  const complete = datesFrom(fromDate, toDate).every(date => held.has(date))
  const stored = complete ? [] : await call.ports.history.readDays(call.env.DB, fromDate, toDate)
  return dayPoints(stored, open.days, fromDate, toDate)
}
