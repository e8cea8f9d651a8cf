import { describe, expect, it } from 'vitest'
import { pastDays, totalAt } from '../../../src/forecast/pastDays.ts'
import { pastDay } from './days.ts'

/** A day of 10 tokens an hour where these hours are not known. */
const withUnknown = (hours: number[], total: number) =>
  pastDay(
    1,
    Array.from({ length: 24 }, (_, hour) => (hours.includes(hour) ? null : 10)),
    total,
  )

describe('pastDays', () => {
  it('leaves a day with five unknown hours out', () => {
    expect(pastDays([withUnknown([0, 5, 9, 13, 23], 240), pastDay(2, 1)])).toMatchObject({ count: 1, daysAgo: [2] })
  })

  it('spreads what four unknown hours must have had evenly on them', () => {
    const { totals, mean } = pastDays([withUnknown([0, 1, 10, 23], 280)])
    expect([1, 2, 3, 10, 11, 23, 24].map(hour => totalAt(totals, 0, hour))).toEqual([20, 40, 50, 120, 140, 260, 280])
    expect(mean).toBe(280)
  })

  it('takes unknown hours for empty when the known ones have more than the total', () => {
    expect(totalAt(pastDays([withUnknown([0], 100)]).totals, 0, 1)).toBe(0)
  })

  it('takes hours that are missing at the end for unknown', () => {
    expect(pastDays([pastDay(1, new Array<number>(19).fill(1), 24)]).count).toBe(0)
    expect(pastDays([pastDay(1, new Array<number>(20).fill(1), 24)])).toMatchObject({ count: 1, mean: 24 })
  })

  it('begins with the first day with use on: zero days after it count, those before do not', () => {
    const days = pastDays([pastDay(1, 0), pastDay(2, 5), pastDay(3, 0), pastDay(4, 1), pastDay(5, 0), pastDay(6, 0)])
    expect(days).toMatchObject({ count: 4, daysAgo: [1, 2, 3, 4], mean: (120 + 24) / 4 })
  })

  it('begins with a day with use whose hours are not known, though that is left out', () => {
    expect(pastDays([pastDay(1, 0), pastDay(2, new Array<null>(24).fill(null), 50)])).toMatchObject({
      count: 1,
      daysAgo: [1],
      mean: 0,
    })
  })

  it('looks back 28 days, and counts neither today nor what comes', () => {
    const days = pastDays([pastDay(29, 9), pastDay(28, 1), pastDay(1, 3), pastDay(0, 9), pastDay(-1, 9)])
    expect(days).toMatchObject({ daysAgo: [28, 1], mean: 48 })
  })

  it('has none of a tier that was never used', () => {
    expect(pastDays([pastDay(1, 0), pastDay(2, 0)])).toMatchObject({ count: 0, mean: 0 })
    expect(pastDays([])).toMatchObject({ count: 0, mean: 0 })
  })

  it('is straight inside an hour, of each day by itself', () => {
    const { totals } = pastDays([pastDay(1, 6), pastDay(2, 12)])
    expect([0, 0.5, 23.5, 24].map(hour => totalAt(totals, 0, hour))).toEqual([0, 3, 141, 144])
    expect([0, 0.5, 23.5, 24].map(hour => totalAt(totals, 1, hour))).toEqual([0, 6, 282, 288])
  })
})
