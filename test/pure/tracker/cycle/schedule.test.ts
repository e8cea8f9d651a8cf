import { Cron } from 'croner'
import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import type { UpstreamFault } from '../../../../src/openai/upstreamFault.ts'
import {
  blindAt,
  missedTicks,
  napMs,
  nextPollAt,
  nextSlot,
  nextWakeAt,
  notBeforeOf,
  type PollFacts,
  staleAt,
  waitEnd,
} from '../../../../src/tracker/cycle/schedule.ts'

const NOON = Date.UTC(2027, 2, 10, 12)
const MIN = 60_000
const facts = (rest: Partial<PollFacts> = {}): PollFacts => ({
  lastAttempt: NOON,
  failures: 0,
  fault: null,
  notBefore: 0,
  ...rest,
})
const serverError: UpstreamFault = { kind: 'serverError', status: 500, retryAfterMs: null, requestId: null }
const refused: UpstreamFault = { kind: 'refused', status: 401, missingScope: null, requestId: null }

const instant = fc.integer({ min: NOON - 400 * 86_400_000, max: NOON + 400 * 86_400_000 })
const cron = fc.constantFrom(
  '*/5 * * * *',
  '*/15 * * * *',
  '0 * * * *',
  '0 */6 * * *',
  '*/2 * * * * *',
  '30 2 * * *',
  '0 0 29 2 *',
)
const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })

describe('nextSlot', () => {
  it.each([
    ['*/5 * * * *', '12:00:00', '12:05:00'],
    ['*/5 * * * *', '12:04:59', '12:05:00'],
    ['*/15 * * * *', '12:01:00', '12:15:00'],
    ['0 * * * *', '12:00:01', '13:00:00'],
    ['0 */6 * * *', '12:00:00', '18:00:00'],
    ['*/2 * * * * *', '12:00:01', '12:00:02'],
    ['15 30 * * * *', '12:00:00', '12:30:15'],
  ])('%s after %s is %s UTC', (expression, after, next) => {
    expect(nextSlot(expression, Date.parse(`2027-03-10T${after}Z`))).toBe(Date.parse(`2027-03-10T${next}Z`))
  })

  it('is UTC, also when clocks elsewhere change', () => {
    // Europe changes on 2027-03-28 at 01:00 UTC, North America on 2027-03-14 at 07:00 and 10:00 UTC.
    for (const day of ['2027-03-14', '2027-03-28', '2027-10-31', '2027-11-07']) {
      expect(new Date(nextSlot('30 2 * * *', Date.parse(`${day}T00:00:00Z`))).toISOString()).toBe(
        `${day}T02:30:00.000Z`,
      )
    }
  })

  it('asks croner once for each stretch between slots, whose answers cost', () => {
    const nextRun = vi.spyOn(Cron.prototype, 'nextRun')
    const hourly = Array.from({ length: 60 }, (_, n) => nextSlot('17 * * * *', NOON + 17 * MIN + n * 59_000))
    expect(new Set(hourly)).toEqual(new Set([NOON + 77 * MIN]))
    expect(nextRun).toHaveBeenCalledTimes(1)
    nextRun.mockRestore()
  })

  it('throws where it never comes, rather than waiting for nothing', () => {
    expect(() => nextSlot('0 0 30 2 *', NOON)).toThrow(new RangeError('POLL_CRON "0 0 30 2 *" never comes true'))
  })

  it('is always later', () => {
    fc.assert(
      fc.property(cron, instant, (expression, at) => {
        expect(nextSlot(expression, at)).toBeGreaterThan(at)
      }),
    )
  })
})

