import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type PaceReading, type PaceWatch, paceWatch } from '../../../src/forecast/paceWatch.ts'
import { DAY, HOUR } from './days.ts'

const NOON = DAY + 12 * HOUR
const reading = (partial: Partial<PaceReading> = {}): PaceReading => ({
  at: NOON,
  chance: 0.8,
  used: 500,
  limit: 1000,
  state: 'will_exceed',
  ...partial,
})

/** The watch after each of readings `every` seconds apart. */
function watches(readings: readonly Partial<PaceReading>[], every = 300, first: PaceWatch | null = null): PaceWatch[] {
  const list: PaceWatch[] = []
  for (const [index, partial] of readings.entries()) {
    list.push(paceWatch(list.at(-1) ?? first, reading({ at: NOON + index * every, ...partial })))
  }
  return list
}

const isOn = (readings: readonly Partial<PaceReading>[], every = 300, first: PaceWatch | null = null) =>
  watches(readings, every, first).map(watch => watch.isOn)
const chances = (...list: (number | null)[]) => list.map(chance => ({ chance }))
const times = (count: number, chance: number) => new Array<Partial<PaceReading>>(count).fill({ chance })
const ON: PaceWatch = { date: '2026-11-20', isOn: true, risingSince: null, fallingSince: null }
/** After how many readings in a row it changes. */
const readingsToChange = (chance: number, every: number, first: PaceWatch | null) =>
  1 + isOn(times(100, chance), every, first).indexOf(first === null)

describe('paceWatch', () => {
  it.each([
    ['a minute', 60, 10, 50],
    ['five minutes', 300, 3, 11],
    ['ten minutes', 600, 2, 6],
    ['fifteen minutes', 900, 2, 5],
    ['an hour', 3600, 2, 2],
  ])(
    'at a reading every %s fires and clears after the same time, and never on one reading',
    (_, every, fires, clears) => {
      expect(readingsToChange(0.75, every, null)).toBe(fires)
      expect(readingsToChange(0.34, every, ON)).toBe(clears)
    },
  )

  it('does not ask for one more when readings come some seconds off their slot', () => {
    expect(isOn([{ at: NOON + 4 }, { at: NOON + 301 }, { at: NOON + 602 }])).toEqual([false, false, true])
  })

  it('begins anew after one reading that is not for it', () => {
    expect(isOn(chances(0.8, 0.8, 0.74, 0.8, 0.8, 0.8))).toEqual([false, false, false, false, false, true])
    expect(isOn([...times(10, 0.2), { chance: 0.35 }, ...times(11, 0.2)], 300, ON).filter(on => !on)).toHaveLength(1)
  })

  it('does not flap with a chance that does', () => {
    const flapping = Array.from({ length: 60 }, (_, index) => ({ chance: index % 2 === 0 ? 0.9 : 0.1 }))
    expect(new Set(isOn(flapping))).toEqual(new Set([false]))
    expect(new Set(isOn(flapping, 300, ON))).toEqual(new Set([true]))
  })

  it('fires again after it has cleared, in full', () => {
    const list = isOn([...times(3, 0.9), ...times(11, 0.1), ...times(3, 0.9)])
    expect(list.flatMap((on, index) => (on === (list[index - 1] ?? false) ? [] : [index]))).toEqual([2, 13, 16])
  })

  it.each([
    ['below a quarter of the limit', { used: 249 }, false],
    ['from a quarter of the limit on', { used: 250 }, true],
    ['just below the limit', { used: 999 }, true],
    [
      'once the limit is reached: the threshold alert speaks',
      { used: 1000, chance: 1, state: 'exceeded' as const },
      false,
    ],
    ['without a limit', { limit: null, chance: null }, false],
    ['while stale', { state: 'stale' as const, chance: null }, false],
    ['while early', { state: 'early' as const, chance: null }, false],
    ['while stale, whatever the chance says', { state: 'stale' as const }, false],
    ['while early, whatever the chance says', { state: 'early' as const }, false],
    ['below a chance of 0.75, not rounded', { chance: 0.7499 }, false],
  ])('%s: %o fires: %s', (_, partial, fires) => {
    expect(isOn(new Array(5).fill(partial)).at(-1)).toBe(fires)
  })

  it('stays on when the limit is reached and while nothing is known', () => {
    expect(isOn([{ used: 1000, chance: 1, state: 'exceeded' }, ...times(2, 0.9)], 300, ON)).toEqual([true, true, true])
    const stale = new Array<Partial<PaceReading>>(20).fill({ chance: null, state: 'stale' })
    expect(new Set(isOn(stale, 300, ON))).toEqual(new Set([true]))
  })

  it('does not clear while stale or early, whatever the chance says', () => {
    for (const state of ['stale', 'early'] as const) {
      expect(isOn(new Array(20).fill({ chance: 0, state }), 300, ON).at(-1)).toBe(true)
    }
  })

  it('takes stale readings for a break in the row', () => {
    expect(isOn([{}, {}, { chance: null, state: 'stale' }, {}, {}])).not.toContain(true)
    expect(isOn([...times(10, 0.1), { chance: null, state: 'stale' }, ...times(10, 0.1)], 300, ON)).not.toContain(false)
  })

  it('starts anew at 00:00 UTC', () => {
    const midnight = DAY + 24 * HOUR
    const rising = watches([{ at: midnight - 600 }, { at: midnight - 300 }, { at: midnight }])
    expect(rising.at(-1)).toEqual({ date: '2026-11-21', isOn: false, risingSince: midnight, fallingSince: null })
    expect(paceWatch(ON, reading({ at: midnight, chance: 0.5 }))).toEqual({
      date: '2026-11-21',
      isOn: false,
      risingSince: null,
      fallingSince: null,
    })
  })

  it('counts a reading that is seen twice once', () => {
    expect(isOn([{ at: NOON }, { at: NOON }, { at: NOON }, { at: NOON }])).not.toContain(true)
  })

  it('is the same after it has been stored as JSON', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 60 }), list => {
        let stored: PaceWatch | null = null
        for (const [index, chance] of list.entries()) {
          const next = paceWatch(stored, reading({ at: NOON + index * 300, chance }))
          expect(next).toEqual(watches(chances(...list.slice(0, index + 1))).at(-1))
          stored = JSON.parse(JSON.stringify(next))
        }
      }),
      { numRuns: 30 },
    )
  })
})
