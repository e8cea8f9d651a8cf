import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { limitReachedAt, projectDay, type Reading, readingAt } from '../../../src/dashboard/tiers/projectDay.ts'
import { DAY, HOUR } from './usageView.ts'

const dayEnd = DAY + 24 * HOUR

/** A reading every five minutes at a constant rate. */
function steady(hours: number, perHour: number): Reading[] {
  return Array.from({ length: hours * 12 }, (_, i) => ({ at: DAY + (i + 1) * 300, tokens: ((i + 1) / 12) * perHour }))
}

function ask(readings: Reading[], rest: { now?: number; stale?: boolean } = {}) {
  return projectDay({ readings, dayStart: DAY, dayEnd, now: (readings.at(-1)?.at ?? DAY) + 60, stale: false, ...rest })
}

describe('projectDay', () => {
  it.each([
    ['before the first reading', ask([]), 'empty'],
    ['in the first hour', ask(steady(1, 100).slice(0, -1)), 'early'],
    ['before five readings', ask(steady(4, 100).slice(-4)), 'early'],
    ['from stale data', ask(steady(4, 100), { stale: true }), 'stale'],
    ['of an unused day', ask(steady(4, 0)), 'unused'],
    ['of a day that has ended', ask(steady(4, 100), { now: dayEnd }), 'over_day'],
  ])('makes none %s', (_name, projection, reason) => expect(projection).toEqual({ kind: 'none', reason }))

  it('makes one from an hour and five readings on', () => {
    expect(ask(steady(1, 100)).kind).toBe('range')
    expect(ask(steady(2, 100).slice(-5)).kind).toBe('range')
    expect(ask(steady(2, 100).slice(-4)).kind).toBe('none')
  })

  it('is wide in the first three hours: by two fifths of the rest', () => {
    expect(ask(steady(3, 1_000).slice(0, -1))).toMatchObject({ low: 15_567, mid: 24_000, high: 32_433 })
    expect(ask(steady(3, 1_000))).toMatchObject({ low: 21_900, mid: 24_000, high: 26_100 })
  })

  it('counts an hour three hours back half, and a part of an hour as a part', () => {
    // Hours counted back from the last reading: 100, 200, 300, 400 tokens, then half an hour of 500 an hour.
    const readings = [
      { at: DAY + HOUR / 2, tokens: 250 },
      { at: DAY + 1.5 * HOUR, tokens: 650 },
      { at: DAY + 2.5 * HOUR, tokens: 950 },
      { at: DAY + 3.5 * HOUR, tokens: 1_150 },
      { at: DAY + 4.5 * HOUR, tokens: 1_250 },
    ]
    const weights = [1, 0.5 ** (1 / 3), 0.5 ** (2 / 3), 0.5, 0.5 * 0.5 ** (4 / 3)]
    const rates = [100, 200, 300, 400, 500]
    const sum = weights.reduce((all, weight) => all + weight, 0)
    const mean = rates.reduce((all, rate, n) => all + rate * (weights[n] ?? 0), 0) / sum
    const variance = rates.reduce((all, rate, n) => all + (rate - mean) ** 2 * (weights[n] ?? 0), 0) / sum
    const [rest, margin] = [mean * 19.5, 1.28 * Math.sqrt(variance) * Math.sqrt(19.5)]
    expect(ask(readings)).toEqual({
      kind: 'range',
      from: readings.at(-1),
      low: Math.round(1_250 + rest - margin),
      mid: Math.round(1_250 + rest),
      high: Math.round(1_250 + rest + margin),
      end: dayEnd,
    })
  })

  it('goes on at a steady pace, within a tenth of the rest', () => {
    expect(ask(steady(12, 1_000))).toMatchObject({ kind: 'range', low: 22_800, mid: 24_000, high: 25_200 })
  })

  it('weighs the last hours more than the first', () => {
    const quietThenBusy = [
      ...steady(9, 100),
      ...Array.from({ length: 36 }, (_, i) => ({ at: DAY + 9 * HOUR + (i + 1) * 300, tokens: 900 + (i + 1) * 100 })),
    ]
    const projection = ask(quietThenBusy)
    const average = (4_500 / 12) * 24
    expect(projection.kind === 'range' && projection.mid > average * 1.2).toBe(true)
  })

  it('is wider when hours differ', () => {
    const width = (readings: Reading[]) => {
      const projection = ask(readings)
      return projection.kind === 'range' ? (projection.high - projection.low) / projection.mid : 0
    }
    const bursts = steady(12, 1_000).map(({ at, tokens }) => ({ at, tokens: Math.floor(tokens / 4_000) * 4_000 + 1 }))
    expect(width(bursts)).toBeGreaterThan(width(steady(12, 1_000)) * 1.5)
  })

  it('never expects less than what is used already, and keeps low, middle and high in order', () => {
    const amounts = fc.array(fc.nat(100_000), { minLength: 13, maxLength: 200 })
    fc.assert(
      fc.property(amounts, adds => {
        let tokens = 0
        const readings = adds.map((add, i) => {
          tokens += add
          return { at: DAY + (i + 1) * 400, tokens }
        })
        const projection = ask(readings)
        if (projection.kind === 'none') return
        expect(projection.low).toBeGreaterThanOrEqual(tokens)
        expect(projection.mid).toBeGreaterThanOrEqual(projection.low)
        expect(projection.high).toBeGreaterThanOrEqual(projection.mid)
      }),
    )
  })

  it('survives a total that OpenAI revised down', () => {
    const revised = steady(6, 1_000).map((reading, i) =>
      i > 60 ? { ...reading, tokens: reading.tokens - 2_000 } : reading,
    )
    expect(ask(revised)).toMatchObject({ kind: 'range' })
  })
})

describe('limitReachedAt', () => {
  const projection = ask(steady(12, 1_000))
  it('is where the line meets the limit', () =>
    expect(limitReachedAt(projection, 24_000, 18_000)).toBe(DAY + 18 * HOUR))
  it('is null where it does not', () => expect(limitReachedAt(projection, 24_000, 30_000)).toBeNull())
  it('is where the line ends when it just meets it', () =>
    expect(limitReachedAt(projection, 24_000, 24_000)).toBe(dayEnd))
  it('is now where the limit is reached already', () =>
    expect([limitReachedAt(projection, 24_000, 12_000), limitReachedAt(projection, 12_000, 11_000)]).toEqual([
      DAY + 12 * HOUR,
      DAY + 12 * HOUR,
    ]))
  it('is null without a forecast', () =>
    expect(limitReachedAt({ kind: 'none', reason: 'early' }, 24_000, 1)).toBeNull())
  it('is null without a limit', () => expect(limitReachedAt(projection, 24_000, 0)).toBeNull())
})

describe('readingAt', () => {
  const readings = [
    { at: DAY + 600, tokens: 100 },
    { at: DAY + 1_200, tokens: 300 },
  ]
  it.each([
    ['the start of the day', DAY, 0],
    ['before the first reading', DAY + 150, 25],
    ['the moment of a reading', DAY + 600, 100],
    ['between two readings', DAY + 900, 200],
    ['after the last', DAY + 9_000, 300],
  ])('at %s', (_name, at, tokens) => expect(readingAt(readings, at, DAY).tokens).toBe(tokens))
})