describe('nextPollAt', () => {
  it('is now for a tracker that never polled', () => {
    expect(nextPollAt('0 * * * *', facts({ lastAttempt: null }), NOON + 1, 0)).toBe(NOON + 1)
  })

  it('is the next slot after a success, to the millisecond', () => {
    expect(nextPollAt('*/5 * * * *', facts({ lastAttempt: NOON + 123 }), NOON + 5000, 0.9)).toBe(NOON + 5 * MIN)
  })

  it.each([
    [1, 1_000],
    [2, 4_000],
    [3, 16_000],
    [4, 64_000],
    [5, 256_000],
    [6, 300_000],
    [1000, 300_000],
  ])('after %i faults in a row is %i ms later at the earliest', (failures, wait) => {
    expect(nextPollAt('*/5 * * * *', facts({ failures, fault: serverError }), NOON, 0)).toBe(NOON + wait)
  })

  it.each([
    [1, 5],
    [2, 10],
    [3, 20],
    [4, 30],
    [50, 30],
  ])('after %i refusals in a row waits %i minutes', (failures, minutes) => {
    expect(nextPollAt('*/5 * * * *', facts({ failures, fault: refused }), NOON, 0)).toBe(NOON + minutes * MIN)
  })

  it('is later by a quarter of the wait at most, by chance', () => {
    const at = (failures: number, random: number) =>
      nextPollAt('*/5 * * * *', facts({ failures, fault: serverError }), NOON, random) - NOON
    expect([at(1, 0.5), at(1, 0.999_999), at(3, 0.5)]).toEqual([1_125, 1_250, 18_000])
  })

  it('waits as long after an answer that no OpenAI gives as after a refusal', () => {
    const fault: UpstreamFault = { kind: 'unexpectedStatus', status: 404, requestId: null }
    expect(nextPollAt('*/5 * * * *', facts({ failures: 2, fault }), NOON, 0)).toBe(NOON + 10 * MIN)
  })

  it('is never before OpenAI asked for, and never before the last attempt', () => {
    fc.assert(
      fc.property(
        cron,
        instant,
        fc.nat({ max: 100 }),
        fc.constantFrom(serverError, refused, null),
        fc.integer({ min: -7_200_000, max: 3_600_000 }),
        chance,
        (expression, lastAttempt, failures, fault, wait, random) => {
          const state = facts({ lastAttempt, failures, fault, notBefore: lastAttempt + wait })
          const at = nextPollAt(expression, state, lastAttempt + 1, random)
          expect(at).toBeGreaterThan(lastAttempt)
          expect(at).toBeGreaterThanOrEqual(state.notBefore)
          if (wait <= 0 && fault !== refused) expect(at).toBeLessThanOrEqual(nextSlot(expression, lastAttempt))
          if (wait <= 0)
            expect(at).toBeLessThanOrEqual(Math.max(nextSlot(expression, lastAttempt), lastAttempt + 30 * MIN))
        },
      ),
    )
  })

  it.each([null, serverError, refused])(
    'is now when the clock that noted the last attempt has jumped back (%o)',
    fault => {
      const ahead = NOON + 11 * 3_600_000
      const state = facts({ lastAttempt: ahead, fault, failures: fault === null ? 0 : 3, notBefore: ahead + MIN })
      expect(nextPollAt('*/5 * * * *', state, NOON, 0)).toBe(NOON)
    },
  )

  it('still keeps a wait that OpenAI may have asked for when the clock has jumped back a little', () => {
    const state = facts({ lastAttempt: NOON + MIN, fault: serverError, failures: 1, notBefore: NOON + 3 * MIN })
    expect(nextPollAt('*/5 * * * *', state, NOON, 0)).toBe(NOON + 3 * MIN)
  })
})

describe('napMs', () => {
  it.each([
    [1, 5_000],
    [2, 10_000],
    [3, 20_000],
    [4, 40_000],
    [5, 60_000],
    [100_000, 60_000],
  ])('after %i faults in a row is %i', (faults, nap) => {
    expect(napMs(faults)).toBe(nap)
  })
})

describe('waitEnd', () => {
  it.each([
    ['the end of a wait that is as long as it can be', NOON + MIN, NOON + MIN],
    ['the end of one that is over', NOON - MIN, NOON - MIN],
    ['over at once when no wait can be so long', NOON + MIN + 1, 0],
  ])('is %s', (_, end, expected) => {
    expect(waitEnd(end, NOON, MIN)).toBe(expected)
  })
})

describe('notBeforeOf', () => {
  it.each([
    [null, 0],
    [500, 1_000],
    [120_000, 120_000],
    [86_400_000, 3_600_000],
  ])('a Retry-After of %s ms means %s ms', (retryAfterMs, wait) => {
    const fault: UpstreamFault = { kind: 'rateLimited', status: 429, retryAfterMs, requestId: null }
    expect(notBeforeOf(fault, NOON)).toBe(wait === 0 ? 0 : NOON + wait)
  })

  it('asks for nothing on other faults', () => expect(notBeforeOf({ kind: 'unreachable' }, NOON)).toBe(0))
})

describe('blindAt and staleAt', () => {
  it.each([
    ['*/5 * * * *', 15, 10],
    ['*/15 * * * *', 45, 30],
    ['0 * * * *', 180, 120],
    ['0 */6 * * *', 1080, 720],
  ])('%s: blind after %i minutes, stale after %i and a moment', (expression, blind, stale) => {
    expect(blindAt(expression, NOON)).toBe(NOON + blind * MIN)
    expect(staleAt(expression, NOON)).toBe(NOON + stale * MIN + 5_000)
  })
})

