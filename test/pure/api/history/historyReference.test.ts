import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Call } from '../../../../src/api/call.ts'
import { history } from '../../../../src/api/history/history.ts'
import { historyQuery } from '../../../../src/api/history/historyQuery.ts'
import type { HourTotal } from '../../../../src/history/historyRows.ts'
import type { OwnDates } from '../../../../src/rpc/trackerStub.ts'
import type { DayPoint, HistoryView, SnapshotPoint } from '../../../../src/wire.ts'

// A history query against the simplest thing that could be right: one list that holds everything. The object owns some of
// the dates; of those D1 may hold older figures, or ticks that the object has not.

const MIDNIGHT = Date.UTC(2026, 10, 20) / 1000
const HOUR = 3600
const DAY = 86_400
const dateOf = (seconds: number) => new Date(seconds * 1000).toISOString().slice(0, 10)
const LAST = 5
const NOW = MIDNIGHT + LAST * DAY + 11 * HOUR + 1234
const dates = Array.from({ length: LAST + 1 }, (_, n) => dateOf(MIDNIGHT + n * DAY))
const own = fc.subarray(dates.slice(0, -1)).map(some => [...some, dateOf(NOW)])
const stretch = fc.oneof(
  fc.integer({ min: 1, max: LAST }).map(days => ({ query: `days=${days}`, from: NOW - days * DAY, to: NOW + 1 })),
  fc
    .constantFrom(...dates)
    .map(date => ({ query: `date=${date}`, from: Date.parse(date) / 1000, to: Date.parse(date) / 1000 + DAY })),
)
const within = <T extends { date: string }>(points: T[], from: string, to: string) =>
  points.filter(({ date }) => date >= from && date <= to)

interface Sides {
  ticks?: { own: OwnDates<SnapshotPoint>; d1: SnapshotPoint[] }
  hours?: { own: OwnDates<HourTotal>; d1: HourTotal[] }
  days?: { own: OwnDates<DayPoint>; d1: DayPoint[] }
}

/** The answer to a query, where the object and D1 have these. D1 that is asked for nothing it has is an error. */
async function ask<Point extends SnapshotPoint>(query: string, { ticks, hours, days }: Sides): Promise<Point[]> {
  const cut = <T>(all: OwnDates<T> | undefined, dateIn: (point: T) => string, from: string, to: string) => ({
    dates: all?.dates.filter(date => date >= from && date <= to) ?? [],
    shared: all?.shared.filter(date => date >= from && date <= to) ?? [],
    points: all?.points.filter(point => dateIn(point) >= from && dateIn(point) <= to) ?? [],
  })
  const tracker = {
    ownTicks: async (from: string, to: string) => cut(ticks?.own, point => point.date, from, to),
    ownHours: async (from: string, to: string) => cut(hours?.own, point => dateOf(point.hour), from, to),
    ownDays: async (from: string, to: string) => cut(days?.own, point => point.date, from, to),
  }
  const stored = {
    readSnapshots: async (_: unknown, from: number, to: number) =>
      ticks?.d1.filter(at => at.timestamp >= from && at.timestamp < to),
    readHourTotals: async (_: unknown, from: number, to: number) =>
      hours?.d1.filter(at => at.hour >= from && at.hour < to),
    readDays: async (_: unknown, from: string, to: string) => within(days?.d1 ?? [], from, to),
  }
  const call = {
    request: { method: 'GET' },
    url: new URL(`https://tracker.example/api/history?${query}`),
    env: { USAGE_TRACKER: { getByName: () => tracker } },
    config: { locationHint: null },
    ports: { history: stored },
    now: NOW * 1000 + 999,
  }
  const { snapshots, count } = (await history(call as unknown as Call)) as HistoryView<Point>
  expect(count).toBe(snapshots.length)
  return snapshots
}

