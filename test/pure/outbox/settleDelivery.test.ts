import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Delivery, SendResult } from '../../../src/outbox/delivery.ts'
import { isPossibleRepeat } from '../../../src/outbox/possibleRepeat.ts'
import { GIVE_UP_AFTER_MS, MOST_ATTEMPTS } from '../../../src/outbox/retrySchedule.ts'
import { claim, parkExhausted, settleDelivery } from '../../../src/outbox/settleDelivery.ts'
import { HOUR, sampleDelivery, T0 } from './sampleDelivery.ts'

const DELIVERED: SendResult = { outcome: 'delivered', status: 200 }
const REFUSED: SendResult = { outcome: 'refused', status: 404, error: 'gone' }
const MALFORMED: SendResult = { outcome: 'malformed', status: 400, error: 'invalid_payload' }
const FAILED: SendResult = { outcome: 'failed', status: 503, error: 'down', retryAfterMs: null }
const UNKNOWN: SendResult = { outcome: 'unknown', error: 'no answer' }

const settle = (delivery: Delivery, result: SendResult, now = T0 + 1000) =>
  settleDelivery(claim(delivery, T0, 0.5), result, now, 0.5)

describe('claim', () => {
  it('counts the try, and is not due again before a retry would be', () => {
    const claimed = claim(sampleDelivery({ attempts: 2 }), T0, 0.5)
    expect(claimed).toMatchObject({ state: 'pending', attempts: 3, unanswered: 1, dueAt: T0 + 20_000 })
  })

  it('ends when no try came to an end for as many times as a delivery is tried', () => {
    let delivery = sampleDelivery()
    for (let tries = 0; tries < MOST_ATTEMPTS; tries++) {
      expect(parkExhausted(delivery, T0)).toBeNull()
      delivery = claim(delivery, T0, 0.5)
    }
    expect(parkExhausted(delivery, T0)).toMatchObject({ state: 'parked', attempts: MOST_ATTEMPTS, dueAt: T0 })
  })
})

