import type { OwnDates } from '../../rpc/trackerStub.ts'
import { dateOf, datesFrom, startOf } from '../../usage/utcDay.ts'
import type { DayPoint, HistoryView, HourPoint, SnapshotPoint } from '../../wire.ts'
import { askTracker } from '../askTracker.ts'
import { type Call, nowSeconds } from '../call.ts'
import { Refusal } from '../refusal.ts'
import { historyPage } from './historyPage.ts'
import { type HistoryQuery, historyQuery } from './historyQuery.ts'
import { hourPoints } from './hourPoints.ts'

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

/**
 * Until when (Unix seconds) an answer stays as it is where nothing is written: the oldest point leaves a stretch of N x 24 h
 * that ends now. All else changes with the date.
 */
export function historyHoldsUntil(view: object, call: Call): number {
  const query = historyQuery(call.url.searchParams, nowSeconds(call))
  const [oldest] = 'snapshots' in view ? (view as HistoryView).snapshots : []
  if (oldest === undefined || query instanceof Refusal || query.mode === 'page') return Number.POSITIVE_INFINITY
  const moves = !call.url.searchParams.has('date') && query.interval !== 'day'
  return moves ? oldest.timestamp + (nowSeconds(call) - query.from) + 1 : Number.POSITIVE_INFINITY
}

function counted<Point extends SnapshotPoint>(snapshots: Point[]): HistoryView<Point> {
  return { snapshots, count: snapshots.length }
}

async function rawPoints(call: Call, { from, to }: Stretch): Promise<SnapshotPoint[]> {
  const [first, last] = datesOf(from, to)
  const own = await askTracker(call, tracker => tracker.ownTicks(first, last))
  const stored = isD1Asked(own, first, last) ? await call.ports.history.readSnapshots(call.env.DB, from, to) : []
  const held = new Set(own.points.map(point => point.timestamp))
  const others = stored.filter(
    ({ date, timestamp }) => !own.dates.includes(date) || (own.shared.includes(date) && !held.has(timestamp)),
  )
  return [...others, ...own.points]
    .filter(({ timestamp }) => timestamp >= from && timestamp < to)
    .sort((a, b) => a.timestamp - b.timestamp)
}

async function hours(call: Call, { from, to }: Stretch): Promise<HourPoint[]> {
  const [first, last] = datesOf(from, to)
  const midnight = startOf(first)
  const own = await askTracker(call, tracker => tracker.ownHours(first, last))
  const stored = isD1Asked(own, first, last) ? await call.ports.history.readHourTotals(call.env.DB, midnight, to) : []
  const others = stored.filter(({ hour }) => !own.dates.includes(dateOf(hour)))
  return hourPoints([...others, ...own.points], from, to)
}

async function days(call: Call, { fromDate, toDate }: Stretch): Promise<DayPoint[]> {
  const own = await askTracker(call, tracker => tracker.ownDays(fromDate, toDate))
  const stored = isD1Asked(own, fromDate, toDate)
    ? await call.ports.history.readDays(call.env.DB, fromDate, toDate)
    : []
  const others = stored.filter(({ date }) => !own.dates.includes(date))
  return [...others, ...own.points].sort((a, b) => a.timestamp - b.timestamp)
}

/** The dates that a stretch of seconds touches, `to` excluded. */
function datesOf(from: number, to: number): [string, string] {
  return [dateOf(from), dateOf(Math.max(from, to - 1))]
}

/** Without a read of D1 where the object has it all, its part of the curve is there while D1 is not. */
function isD1Asked({ dates, shared }: OwnDates<unknown>, first: string, last: string): boolean {
  const known = new Set(dates.filter(date => !shared.includes(date)))
  return datesFrom(first, last).some(date => !known.has(date))
}
