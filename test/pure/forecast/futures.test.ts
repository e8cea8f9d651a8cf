import { describe, expect, it } from 'vitest'
import { dayUse } from '../../../src/forecast/dayUse.ts'
import { futures, NEVER } from '../../../src/forecast/futures.ts'
import { type PastDay, pastDays } from '../../../src/forecast/pastDays.ts'
import { DAY, HOUR, pastDay } from './days.ts'

/** Of a day whose totals at some hours are given, the last of them now. */
function ahead(totals: [hour: number, tokens: number][], past: PastDay[], need = Number.POSITIVE_INFINITY) {
  const curve = totals.map(([hour, tokens]) => ({ timestamp: DAY + hour * HOUR, tokens }))
  return futures(dayUse(curve, DAY, curve.at(-1)?.timestamp ?? DAY), pastDays(past), need)
}

/** Tokens in some hours of yesterday, none in the others. */
const yesterday = (hours: Record<number, number>, daysAgo = 1) =>
  pastDay(
    daysAgo,
    Array.from({ length: 24 }, (_, hour) => hours[hour] ?? 0),
  )
const EVENING = { 20: 300, 21: 300, 22: 300, 23: 300 }
const NOON_IS_300 = yesterday(Object.fromEntries(Array.from({ length: 24 }, (_, hour) => [hour, 300])))

describe('futures: a past day', () => {
  // The mean day has 1200, so e is 120 for three hours. Nothing in the last hour, then or now: no present speed.
  it.each([
    ['as it was, when neither day had anything', 0, 1200],
    ['by the cube root of what the last three hours had more: (840 + 120) / 120 is 8', 840, 2 * 1200],
    ['three times at most', 1_000_000, 3 * 1200],
  ])('is replayed %s', (_, used, rest) => {
    const today: [number, number][] = [
      [9, 0],
      [11, used],
      [12, used],
    ]
    expect(ahead(today, [yesterday(EVENING)]).rest[0]).toBeCloseTo(rest, 6)
  })

  it('is lowered by the cube root of what the last three hours had less', () => {
    // e is 0.1 * 2040.
    const level = (204 / (840 + 204)) ** (1 / 3)
    expect(ahead([[12, 0]], [yesterday({ 9: 420, 10: 420, ...EVENING })]).rest[0]).toBeCloseTo(level * 1200, 6)
  })

  it('is lowered to a third at least', () => {
    const others = [2, 3, 4, 5].map(daysAgo => yesterday({ 0: 1 }, daysAgo))
    expect(ahead([[12, 0]], [yesterday({ 9: 9000, ...EVENING }), ...others]).rest[0]).toBeCloseTo(400, 6)
  })

  it('is leveled by the day so far before 03:00, with as much less ease', () => {
    // e is 120 * 1.5 / 3.
    const today: [number, number][] = [
      [0.5, 420],
      [1.5, 420],
    ]
    expect(ahead(today, [yesterday(EVENING)]).rest[0]).toBeCloseTo(2 * 1200, 6)
  })

  it.each([
    ['slower', 900, -300],
    ['faster', 0, 600],
  ])('starts at the present speed, %s than it was, and drifts back to its own in two hours', (_, byEleven, speed) => {
    // 900 in the last three hours on both days: the level is 1.
    const today: [number, number][] = [
      [9, 0],
      [11, byEleven],
      [12, 900],
    ]
    const { rest, reachedAt } = ahead(today, [NOON_IS_300], 300 * 2 + speed * 2 * (1 - Math.exp(-1)) - 1e-6)
    expect(rest[0]).toBeCloseTo(3600 + speed * 2 * (1 - Math.exp(-6)), 6)
    expect(reachedAt[0]).toBe(12)
  })

  it('is compared with the present speed in the hour around now, cut at 00:00', () => {
    // At 00:15 the hour around it is 00:00 to 00:45: 450 in 0.75 h. Used as much as then: the level is 1.
    const busy = yesterday({ 0: 600 })
    const { rest } = ahead([[0.25, 150]], [busy])
    expect(rest[0]).toBeCloseTo(450, 6)
  })

  it('never falls and is never below 0: what has been used stays used', () => {
    const today: [number, number][] = [
      [9, 0],
      [11, 900],
      [12, 900],
    ]
    const ending = yesterday({ 9: 300, 10: 300, 11: 300, 12: 300 })
    expect(ahead(today, [ending]).rest[0]).toBeCloseTo(300 - 600 * (1 - Math.exp(-0.5)), 6)
    const ended = yesterday({ 9: 300, 10: 300, 11: 300 })
    expect(ahead(today, [ended]).rest[0]).toBe(0)
  })

  it('weighs four fifths of the one after it, by calendar: a gap ages too', () => {
    const { weights } = ahead([[12, 0]], [pastDay(1, 1), pastDay(2, 1), pastDay(5, 1)])
    expect([...weights.slice(0, 3)]).toEqual([1, 0.8, expect.closeTo(0.4096, 12)])
  })
})

describe('futures: the lines', () => {
  const lastHourBusy: [number, number][] = [
    [3, 0],
    [5, 0],
    [6, 1200],
  ]

  it('go on at five multiples of the pace of the last hour and of the last three', () => {
    const paces = [0, 600, 1200, 1680, 3000, 0, 200, 400, 560, 1000]
    const { rest } = ahead(lastHourBusy, [])
    expect([...rest].map(Math.round)).toEqual(paces.map(pace => pace * 18))
  })

  it('are all there is on the first day, each a tenth', () => {
    expect([...ahead(lastHourBusy, []).weights]).toEqual(new Array(10).fill(0.1))
  })

  it('weigh more beside past days as the day goes on: as much as yesterday at 08:00', () => {
    const weights = (hour: number) => [...ahead([[hour, 10]], [pastDay(1, 1)]).weights.slice(1)]
    expect(weights(8)).toEqual(new Array(10).fill(0.1))
    expect(weights(20)).toEqual(new Array(10).fill(0.25))
  })

  it('reach the limit at the first ten minutes at which they are there', () => {
    // 1200 an hour is 200 in ten minutes.
    const { reachedAt, grid } = ahead(lastHourBusy, [], 1000)
    expect(reachedAt[2]).toBe(5)
    expect(reachedAt[0]).toBe(NEVER)
    expect(ahead(lastHourBusy, [], 1001).reachedAt[2]).toBe(6)
    expect(grid.hours[6]).toBe(7)
  })

  it('reach a limit at the reset that they meet exactly, and none beyond it', () => {
    expect(ahead(lastHourBusy, [], 1200 * 18).reachedAt[2]).toBe(108)
    expect(ahead(lastHourBusy, [], 1200 * 18 + 1).reachedAt[2]).toBe(NEVER)
  })
})
