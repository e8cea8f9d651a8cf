import { runInNewContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import { clockScript, demoClock, readClock, writeClock } from '../../../scripts/demo/demoClock.ts'

const SETTINGS = { from: 1_800_000_000_000, start: 1_764_036_000_000, speed: 264 }

describe('demoClock', () => {
  const clock = demoClock(SETTINGS)

  it('shows its start at first, and a day in some five minutes and a half', () => {
    expect(clock.played(SETTINGS.from)).toBe(SETTINGS.start)
    expect(clock.played(SETTINGS.from + 86_400_000 / 264) - SETTINGS.start).toBeCloseTo(86_400_000, -3)
  })

  it('never lets an alarm fire before its time', () => {
    for (const at of [1, 299_999, 300_000, 86_399_999]) {
      expect(clock.played(clock.machine(SETTINGS.start + at))).toBeGreaterThanOrEqual(SETTINGS.start + at)
    }
  })

  it('is the same in the Worker, which gets it as one word, and in the page', () => {
    const at = SETTINGS.from + 12_345
    expect(readClock(writeClock(SETTINGS)).played(at)).toBe(clock.played(at))
    class Fixed extends Date {
      static override now() {
        return at
      }
    }
    const page = { Date: Fixed, seen: {} as Record<string, number> }
    const look = 'seen.now = Date.now(); seen.made = new Date().getTime(); seen.given = new Date(7).getTime()'
    runInNewContext(`${clockScript(SETTINGS)}\n${look}`, page)
    expect(page.seen).toEqual({ now: clock.played(at), made: clock.played(at), given: 7 })
  })
})
