import { describe, expect, it } from 'vitest'
import { dayPoints } from '../../../../src/api/history/dayPoints.ts'
import type { DayPoint } from '../../../../src/wire.ts'

describe('dayPoints', () => {
  const day = (date: string, premium_tokens: number) => ({ date, premium_tokens }) as DayPoint

  it('prefers the object’s own day, sorts, and keeps to the dates asked for', () => {
    const points = dayPoints(
      [day('2026-11-20', 1), day('2026-11-22', 2)],
      [day('2026-11-24', 8), day('2026-11-23', 4), day('2026-11-22', 3), day('2026-11-21', 7), day('2026-11-10', 9)],
      '2026-11-20',
      '2026-11-23',
    )
    expect(points.map(({ date, premium_tokens }) => [date, premium_tokens])).toEqual([
      ['2026-11-20', 1],
      ['2026-11-21', 7],
      ['2026-11-22', 3],
      ['2026-11-23', 4],
    ])
  })
})
