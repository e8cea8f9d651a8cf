import { describe, expect, it } from 'vitest'
import { hourPoints } from '../../../../src/api/history/hourPoints.ts'

const MIDNIGHT = Date.UTC(2026, 10, 23) / 1000
const hour = (n: number, premium: number, mini = 0) => ({
  hour: MIDNIGHT + n * 3600,
  premium_tokens: premium,
  mini_tokens: mini,
})

describe('hourPoints', () => {
  it('runs up within a UTC day and starts again at midnight', () => {
    const points = hourPoints(
      [hour(-2, 5), hour(-1, 7, 1), hour(0, 11), hour(1, 13, 2)],
      MIDNIGHT - 86_400,
      MIDNIGHT + 86_400,
    )
    expect(
      points.map(point => [point.date, point.premium_tokens, point.mini_tokens, point.premium_hour_tokens]),
    ).toEqual([
      ['2026-11-22', 5, 0, 5],
      ['2026-11-22', 12, 1, 7],
      ['2026-11-23', 11, 0, 11],
      ['2026-11-23', 24, 2, 13],
    ])
  })

  it('counts the hours before the stretch into the day, but shows only those in it', () => {
    const points = hourPoints([hour(0, 10), hour(1, 20), hour(2, 40)], MIDNIGHT + 3600, MIDNIGHT + 7200)
    expect(points.map(point => [point.timestamp, point.premium_tokens])).toEqual([[MIDNIGHT + 3600, 30]])
  })

  it('does not rely on the order it is given, nor change it', () => {
    const totals = [hour(2, 4), hour(0, 1), hour(1, 2)]
    expect(hourPoints(totals, MIDNIGHT, MIDNIGHT + 86_400).map(point => point.premium_tokens)).toEqual([1, 3, 7])
    expect(totals[0]).toEqual(hour(2, 4))
  })
})
