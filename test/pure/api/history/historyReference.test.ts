import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { dayPoints } from '../../../../src/api/history/dayPoints.ts'
import { historyQuery } from '../../../../src/api/history/historyQuery.ts'
import { hourPoints, joinHours } from '../../../../src/api/history/hourPoints.ts'
import { locatePage } from '../../../../src/api/history/locatePage.ts'
import type { DayPoint } from '../../../../src/wire.ts'

// The parts of a history query against the simplest thing that could be right: one list that holds everything.

const MIDNIGHT = Date.UTC(2026, 10, 20) / 1000
const HOUR = 3600
const DAY = 86_400
const dateOf = (seconds: number) => new Date(seconds * 1000).toISOString().slice(0, 10)
const hourIn = (days: number) => fc.integer({ min: 0, max: days * 24 - 1 }).map(n => MIDNIGHT + n * HOUR)

describe('pages of entries', () => {
  const entry = fc.record({ hour: hourIn(5), model: fc.constantFrom('a', 'b', 'c') })
  const entries = fc.uniqueArray(entry, { selector: ({ hour, model }) => `${hour} ${model}`, maxLength: 60 })

  it('show the whole list, newest first, each entry once, at any size and wherever D1 ends', () => {
    fc.assert(
      fc.property(entries, hourIn(6), fc.integer({ min: 1, max: 25 }), (all, d1Before, limit) => {
        const list = [...all].sort((a, b) => b.hour - a.hour || (a.model < b.model ? -1 : 1))
        const own = list.filter(({ hour }) => hour >= d1Before)
        const stored = list.filter(({ hour }) => hour < d1Before)
        const byDate = Map.groupBy(stored, ({ hour }) => dateOf(hour))
        const entryCounts = [...byDate].map(([date, of]) => ({ date, entries: of.length }))
        const seen = []
        for (let offset = 0; offset <= list.length; offset += limit) {
          const page = locatePage({ limit, offset }, { d1Before, entryCounts, ownEntries: own.length })
          expect(page.total).toBe(list.length)
          seen.push(...own.slice(page.own.from, page.own.to))
          if (page.stored === null) continue
          const { fromHour, toHour, offset: skip, limit: most } = page.stored
          // D1 may hold newer hours that the object has later figures of.
          const inRange = list.filter(({ hour }) => hour >= fromHour && hour < toHour)
          seen.push(...inRange.slice(skip, skip + most))
        }
        expect(seen).toEqual(list)
      }),
    )
  })
})

describe('points by the hour', () => {
  const tokens = fc.nat(1000)
  const hours = fc.uniqueArray(fc.record({ hour: hourIn(3), premium_tokens: tokens, mini_tokens: tokens }), {
    selector: ({ hour }) => hour,
    maxLength: 40,
  })

  it('are each day’s sum up to the end of the hour, from whichever side knows it', () => {
    fc.assert(
      fc.property(hours, hours, hourIn(3), hourIn(3), hourIn(3), (stored, own, d1Before, a, b) => {
        const [from, to] = [Math.min(a, b), Math.max(a, b)]
        const truth = [...stored.filter(at => at.hour < d1Before), ...own.filter(at => at.hour >= d1Before)]
        const sum = (hour: number, of: 'premium_tokens' | 'mini_tokens') =>
          truth.reduce((all, at) => all + (at.hour <= hour && dateOf(at.hour) === dateOf(hour) ? at[of] : 0), 0)
        const wanted = truth
          .filter(({ hour }) => hour >= from && hour < to)
          .sort((x, y) => x.hour - y.hour)
          .map(({ hour, premium_tokens, mini_tokens }) => ({
            timestamp: hour,
            date: dateOf(hour),
            premium_tokens: sum(hour, 'premium_tokens'),
            mini_tokens: sum(hour, 'mini_tokens'),
            premium_hour_tokens: premium_tokens,
            mini_hour_tokens: mini_tokens,
          }))
        expect(hourPoints(joinHours(stored, own, d1Before), from, to)).toEqual(wanted)
      }),
    )
  })
})

describe('points by the day', () => {
  const date = fc.nat(9).map(n => dateOf(MIDNIGHT + n * DAY))
  const points = fc.uniqueArray(
    fc.tuple(date, fc.nat()).map(([of, premium_tokens]) => ({ date: of, premium_tokens }) as DayPoint),
    { selector: point => point.date },
  )

  it('are one for each date asked for that anybody knows, the object’s own before D1’s', () => {
    fc.assert(
      fc.property(points, points, date, date, (stored, own, a, b) => {
        const [from, to] = [a, b].sort() as [string, string]
        const dates = Array.from({ length: 10 }, (_, n) => dateOf(MIDNIGHT + n * DAY))
        const wanted = dates
          .filter(of => of >= from && of <= to)
          .flatMap(of => own.find(point => point.date === of) ?? stored.find(point => point.date === of) ?? [])
        expect(dayPoints(stored, own, from, to)).toEqual(wanted)
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