describe('settleDelivery', () => {
  it.each([
    ['delivered', DELIVERED, {}, { state: 'delivered', lastStatus: 200, lastError: null, deliveredAt: T0 + 1000 }],
    [
      'refused: plain text at once',
      REFUSED,
      {},
      { state: 'pending', plain: true, dueAt: T0 + 1000, lastStatus: 404, lastError: 'gone' },
    ],
    [
      'refused as plain text too: parked, with what the receiver says',
      REFUSED,
      { plain: true },
      { state: 'parked', lastStatus: 404, lastError: 'gone', dueAt: T0 + 1000 },
    ],
    ['redirected: parked', { ...REFUSED, status: 302 }, {}, { state: 'parked', plain: false, lastStatus: 302 }],
    [
      'malformed: plain text at once',
      MALFORMED,
      {},
      { state: 'pending', plain: true, dueAt: T0 + 1000, lastStatus: 400 },
    ],
    [
      'malformed as plain text too: parked',
      MALFORMED,
      { plain: true },
      { state: 'parked', lastError: 'refused as plain text too: invalid_payload' },
    ],
    [
      'failed by its own fault: later, as plain text',
      { ...FAILED, status: 500 },
      {},
      { state: 'pending', plain: true, dueAt: T0 + 6000, lastStatus: 500, lastError: 'down' },
    ],
    ['failed as plain text: later, rich again', { ...FAILED, status: 500 }, { plain: true }, { plain: false }],
    [
      'away: later, as rich as it was',
      FAILED,
      {},
      { state: 'pending', plain: false, dueAt: T0 + 6000, lastStatus: 503 },
    ],
    ['away for the third time: later, as plain text', FAILED, { attempts: 2 }, { plain: true }],
    ...[408, 425, 429].map(status => [
      `failed with ${status}: later, as rich as it was`,
      { ...FAILED, status },
      {},
      { state: 'pending', plain: false, dueAt: T0 + 6000, lastStatus: status },
    ]),
    ['failed without an answer: later, as rich as it was', { ...FAILED, status: null }, {}, { plain: false }],
    [
      'failed with a wait: no sooner',
      { ...FAILED, retryAfterMs: 60_000 },
      {},
      { state: 'pending', dueAt: T0 + 61_000 },
    ],
    [
      'unknown: later, as rich as it was',
      UNKNOWN,
      { lastStatus: 503 },
      { state: 'pending', plain: false, dueAt: T0 + 6000, lastStatus: null },
    ],
    [
      'a plain success is a success',
      DELIVERED,
      { plain: true },
      { state: 'delivered', lastStatus: 200, lastError: null },
    ],
    [
      'a success clears the earlier error',
      DELIVERED,
      { attempts: 3, lastStatus: 503, lastError: 'down' },
      { state: 'delivered', attempts: 4, lastStatus: 200, lastError: null },
    ],
  ] as [string, SendResult, Partial<Delivery>, Partial<Delivery>][])('%s', (_name, result, before, after) => {
    expect(settle(sampleDelivery(before), result)).toMatchObject(after)
  })

  it.each([
    ['by the clock', { attempts: 30 }, T0 + GIVE_UP_AFTER_MS, 'gave up after 31 attempts in 24 hours: down'],
    [
      'by the attempts',
      { attempts: MOST_ATTEMPTS - 1 },
      T0 + 5.5 * HOUR,
      'gave up after 41 attempts in 5.5 hours: down',
    ],
    ['after one attempt, having slept over it', {}, T0 + 30 * HOUR, 'gave up after 1 attempt in 30 hours: down'],
  ])('parks with the reason when retries end %s', (_name, before, now, lastError) => {
    const plain = sampleDelivery({ ...before, plain: true })
    expect(settle(plain, FAILED, now)).toMatchObject({ state: 'parked', dueAt: now, lastError })
  })

  it.each([
    ['by the clock', {}, T0 + 30 * HOUR],
    ['by the attempts', { attempts: MOST_ATTEMPTS - 1 }, T0],
  ])('tries plain text at once when retries end %s with a rich body', (_name, before, now) => {
    const last = settle(sampleDelivery(before), FAILED, now)
    expect(last).toMatchObject({ state: 'pending', plain: true, dueAt: now })
    expect(settle(last, FAILED, now)).toMatchObject({ state: 'parked', lastError: expect.stringMatching(/^gave up/) })
  })

  it('gives nothing up after a 4xx or 5xx before plain text was tried, whatever came before', () => {
    const status = fc.integer({ min: 400, max: 599 }).filter(code => ![408, 425, 429].includes(code))
    const judged = fc
      .tuple(fc.constantFrom(REFUSED, MALFORMED, FAILED), status)
      .map(([each, code]) => ({ ...each, status: code }))
    const history = fc.array(fc.constantFrom(UNKNOWN, { ...FAILED, status: 429 }), { maxLength: MOST_ATTEMPTS - 1 })
    fc.assert(
      fc.property(history, judged, fc.nat(30 * HOUR), (before, result, later) => {
        let delivery = sampleDelivery()
        for (const each of before) if (delivery.state === 'pending') delivery = settle(delivery, each, T0)
        const after = settle(delivery, result as SendResult, T0 + later)
        expect(after.state).toBe('pending')
        if (result.outcome !== 'failed') expect(after.plain).toBe(true)
      }),
    )
  })

  it.each([500, 501, 502, 503, 504, 520, 599])('gives a receiver that answers %i rich and plain in turns', status => {
    let delivery = sampleDelivery()
    const forms: boolean[] = []
    for (let tries = 0; tries < 8; tries++) {
      forms.push(delivery.plain)
      delivery = settle(delivery, { ...FAILED, status }, T0)
    }
    const first = [502, 503, 504].includes(status) ? 3 : 1
    expect(forms).toEqual(forms.map((_, index) => index >= first && (index - first) % 2 === 0))
  })

  it('takes nothing back once delivered', () => {
    const delivered = settle(sampleDelivery(), DELIVERED)
    for (const result of [REFUSED, MALFORMED, FAILED, UNKNOWN]) {
      expect(settleDelivery(delivered, result, T0 + HOUR, 0.5)).toBe(delivered)
    }
  })

  it('changes only the outcome: whose message it is, when it was made and how often it was tried stay', () => {
    fc.assert(
      fc.property(fc.constantFrom(DELIVERED, REFUSED, MALFORMED, FAILED, UNKNOWN), fc.boolean(), (result, plain) => {
        const claimed = claim(sampleDelivery({ plain }), T0, 0.5)
        const before = structuredClone(claimed)
        const after = settleDelivery(claimed, result, T0 + 1000, 0.5)
        expect(claimed).toEqual(before)
        const { messageId, channel, createdAt, attempts } = claimed
        expect(after).toMatchObject({ messageId, channel, createdAt, attempts })
      }),
    )
  })

  it('comes to an end in at most 41 tries and a plain one, whatever the receiver does, the clock standing still', () => {
    const most = MOST_ATTEMPTS + 1
    const result = fc.constantFrom(REFUSED, MALFORMED, FAILED, UNKNOWN, { ...FAILED, status: 429, retryAfterMs: 1 })
    fc.assert(
      fc.property(fc.array(result, { minLength: most, maxLength: most }), results => {
        let delivery = sampleDelivery()
        for (const each of results) {
          if (delivery.state === 'pending') delivery = settle(delivery, each, T0)
        }
        expect(delivery.state).toBe('parked')
        expect(delivery.attempts).toBeLessThanOrEqual(most)
      }),
    )
  })
})

describe('isPossibleRepeat', () => {
  const after = (...results: (SendResult | 'crash')[]): Delivery => {
    let delivery = sampleDelivery()
    for (const result of results) delivery = result === 'crash' ? claim(delivery, T0, 0.5) : settle(delivery, result)
    return claim(delivery, T0, 0.5)
  }

  it.each([
    ['the first try is none', [], false],
    ['a try after a clear no is none', [FAILED, FAILED], false],
    ['a try after a body that was refused is none', [MALFORMED], false],
    ['a try after no answer may be one', [UNKNOWN], true],
    ['and stays one after a later clear no', [UNKNOWN, FAILED, FAILED], true],
    ['a try after a body that was refused after no answer may be one', [UNKNOWN, MALFORMED], true],
    ['a try after a crash may be one', ['crash'], true],
    ['also when a clear no came before the crash', [FAILED, 'crash'], true],
  ] as [string, (SendResult | 'crash')[], boolean][])('%s', (_name, results, repeat) => {
    expect(isPossibleRepeat(after(...results))).toBe(repeat)
  })
})
