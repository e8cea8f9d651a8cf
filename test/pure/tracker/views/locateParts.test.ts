import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type CountedDate, type LocatedPart, locateParts } from '../../../../src/tracker/views/locateParts.ts'
import { addDays } from '../../../../src/usage/utcDay.ts'

const dates = fc
  .array(fc.record({ isOwn: fc.boolean(), entries: fc.nat(6), gone: fc.nat(2) }), { maxLength: 12 })
  .map(all => {
    let date = '2027-03-10'
    return all.map(({ isOwn, entries, gone }): CountedDate => {
      date = addDays(date, -1 - gone)
      return { date, isOwn, entries }
    })
  })

/** The list itself, newest first. */
const listOf = (all: readonly CountedDate[]) =>
  all.flatMap(({ date, entries }) => Array.from({ length: entries }, (_, n) => `${date} ${n}`))

/** What a part stands for: of its owner’s entries of its dates, those after `skip`. */
function entriesOf(part: LocatedPart, all: readonly CountedDate[]): string[] {
  const mine = all.filter(({ date, isOwn }) =>
    part.isOwn ? part.dates.includes(date) : !isOwn && date >= part.oldest && date <= part.newest,
  )
  return listOf(mine).slice(part.skip, part.skip + part.take)
}

describe('locateParts', () => {
  it('finds on every page what a slice of the whole list has, whoever has which date', () => {
    fc.assert(
      fc.property(dates, fc.integer({ min: 1, max: 30 }), fc.nat(90), (all, limit, offset) => {
        const { parts, total } = locateParts(all, limit, offset)
        const list = listOf(all)
        expect(total).toBe(list.length)
        expect(parts.flatMap(part => entriesOf(part, all))).toEqual(list.slice(offset, offset + limit))
        // Neighbours of one owner are one read, and no read is for nothing.
        for (const [n, part] of parts.entries()) {
          expect(part.take).toBeGreaterThan(0)
          expect(part.isOwn).not.toBe(parts[n - 1]?.isOwn)
        }
      }),
      { numRuns: 500 },
    )
  })

  it('asks D1 for the dates of the page only', () => {
    const all = ['2027-03-10', '2027-03-09', '2027-03-08', '2027-03-07', '2027-03-06'].map((date, n) => ({
      date,
      isOwn: n === 0,
      entries: 10,
    }))
    expect(locateParts(all, 20, 5)).toEqual({
      total: 50,
      parts: [
        { isOwn: true, dates: ['2027-03-10'], skip: 5, take: 5 },
        { isOwn: false, oldest: '2027-03-08', newest: '2027-03-09', skip: 0, take: 15 },
      ],
    })
    expect(locateParts(all, 5, 33).parts).toEqual([
      { isOwn: false, oldest: '2027-03-07', newest: '2027-03-07', skip: 3, take: 5 },
    ])
  })
})
