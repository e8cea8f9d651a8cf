import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addDays, DAY_S, dateOf, datesFrom, endOf, floorTo, isDate, startOf } from '../../../src/usage/utcDay.ts'

const second = fc.integer({ min: 0, max: 253_402_300_799 })
const recent = fc.integer({ min: 1_500_000_000, max: 3_000_000_000 })

describe('dateOf, startOf and endOf', () => {
  it('agree: every second belongs to exactly one date, from its start to its end', () => {
    fc.assert(
      fc.property(second, at => {
        const date = dateOf(at)
        expect(startOf(date)).toBeLessThanOrEqual(at)
        expect(endOf(date)).toBeGreaterThan(at)
        expect(endOf(date) - startOf(date)).toBe(DAY_S)
        expect(isDate(date)).toBe(true)
      }),
    )
  })

  it.each([
    '2027-02-30',
    '2027-13-01',
    '2027-00-10',
    '2027-1-1',
    '27-01-01',
    '2027-01-01 ',
    ' 2027-01-01',
    'x2027-01-01',
    '2027-01-01T00',
    '02027-01-01',
    '+010000-01',
    '-000001-01',
    '',
    '2026-02-29',
    '20270101',
  ])('%j is no date', text => expect(isDate(text)).toBe(false))

  it('knows leap days', () => {
    expect([isDate('2028-02-29'), addDays('2028-02-28', 1), addDays('2027-02-28', 1)]).toEqual([
      true,
      '2028-02-29',
      '2027-03-01',
    ])
  })

  it('takes only the one spelling', () => {
    const digits = fc.stringMatching(/^\d{4}-\d{2}-\d{2}$/)
    fc.assert(
      fc.property(fc.oneof(digits, fc.string()), text => {
        if (isDate(text)) expect(dateOf(startOf(text))).toBe(text)
        else expect(/^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|1\d|2[0-8])$/.test(text)).toBe(false)
      }),
    )
  })

  it('throws on text that is no date, rather than going on with NaN', () => {
    expect(() => startOf('yesterday')).toThrow(new RangeError('not a date: "yesterday"'))
  })
})

describe('addDays and datesFrom', () => {
  it('count days forth and back', () => {
    fc.assert(
      fc.property(recent, fc.integer({ min: -400, max: 400 }), (at, days) => {
        const date = dateOf(at)
        expect(addDays(addDays(date, days), -days)).toBe(date)
        const dates = datesFrom(date, addDays(date, days))
        expect(dates.length).toBe(Math.max(0, days + 1))
        expect(dates).toEqual([...new Set(dates)].sort())
      }),
    )
  })
})

describe('floorTo', () => {
  it('is the last multiple that is not later', () => {
    fc.assert(
      fc.property(recent, fc.constantFrom(60, 3600, DAY_S), (at, width) => {
        const start = floorTo(at, width)
        expect([start % width, start <= at, at - start < width]).toEqual([0, true, true])
      }),
    )
  })
})