describe('missedTicks', () => {
  const at = (text: string) => Date.parse(`2027-03-10T${text}Z`) / 1000

  it.each<[string, string, string, string, string[]]>([
    ['one tick after the other', '*/5 * * * *', '12:00:00', '12:05:00', []],
    ['a poll some seconds late', '*/5 * * * *', '12:00:01', '12:05:59', []],
    ['a poll by hand between two', '*/5 * * * *', '12:00:00', '12:03:00', []],
    ['a poll just late enough to serve its slot', '*/5 * * * *', '12:00:00', '12:06:00', []],
    ['a poll too late for its slot', '*/5 * * * *', '12:00:00', '12:06:01', ['12:05:00']],
    ['every minute, two left out', '* * * * *', '12:03:00', '12:06:00', ['12:04:00', '12:05:00']],
    ['one left out', '*/5 * * * *', '12:00:00', '12:10:00', ['12:05:00']],
    ['back between two', '*/5 * * * *', '12:00:00', '12:13:00', ['12:05:00', '12:10:00']],
    ['a poll by hand just before a slot that was served late', '*/5 * * * *', '12:04:58', '12:06:30', ['12:05:00']],
    ['polls every two seconds, a short nap', '*/2 * * * * *', '12:00:00', '12:00:20', []],
    [
      'polls every two seconds, three minutes',
      '*/2 * * * * *',
      '12:00:10',
      '12:03:10',
      ['12:01:00', '12:02:00', '12:03:00'],
    ],
    ['by the hour', '0 * * * *', '09:00:00', '12:00:03', ['10:00:00', '11:00:00']],
  ])('%s: %s from %s to %s', (_, expression, last, now, wanted) => {
    expect([...missedTicks(expression, at(last), at(now))]).toEqual(wanted.map(at))
  })

  it('are whole minutes strictly between, ascending, each at a slot’s minute', () => {
    const length = fc.integer({ min: 1, max: 20_000 })
    fc.assert(
      fc.property(
        fc.constantFrom('*/5 * * * *', '*/15 * * * *', '*/20 * * * * *'),
        instant,
        length,
        (expression, from, seconds) => {
          const last = Math.floor(from / 1000)
          const ticks = [...missedTicks(expression, last, last + seconds)]
          expect(ticks).toEqual([...new Set(ticks)].sort((a, b) => a - b))
          for (const tick of ticks) {
            expect(tick % 60).toBe(0)
            expect(tick > last && tick < last + seconds).toBe(true)
          }
          // Nothing that should be there is left out: all full five minutes, but the one that this poll serves.
          if (expression !== '*/5 * * * *') return
          for (let slot = Math.floor(last / 300) * 300 + 300; slot <= last + seconds - 61; slot += 300) {
            expect(ticks).toContain(slot)
          }
        },
      ),
      { numRuns: 60 },
    )
  })
})

describe('nextWakeAt', () => {
  it.each<[string, number | null, number[], number | null]>([
    ['none is set', null, [NOON + MIN], NOON + MIN],
    ['the one that is set is sooner', NOON + 1, [NOON + MIN], null],
    ['the one that is set is just in time', NOON + MIN, [NOON + MIN], null],
    ['the one that is set is later', NOON + MIN + 1, [NOON + 2 * MIN, NOON + MIN], NOON + MIN],
    ['the one that is set is for now, and may not fire', NOON, [NOON + MIN], NOON + MIN],
    ['the one that is set is past, and may not fire', NOON - 1, [NOON + MIN], NOON + MIN],
    ['something is due already', null, [NOON - MIN], NOON + 20],
  ])('where %s', (_, armed, dues, wake) => expect(nextWakeAt(armed, dues, NOON)).toBe(wake))

  it('keeps an alarm that is early enough, and replaces any other', () => {
    fc.assert(
      fc.property(
        fc.option(instant, { nil: null }),
        fc.array(instant, { minLength: 1, maxLength: 5 }),
        instant,
        (armed, dues, now) => {
          const at = nextWakeAt(armed, dues, now)
          const first = Math.min(...dues)
          if (at === null) {
            expect(armed).toBeGreaterThan(now)
            expect(armed).toBeLessThanOrEqual(Math.max(first, now + 20))
          } else {
            expect(at).toBeGreaterThan(now)
            expect(at).toBe(Math.max(first, now + 20))
          }
        },
      ),
    )
  })
})
