import { Cron } from 'croner'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { pollsADay } from '../../../src/config/pollsADay.ts'

const DAY = Date.UTC(2027, 0, 1)

/** By asking croner for every run of one day. */
function runsOf(cron: string): number {
  const job = new Cron(cron, { mode: '6-part', timezone: 'UTC', paused: true })
  let runs = 0
  let at = job.nextRun(new Date(DAY - 1000))
  while (at !== null && at.getTime() < DAY + 86_400_000) {
    runs += 1
    at = job.nextRun(at)
  }
  return runs
}

/** Fields that come true a few times only, so that croner can be asked for each. */
const field = (last: number) => {
  const value = fc.integer({ min: 0, max: last })
  const range = fc
    .tuple(value, value)
    .map(([a, b]) => `${Math.min(a, b)}-${Math.min(Math.max(a, b), Math.min(a, b) + 4)}`)
  const coarse = fc.constantFrom(Math.ceil(last / 2), last)
  const stepped = fc.tuple(fc.constantFrom('*', '?'), coarse).map(([any, step]) => `${any}/${step}`)
  const steppedRange = fc.tuple(range, fc.integer({ min: 1, max: 3 })).map(([part, step]) => `${part}/${step}`)
  const part = fc.oneof(
    value.map(String),
    value.map(v => String(v).padStart(2, '0')),
    range,
    stepped,
    steppedRange,
  )
  return fc.array(part, { minLength: 1, maxLength: 2 }).map(parts => parts.join(','))
}

describe('pollsADay', () => {
  it('is the number of runs that croner gives for a day', () => {
    fc.assert(
      fc.property(field(59), field(59), field(23), (seconds, minutes, hours) => {
        const cron = `${seconds} ${minutes} ${hours} * * *`
        expect(pollsADay(cron), cron).toBe(runsOf(cron))
      }),
      { numRuns: 40 },
    )
  })

  it.each([
    ['* * * * * *', 86_400],
    ['*/7 ? */5 1 JAN MON#1', 9 * 60 * 5],
    ['0-59/30,*/20 59 23 * * *', 4],
  ])('of %s is %d', (cron, polls) => {
    expect(pollsADay(cron)).toBe(polls)
  })
})
