import { describe, expect, it } from 'vitest'
import { dayUse, pace } from '../../../src/forecast/dayUse.ts'
import { DAY, HOUR } from './days.ts'

const at = (hours: number, tokens: number) => ({ timestamp: DAY + hours * HOUR, tokens })
const use = (curve: ReturnType<typeof at>[], hours: number) => dayUse(curve, DAY, DAY + hours * HOUR)

describe('dayUse', () => {
  it('has the total of the last reading and the hours until it', () => {
    expect(use([at(1, 10), at(2.5, 40)], 2.5)).toMatchObject({ hours: 2.5, total: 40, firstAt: 1 })
  })

  it.each([
    ['between two readings', 1, 40 - 30],
    ['on a reading', 2, 40 - 20],
    ['between 00:00 and the first reading', 3.5, 40 - 5],
    ['since 00:00', 4, 40],
    ['since before 00:00', 5, 40],
    ['of no time', 0, 0],
  ])('counts what was used, straight %s', (_, hours, tokens) => {
    expect(use([at(1, 10), at(2, 20), at(4, 40)], 4).usedIn(hours)).toBe(tokens)
  })

  it('takes a reading without a point of its own for one of nothing new', () => {
    const day = use([at(1, 10), at(2, 20)], 3)
    expect(day).toMatchObject({ hours: 3, total: 20 })
    expect(day.usedIn(1)).toBe(0)
    expect(day.usedIn(1.5)).toBe(5)
  })

  it('does not count below 0 when a total is corrected downward', () => {
    expect(use([at(1, 100), at(2, 40)], 2).usedIn(1)).toBe(0)
  })

  it('knows nothing of points of yesterday, of 00:00 and of after the reading', () => {
    const day = use([at(-1, 900), at(0, 950), at(1, 10), at(2, 20)], 1)
    expect(day).toMatchObject({ total: 10, firstAt: 1 })
    expect(day.usedIn(0.5)).toBe(5)
    expect(use([at(-1, 900), at(1, 10)], 1).usedIn(0.5)).toBe(5)
  })

  it.each([
    ['without a reading of the day', [at(-1, 900)], 1],
    ['without any', [], 1],
    ['when the last one is of yesterday', [], -2],
  ])('is 0 %s', (_, curve, hours) => {
    const day = use(curve, hours)
    expect(day).toMatchObject({ total: 0, firstAt: null, hours: Math.max(0, hours) })
    expect(day.usedIn(1)).toBe(0)
  })
})

describe('pace', () => {
  it('is of the last hours, and of the day so far while it is shorter', () => {
    expect(pace(use([at(1, 10), at(2, 40)], 2), 1)).toBe(30)
    expect(pace(use([at(1, 10), at(2, 40)], 2), 3)).toBe(20)
  })
})
