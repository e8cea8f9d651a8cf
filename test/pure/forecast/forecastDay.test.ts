import { describe, expect, it } from 'vitest'
import { type DayQuestion, forecastDay } from '../../../src/forecast/forecastDay.ts'
import { DAY, HOUR, pastDay, question, steadyCurve } from './days.ts'

const NOTHING = {
  expected_tokens: null,
  low_tokens: null,
  high_tokens: null,
  runs_out_at: null,
  runs_out_earliest: null,
}
/** 300 tokens in the last hour: the lines end 0, 1800, 3600, 5040 and 9000 higher, and 0, 600, 1200, 1680 and 3000. */
const BUSY_HOUR = [
  { timestamp: DAY + 1 * HOUR, tokens: 0 },
  { timestamp: DAY + 11 * HOUR, tokens: 0 },
  { timestamp: DAY + 12 * HOUR, tokens: 300 },
]
const past = Array.from({ length: 7 }, (_, index) => pastDay(index + 1, 100))
const ask = (hours: number, rest: Partial<DayQuestion> = {}) => forecastDay(question(hours, rest))
const state = (hours: number, rest: Partial<DayQuestion> = {}) => ask(hours, rest).forecast.state

describe('forecastDay', () => {
  it('expects a day like the ones before to end like them', () => {
    const { forecast, chance, used, pace } = ask(12, { past, limit: 10_000 })
    expect(forecast).toMatchObject({ as_of: DAY + 12 * HOUR, state: 'ok', expected_tokens: 2400, days_known: 7 })
    expect({ chance: chance === forecast.chance, used, pace }).toEqual({ chance: true, used: 1200, pace: 100 })
  })

  it('says when the limit is reached, and when at the earliest, to ten minutes', () => {
    // All replays reach 1800 at 18:00. Of the lines, each 0.15 of 5.45: those at 2.5 times the pace before, which is not a tenth, and
    // those at 1.4 times 4.29 hours on.
    const { forecast } = ask(12, { past, limit: 1800 })
    expect(forecast).toMatchObject({ state: 'will_exceed', runs_out_at: DAY + 18 * HOUR })
    expect(forecast.runs_out_earliest).toBe(DAY + 16 * HOUR + 1200)
  })

  it('names the ten minutes at which exactly half of the weight is there', () => {
    // 1000 are there at 750 an hour after 1 h 20 min, then at 420, 300, 250, and, the fifth of ten, at 150 after 6 h 40 min.
    const { forecast } = ask(12, { curve: BUSY_HOUR, limit: 300 + 1000 })
    expect(forecast.runs_out_at).toBe(DAY + 18 * HOUR + 2400)
    expect(forecast.runs_out_earliest).toBe(DAY + 13 * HOUR + 1200)
  })

  it('rounds times of a reading that is off the ten minutes', () => {
    const { forecast } = ask(12.05, { past, limit: 1800 })
    expect([forecast.runs_out_at, forecast.runs_out_earliest].map(at => (at ?? 1) % 600)).toEqual([0, 0])
  })

  it('has half the weight and the time from exactly five lines of ten on', () => {
    // 1200 by 12:00; the lines end at 1200, 1800, 2400, 2880 and 4200, each twice.
    expect(ask(12, { limit: 2400 })).toMatchObject({ chance: 0.6, forecast: { runs_out_at: DAY + 24 * HOUR } })
    expect(ask(12, { limit: 2401 })).toMatchObject({ chance: 0.4, forecast: { runs_out_at: null } })
    const { chance, forecast } = ask(12, { curve: BUSY_HOUR, limit: 300 + 1700 })
    expect(chance).toBe(0.5)
    expect(forecast).toMatchObject({ state: 'will_exceed', runs_out_at: expect.any(Number) })
  })

  it.each([
    [0.5, 'will_exceed', 300 + 1800],
    [0.4, 'may_exceed', 300 + 1801],
    [0.1, 'may_exceed', 300 + 9000],
    [0, 'ok', 300 + 9001],
  ])('with a chance of %d is %s', (wanted, named, limit) => {
    const { forecast, chance } = ask(12, { curve: BUSY_HOUR, limit })
    expect(chance).toBe(wanted)
    expect(forecast.state).toBe(named)
    expect(forecast.runs_out_earliest === null).toBe(named === 'ok')
  })

  it('decides on the exact chance and shows it in hundredths', () => {
    // Of the weight, 4 lines of ten reach it: 0.4 * 1.5 / (1.5 + replays).
    const { chance, forecast } = ask(12, { past, limit: 2700 })
    expect(forecast.chance).toBe(0.11)
    expect(chance).toBeCloseTo((0.4 * 1.5) / (1.5 + past.reduce((sum, _, at) => sum + 0.8 ** at, 0)), 8)
  })

  it.each([
    ['stale', 'stale', ask(12, { past, limit: 1300, stale: true })],
    ['stale though the limit is reached', 'stale', ask(12, { past, limit: 5, stale: true })],
    ['before 01:00', 'early', ask(0.9, { past, limit: 1 + 90 })],
    ['before the first reading of the day', 'early', ask(1.5, { past, limit: 9, readingS: DAY - 60, curve: [] })],
    ['before 03:00 without a past day', 'early', ask(2.9, { limit: 300 })],
    ['without a past day and a reading of the day', 'early', ask(12, { curve: [], limit: 9 })],
    ['idle without a past day', 'idle', ask(12, { curve: steadyCurve(12, 0), limit: 9 })],
    ['idle after days that were so too', 'idle', ask(12, { curve: steadyCurve(12, 0), past: [pastDay(1, 0)] })],
  ])('says nothing %s', (_, wanted, { forecast, chance, pace }) => {
    expect(forecast).toMatchObject({ ...NOTHING, state: wanted, chance: null })
    expect([chance, pace]).toEqual([null, null])
  })

  it('speaks from 01:00 on with a past day, from 03:00 on without', () => {
    expect(state(1, { past })).toBe('ok')
    expect(state(3)).toBe('ok')
  })

  it('needs three hours of readings where there is no past day', () => {
    const since = (hour: number, until: number) =>
      state(until, { curve: steadyCurve(until, 100).filter(({ timestamp }) => timestamp >= DAY + hour * HOUR) })
    expect(since(9, 11.5)).toBe('early')
    expect(since(9, 12)).toBe('ok')
    expect(state(11.5, { curve: steadyCurve(11.5, 100).slice(-1), past })).toBe('ok')
  })

  it('takes readings from the first hour on for those of the whole day', () => {
    expect(state(3, { curve: steadyCurve(3, 100).slice(5) })).toBe('ok')
    expect(state(3, { curve: steadyCurve(3, 100).slice(6) })).toBe('early')
  })

  it('answers an idle morning with what the past days did', () => {
    const { forecast } = ask(6, { curve: steadyCurve(6, 0), past, limit: 1000 })
    expect(forecast.state).not.toBe('idle')
    expect(forecast.expected_tokens).toBeGreaterThan(0)
  })

  it('says that the limit is reached, and where the day will end', () => {
    const { forecast, chance } = ask(12, { past, limit: 1200 })
    expect(forecast).toMatchObject({ state: 'exceeded', chance: 1, expected_tokens: 2400, runs_out_at: null })
    expect([chance, forecast.runs_out_earliest]).toEqual([1, null])
    expect(state(12, { past, limit: 1201 })).toBe('will_exceed')
  })

  it('says in the early hours that the limit is reached, without a range', () => {
    const { forecast, chance } = ask(0.5, { past, limit: 50 })
    expect(forecast).toMatchObject({ ...NOTHING, state: 'exceeded', chance: 1 })
    expect(chance).toBe(1)
  })

  it.each([null, 0, -5, Number.NaN])('has the range only with %s for a limit', limit => {
    const { forecast, chance } = ask(12, { past, limit })
    expect(forecast).toMatchObject({ state: 'ok', chance: null, expected_tokens: 2400, runs_out_at: null })
    expect([chance, forecast.runs_out_earliest]).toEqual([null, null])
  })

  it('knows as many days as it stands on', () => {
    const unknown = pastDay(2, [...new Array<null>(5).fill(null), ...new Array<number>(19).fill(1)], 24)
    expect(ask(12, { past: [pastDay(1, 1), unknown, pastDay(3, 1), pastDay(4, 0)] }).forecast.days_known).toBe(2)
  })

  it('is at its end at the reset', () => {
    const { forecast } = forecastDay(question(23.999, { past, limit: 1e6 }))
    expect(forecast).toMatchObject({ state: 'ok', chance: 0 })
    expect(forecast.expected_tokens).toBeLessThanOrEqual(2400)
    // A clock that is behind that of the reading.
    const ahead = forecastDay({
      ...question(24.5, { curve: steadyCurve(24, 100), past, limit: 1e6 }),
      nowS: DAY + 24 * HOUR - 1,
    })
    expect(ahead.forecast).toMatchObject({ expected_tokens: 2400, low_tokens: 2400, high_tokens: 2400, chance: 0 })
  })
})
