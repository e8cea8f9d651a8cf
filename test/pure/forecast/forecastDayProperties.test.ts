import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type DayQuestion, forecastDay } from '../../../src/forecast/forecastDay.ts'
import { DAY, HOUR } from './days.ts'
import { writtenOut, writtenQuantile, writtenShare } from './writtenOut.ts'

const tokens = fc.oneof(fc.constant(0), fc.nat(1000), fc.nat(1_000_000_000))

/** Readings of a day, ascending in time; totals may fall, as corrections make them. */
function curveUntil(readingS: number, spread: number): fc.Arbitrary<DayQuestion['curve']> {
  return fc
    .array(fc.record({ timestamp: fc.integer({ min: DAY - spread, max: readingS + spread }), tokens }), {
      maxLength: 30,
    })
    .map(points => points.sort((a, b) => a.timestamp - b.timestamp))
}

const anyPast = fc.array(
  fc.record({
    daysAgo: fc.integer({ min: 1, max: 28 }),
    hours: fc.array(fc.option(tokens, { freq: 8 }), { minLength: 24, maxLength: 24 }),
    total: tokens,
  }),
  { maxLength: 28 },
)

const anyQuestion = fc
  .record({ now: fc.integer({ min: DAY, max: DAY + 24 * HOUR - 1 }), behind: fc.nat(2 * HOUR) })
  .chain(({ now, behind }) =>
    fc.record<DayQuestion>({
      nowS: fc.constant(now),
      readingS: fc.constant(now - behind),
      curve: curveUntil(now, HOUR),
      past: anyPast,
      limit: fc.option(tokens, { freq: 10 }),
      stale: fc.constant(false),
    }),
  )

/** Nothing unknown, nothing of other days: what the written-out method takes. */
const plainQuestion = fc
  .record({
    readingS: fc.integer({ min: DAY + HOUR, max: DAY + 24 * HOUR - 1 }),
    pastDays: fc.integer({ min: 1, max: 28 }),
  })
  .chain(({ readingS, pastDays }) =>
    fc.record<DayQuestion>({
      nowS: fc.constant(readingS),
      readingS: fc.constant(readingS),
      curve: fc
        .tuple(curveUntil(readingS, 0), tokens)
        .map(([points, last]) => [
          ...new Map(
            [...points.filter(({ timestamp }) => timestamp > DAY), { timestamp: readingS, tokens: last }].map(
              point => [point.timestamp, point] as const,
            ),
          ).values(),
        ]),
      past: fc
        .array(fc.array(tokens, { minLength: 24, maxLength: 24 }), { minLength: pastDays, maxLength: pastDays })
        .map(days =>
          days.map((hours, index) => {
            const used = index === days.length - 1 ? [1, ...hours.slice(1)] : hours
            return { daysAgo: index + 1, hours: used, total: used.reduce((sum, each) => sum + each, 0) }
          }),
        ),
      limit: fc.nat(20_000_000_000).map(limit => limit + 1),
      stale: fc.constant(false),
    }),
  )

describe('forecastDay, of anything', () => {
  it('is what the method says when it is written out plainly', () => {
    fc.assert(
      fc.property(plainQuestion, question => {
        const plain = writtenOut(question)
        const { forecast, chance } = forecastDay(question)
        const near = (q: number) => Math.round(plain.used + writtenQuantile(plain.futures, q))
        const off = Math.max(1, plain.used, near(0.9)) * 1e-9 + 1
        expect(Math.abs((forecast.low_tokens ?? -1) - near(0.1))).toBeLessThanOrEqual(off)
        expect(Math.abs((forecast.expected_tokens ?? -1) - near(0.5))).toBeLessThanOrEqual(off)
        expect(Math.abs((forecast.high_tokens ?? -1) - near(0.9))).toBeLessThanOrEqual(off)
        const limit = question.limit ?? 1
        if (plain.used >= limit) return
        expect(chance).toBeCloseTo(writtenShare(plain, plain.grid.length - 1, limit), 6)
        for (const [share, at] of [
          [0.5, forecast.runs_out_at],
          [0.1, forecast.runs_out_earliest],
        ] as const) {
          const step = plain.grid.findIndex((_, index) => writtenShare(plain, index, limit) >= share - 1e-9)
          const hour = plain.grid[step]
          expect(at).toBe(hour === undefined ? null : Math.round((DAY + hour * HOUR) / 600) * 600)
        }
      }),
      { numRuns: 200 },
    )
  })

  it('never has a number that is none, and never more than one answer to “how likely”', () => {
    fc.assert(
      fc.property(anyQuestion, question => {
        const { forecast, chance, used, pace } = forecastDay(question)
        const figures = [...Object.values(forecast), chance, used, pace].filter(figure => typeof figure === 'number')
        expect(figures.filter(figure => !Number.isFinite(figure))).toEqual([])
        if (chance !== null) expect(chance).toBe(Math.min(1, Math.max(0, chance)))
      }),
    )
  })

  it('has its figures in order: used, low, expected, high, in whole tokens', () => {
    fc.assert(
      fc.property(anyQuestion, question => {
        const { forecast, used } = forecastDay(question)
        const { low_tokens: low, expected_tokens: expected, high_tokens: high } = forecast
        if (low === null || expected === null || high === null) {
          expect([low, expected, high]).toEqual([null, null, null])
          return
        }
        expect([used, low, expected, high]).toEqual([used, low, expected, high].toSorted((a, b) => a - b))
        expect([low, expected, high].every(Number.isSafeInteger)).toBe(true)
      }),
    )
  })

  it('names a time exactly when it is as likely as not, after the reading, the earliest first', () => {
    fc.assert(
      fc.property(anyQuestion, question => {
        const { forecast, chance } = forecastDay(question)
        const { runs_out_at: at, runs_out_earliest: earliest, state } = forecast
        if (state === 'exceeded') {
          expect([at, earliest]).toEqual([null, null])
          return
        }
        expect(at !== null).toBe(chance !== null && chance >= 0.5)
        expect(earliest !== null).toBe(chance !== null && chance >= 0.1)
        if (at !== null) expect(at).toBeGreaterThanOrEqual(earliest ?? Number.POSITIVE_INFINITY)
        if (earliest !== null) expect(earliest).toBeGreaterThanOrEqual(Math.min(question.readingS, DAY + 24 * HOUR))
        if (at !== null) expect(at).toBeLessThanOrEqual(DAY + 24 * HOUR)
      }),
    )
  })

  it('is no more likely to reach a higher limit, nor sooner', () => {
    fc.assert(
      fc.property(anyQuestion, fc.nat(1_000_000_000), (question, more) => {
        const low = forecastDay({ ...question, limit: question.limit ?? 1 })
        const high = forecastDay({ ...question, limit: (question.limit ?? 1) + more })
        if (low.chance === null || high.chance === null || low.forecast.state === 'exceeded') return
        expect(high.chance).toBeLessThanOrEqual(low.chance)
        const never = Number.POSITIVE_INFINITY
        expect(high.forecast.runs_out_at ?? never).toBeGreaterThanOrEqual(low.forecast.runs_out_at ?? never)
        expect(high.forecast.runs_out_earliest ?? never).toBeGreaterThanOrEqual(low.forecast.runs_out_earliest ?? never)
        expect(high.forecast.expected_tokens).toBe(low.forecast.expected_tokens)
      }),
    )
  })
})