describe('points as they were read', () => {
  const tick = fc
    .tuple(
      fc.nat(Math.floor((NOW - MIDNIGHT) / 7200)).map(n => n * 7200),
      fc.nat(1000),
    )
    .map(([at, tokens]) => ({
      ...{ timestamp: MIDNIGHT + at, date: dateOf(MIDNIGHT + at) },
      ...{ premium_tokens: tokens, mini_tokens: 0 },
    }))
  const ticks = fc.uniqueArray(tick, { selector: point => point.timestamp, maxLength: 30 })

  it('are each date’s from its owner, and of a shared date from both, the object’s before D1’s', async () => {
    await fc.assert(
      fc.asyncProperty(
        ticks,
        ticks,
        own,
        fc.subarray(dates),
        stretch,
        async (held, d1, ofObject, some, { query, from, to }) => {
          const shared = some.filter(date => ofObject.includes(date))
          const points = held.filter(({ date }) => ofObject.includes(date))
          const truth = new Map<number, SnapshotPoint>()
          for (const point of d1)
            if (!ofObject.includes(point.date) || shared.includes(point.date)) truth.set(point.timestamp, point)
          for (const point of points) truth.set(point.timestamp, point)
          const wanted = [...truth.values()]
            .filter(at => at.timestamp >= from && at.timestamp < to)
            .sort((a, b) => a.timestamp - b.timestamp)
          expect(await ask(query, { ticks: { own: { dates: ofObject, shared, points }, d1 } })).toEqual(wanted)
        },
      ),
    )
  })
})

describe('points by the hour', () => {
  const hour = fc.record({
    hour: fc.integer({ min: 0, max: Math.floor((NOW - MIDNIGHT) / HOUR) }).map(n => MIDNIGHT + n * HOUR),
    premium_tokens: fc.nat(1000),
    mini_tokens: fc.nat(1000),
  })
  const hours = fc.uniqueArray(hour, { selector: of => of.hour, maxLength: 40 })

  it('are each day’s sum up to the end of the hour, of the side that owns the date', async () => {
    await fc.assert(
      fc.asyncProperty(hours, hours, own, stretch, async (held, d1, ofObject, { query, from, to }) => {
        const points = held.filter(of => ofObject.includes(dateOf(of.hour)))
        const truth = [...points, ...d1.filter(of => !ofObject.includes(dateOf(of.hour)))].sort(
          (a, b) => a.hour - b.hour,
        )
        const sum = (until: number, of: 'premium_tokens' | 'mini_tokens') =>
          truth.reduce((all, at) => all + (at.hour <= until && dateOf(at.hour) === dateOf(until) ? at[of] : 0), 0)
        const wanted = truth
          .filter(at => at.hour >= from && at.hour < to)
          .map(at => ({
            timestamp: at.hour,
            date: dateOf(at.hour),
            premium_tokens: sum(at.hour, 'premium_tokens'),
            mini_tokens: sum(at.hour, 'mini_tokens'),
            premium_hour_tokens: at.premium_tokens,
            mini_hour_tokens: at.mini_tokens,
          }))
        const sides = { own: { dates: ofObject, shared: [], points }, d1 }
        expect(await ask(`${query}&interval=hour`, { hours: sides })).toEqual(wanted)
      }),
    )
  })
})

describe('points by the day', () => {
  const points = fc.uniqueArray(
    fc
      .tuple(fc.constantFrom(...dates), fc.nat())
      .map(([date, premium_tokens]) => ({ date, timestamp: Date.parse(date) / 1000, premium_tokens }) as DayPoint),
    { selector: point => point.date },
  )

  it('are one for each date that its owner knows, oldest first', async () => {
    await fc.assert(
      fc.asyncProperty(points, points, own, fc.integer({ min: 1, max: LAST }), async (held, d1, ofObject, span) => {
        const mine = held.filter(({ date }) => ofObject.includes(date))
        const asked = dates.slice(-span)
        const wanted = asked.flatMap(
          date => (ofObject.includes(date) ? mine : d1).find(point => point.date === date) ?? [],
        )
        const sides = { own: { dates: ofObject, shared: [], points: mine }, d1 }
        expect(await ask(`days=${span}&interval=day`, { days: sides })).toEqual(wanted)
      }),
    )
  })
})

describe('historyQuery', () => {
  it('covers the seconds and the dates that it was asked for, up to and with the present', () => {
    const now = fc.integer({ min: MIDNIGHT, max: MIDNIGHT + 800 * DAY })
    const interval = fc.constantFrom(['raw', 31], ['hour', 92], ['day', 400]) as fc.Arbitrary<[string, number]>
    fc.assert(
      fc.property(now, interval, fc.integer({ min: 1, max: 400 }), (at, [name, most], days) => {
        const query = historyQuery(new URLSearchParams({ days: String(days), interval: name }), at)
        if (days > most) {
          expect(query).toMatchObject({ status: 400, detail: expect.stringContaining(`to ${most}.`) })
          return
        }
        const dates = Array.from({ length: days }, (_, n) => dateOf(at - n * DAY))
        expect(query).toEqual({
          mode: 'points',
          interval: name,
          from: at - days * DAY,
          to: at + 1,
          fromDate: dates.at(-1),
          toDate: dates[0],
        })
      }),
    )
  })
})
