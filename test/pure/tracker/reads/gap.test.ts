import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { missedTicks } from '../../../../src/tracker/cycle/schedule.ts'
import { type Gap, gapsBetween, hourGaps, ticksIn } from '../../../../src/tracker/reads/gap.ts'

const HOUR_S = 3600
const DAY_S = 86_400
const MIDNIGHT_S = Date.UTC(2027, 2, 10) / 1000
const CRONS = ['*/5 * * * *', '*/7 * * * *', '59 * * * *', '0 * * * *', '0 */6 * * *', '30 59 23 * * *']
const from = fc.integer({ min: MIDNIGHT_S - 2 * DAY_S, max: MIDNIGHT_S + 2 * DAY_S })
/** Ends near a cut are where a tick is lost or doubled. */
const end = (start: number) =>
  fc.oneof(
    fc.integer({ min: 2, max: DAY_S }).map(length => start + length),
    fc.tuple(fc.nat(23), fc.integer({ min: -70, max: 70 })).map(([hours, near]) => {
      const cut = (Math.floor(start / HOUR_S) + 1 + hours) * HOUR_S
      return Math.min(start + DAY_S, Math.max(start + 2, cut + near))
    }),
  )
const stretch = from.chain(start => end(start).map(to => [start, to] as const))

describe('gapsBetween', () => {
  it('is each second of the stretch once, in pieces that are some length, inside one date, and by minutes inside one hour', () => {
    const long = from.chain(start =>
      fc.integer({ min: 2, max: 40 * DAY_S }).map(length => [start, start + length] as const),
    )
    fc.assert(
      fc.property(fc.oneof(stretch, long), ([start, to]) => {
        const width = to - start > DAY_S ? '1h' : '1m'
        let next = start + 1
        for (const gap of gapsBetween(start, to)) {
          // Both ends are excluded.
          expect([gap.width, gap.fromS]).toEqual([width, next - 1])
          expect(gap.toS).toBeGreaterThan(next)
          const cut = width === '1h' ? DAY_S : HOUR_S
          expect(Math.floor(next / cut)).toBe(Math.floor((gap.toS - 1) / cut))
          next = gap.toS
        }
        expect(next).toBe(to)
      }),
    )
  })

  it.each([
    [DAY_S, '1m'],
    [DAY_S + 1, '1h'],
  ])('an absence of %i s is rebuilt by %s', (absence, width) => {
    expect(new Set(gapsBetween(MIDNIGHT_S, MIDNIGHT_S + absence).map(gap => gap.width))).toEqual(new Set([width]))
  })

  it('has midnight in the new date', () => {
    expect(gapsBetween(MIDNIGHT_S - 1200, MIDNIGHT_S + 1200)).toEqual([
      { fromS: MIDNIGHT_S - 1200, toS: MIDNIGHT_S, width: '1m' },
      { fromS: MIDNIGHT_S - 1, toS: MIDNIGHT_S + 1200, width: '1m' },
    ])
    const last = { fromS: MIDNIGHT_S - DAY_S - 1, toS: MIDNIGHT_S, width: '1h' }
    expect(hourGaps(MIDNIGHT_S - DAY_S - 1, MIDNIGHT_S)).toEqual([last])
  })
})

describe('ticksIn', () => {
  it('are over all pieces the missed ticks of the whole stretch: none twice, none lost at a cut', () => {
    fc.assert(
      fc.property(fc.constantFrom(...CRONS), stretch, (cron, [start, to]) => {
        const ticks = gapsBetween(start, to).flatMap(gap => (gap.width === '1m' ? [...ticksIn(gap, cron)] : []))
        const missed = [...missedTicks(cron, start, to)]
        // Of a poll at a full hour, or just behind one, a cut hides that it serves the slot before it: that is then rebuilt too.
        const own = to % HOUR_S < 60 ? ticks.filter(tick => tick >= to - 120 && !missed.includes(tick)) : []
        expect(ticks).toEqual([...missed, ...own])
        expect(own.length).toBeLessThan(2)
      }),
      { numRuns: 50 },
    )
  })

  it.each<[string, string, Gap, number[]]>([
    [
      'a slot just before a cut, which no poll there serves',
      '59 * * * *',
      { fromS: 0, toS: 3600, width: '1m' },
      [3540],
    ],
    ['not a slot that the poll at the end serves', '59 * * * *', { fromS: 0, toS: 3590, width: '1m' }, []],
    ['a slot at the first second after a cut', '0 * * * *', { fromS: 3599, toS: 3700, width: '1m' }, [3600]],
    ['not the end', '*/5 * * * *', { fromS: 3300, toS: 3600, width: '1m' }, []],
  ])('are %s', (_, cron, gap, ticks) => expect([...ticksIn(gap, cron)]).toEqual(ticks))
})
