import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { lastOfMonth, projectMonth } from '../../../src/forecast/projectMonth.ts'
import { addDays, datesFrom } from '../../../src/usage/utcDay.ts'

const costs = (from: string, to: string, of: (date: string, index: number) => number) =>
  new Map(datesFrom(from, to).map((date, index) => [date, of(date, index)]))

describe('projectMonth', () => {
  it('is what an even month comes to, without doubt', () => {
    const even = costs('2026-10-20', '2026-11-18', () => 1000)
    expect(projectMonth(even, '2026-11-20')).toEqual({ low: 30_000, expected: 30_000, high: 30_000 })
  })

  it('does not take the last two days for cheap ones: their costs are still to come', () => {
    const late = costs('2026-10-20', '2026-11-20', date => (date >= '2026-11-19' ? 10 : 1000))
    expect(projectMonth(late, '2026-11-20')?.expected).toBe(30_000)
  })

  it('tells weekends from weekdays once it knows two weeks', () => {
    const weekly = costs('2026-10-20', '2026-11-08', date =>
      [0, 6].includes(new Date(`${date}T00:00Z`).getUTCDay()) ? 0 : 100,
    )
    // November 2026 has 21 weekdays.
    expect(projectMonth(weekly, '2026-11-10')).toEqual({ low: 2100, expected: 2100, high: 2100 })
  })

  it('says nothing of fewer than three settled days', () => {
    expect(
      projectMonth(
        costs('2026-11-09', '2026-11-12', () => 5),
        '2026-11-12',
      ),
    ).toBeNull()
    expect(projectMonth(new Map(), '2026-11-12')).toBeNull()
  })

  it('is never below what has been spent, and its range holds what it expects', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(10_000), { minLength: 5, maxLength: 40 }), fc.nat(27), (days, day) => {
        const today = addDays('2026-11-01', day)
        const from = addDays(today, 1 - days.length)
        const known = costs(from, today, (_, index) => days[index] ?? 0)
        const projection = projectMonth(known, today)
        if (projection === null) return
        const spent = datesFrom('2026-11-01', today).reduce((sum, date) => sum + (known.get(date) ?? 0), 0)
        expect(projection.low).toBeGreaterThanOrEqual(spent)
        expect(projection.expected).toBeGreaterThanOrEqual(projection.low)
        expect(projection.high).toBeGreaterThanOrEqual(projection.expected)
      }),
    )
  })

  it.each([
    ['2026-02-10', '2026-02-28'],
    ['2028-02-01', '2028-02-29'],
    ['2026-12-31', '2026-12-31'],
  ])('knows that the month of %s ends on %s', (date, last) => expect(lastOfMonth(date)).toBe(last))
})
