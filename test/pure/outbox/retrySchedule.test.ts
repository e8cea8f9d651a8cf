import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { GIVE_UP_AFTER_MS, MOST_ATTEMPTS, nextAttemptAt, retryDelayMs } from '../../../src/outbox/retrySchedule.ts'
import { HOUR, T0 } from './sampleDelivery.ts'

const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })
const retryAfterMs = fc.option(fc.oneof(fc.integer({ min: -1e9, max: 1e12 }), fc.constant(Number.NaN)))

describe('retryDelayMs', () => {
  it.each([
    ['the first wait is 5 s', 1, null, 0.5, 5_000],
    ['the second doubles it', 2, null, 0.5, 10_000],
    ['waits end at an hour', 11, null, 0.5, HOUR],
    ['jitter shortens by a fifth at most', 1, null, 0, 4_000],
    ['jitter lengthens by a fifth at most', 1, null, 0.999999, 6_000],
    ['the receiver asks for longer and gets it', 1, 90_000, 0.5, 90_000],
    ['the receiver asks for shorter: our own wait stands', 3, 2_000, 0.5, 20_000],
    ['the receiver asks for a day: an hour', 1, 24 * HOUR, 0.5, HOUR],
    ['the receiver asks for nonsense: our own wait', 1, Number.NaN, 0.5, 5_000],
  ])('%s', (_name, attempts, wish, chance, wait) => {
    expect(retryDelayMs({ attempts, retryAfterMs: wish, random: chance })).toBe(wait)
  })

  it('stays between a second and an hour, whatever it is given', () => {
    fc.assert(
      fc.property(fc.integer({ min: -5, max: 1e6 }), retryAfterMs, random, (attempts, wish, chance) => {
        const wait = retryDelayMs({ attempts, retryAfterMs: wish, random: chance })
        expect(Number.isInteger(wait)).toBe(true)
        expect(wait).toBeGreaterThanOrEqual(1_000)
        expect(wait).toBeLessThanOrEqual(HOUR)
      }),
    )
  })

  it('never gets shorter with more attempts or a longer wish', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 60 }),
        fc.nat(2 * HOUR),
        fc.nat(HOUR),
        random,
        (attempts, wish, more, chance) => {
          const wait = retryDelayMs({ attempts, retryAfterMs: wish, random: chance })
          expect(retryDelayMs({ attempts: attempts + 1, retryAfterMs: wish, random: chance })).toBeGreaterThanOrEqual(
            wait,
          )
          expect(retryDelayMs({ attempts, retryAfterMs: wish + more, random: chance })).toBeGreaterThanOrEqual(wait)
        },
      ),
    )
  })
})

describe('nextAttemptAt', () => {
  const at = (partial: { attempts?: number; now?: number; retryAfterMs?: number | null }) =>
    nextAttemptAt({ attempts: 1, createdAt: T0, now: T0, retryAfterMs: null, random: 0.5, ...partial })

  it('gives up when the next attempt would come more than 24 h after the message was made', () => {
    expect(at({ now: T0 + GIVE_UP_AFTER_MS - 5_000 })).toBe(T0 + GIVE_UP_AFTER_MS)
    expect(at({ now: T0 + GIVE_UP_AFTER_MS - 4_999 })).toBeNull()
  })

  it('gives up after the most attempts, also where the clock stands still', () => {
    expect(at({ attempts: MOST_ATTEMPTS - 1 })).not.toBeNull()
    expect(at({ attempts: MOST_ATTEMPTS })).toBeNull()
  })

  it('makes 20 to 41 attempts in 24 h against a receiver that never answers, and ends on the clock alone', () => {
    const attempt = fc.record({ retryAfterMs: fc.option(fc.nat(60_000)), random, took: fc.nat(15_000) })
    fc.assert(
      fc.property(fc.array(attempt, { minLength: MOST_ATTEMPTS, maxLength: MOST_ATTEMPTS }), tries => {
        let now = T0
        let attempts = 0
        for (const { took, ...rest } of tries) {
          attempts += 1
          const next = nextAttemptAt({ attempts, createdAt: T0, now: now + took, ...rest })
          if (next === null) break
          expect(next).toBeGreaterThan(now)
          expect(next).toBeLessThanOrEqual(T0 + GIVE_UP_AFTER_MS)
          now = next
        }
        expect(attempts).toBeGreaterThan(20)
        expect(attempts).toBeLessThanOrEqual(MOST_ATTEMPTS)
        expect(now).toBeGreaterThan(T0 + GIVE_UP_AFTER_MS - HOUR - 15_000)
      }),
    )
  })
})
