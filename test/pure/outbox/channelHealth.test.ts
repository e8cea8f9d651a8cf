import { describe, expect, it } from 'vitest'
import { channelViews } from '../../../src/outbox/channelHealth.ts'
import type { Delivery } from '../../../src/outbox/delivery.ts'
import { MINUTE, sampleDelivery, T0 } from './sampleDelivery.ts'

const A = { id: 'slack-1a2b3c4d', kind: 'slack' } as const
const view = (...deliveries: Delivery[]) => channelViews(deliveries, [A])[0]
const fresh = sampleDelivery()
const retrying = sampleDelivery({ attempts: 2, lastStatus: 503, lastError: 'down', dueAt: T0 + 5 * MINUTE })
const parkedAt = (at: number) =>
  sampleDelivery({ state: 'parked', attempts: 1, lastStatus: 404, lastError: 'gone', dueAt: at })
const deliveredAt = (at: number) =>
  sampleDelivery({ state: 'delivered', attempts: 1, lastStatus: 200, deliveredAt: at })

describe('channelViews', () => {
  it.each([
    ['never used', [], { state: 'unused', pending: 0, parked: 0, last_status: null, last_delivered_at: null }],
    [
      'a first message waits or is under way',
      [fresh],
      { state: 'ok', pending: 1, last_error: null, next_attempt_at: null },
    ],
    ['delivered', [deliveredAt(T0)], { state: 'ok', last_status: 200, last_delivered_at: T0 / 1000 }],
    [
      'delivered, and a new message waits',
      [deliveredAt(T0 - 1), fresh],
      { state: 'ok', pending: 1, last_status: 200, last_delivered_at: Math.floor((T0 - 1) / 1000) },
    ],
    [
      'delivered twice: the later counts',
      [deliveredAt(T0), deliveredAt(T0 + 5000)],
      { last_delivered_at: T0 / 1000 + 5 },
    ],
    ['trying again', [retrying], { state: 'retrying', pending: 1, last_status: 503, last_error: 'down' }],
    [
      'trying again twice: the sooner counts',
      [retrying, { ...retrying, dueAt: T0 + MINUTE }],
      { next_attempt_at: (T0 + MINUTE) / 1000 },
    ],
    ['delivered before, trying again now', [deliveredAt(T0), retrying], { state: 'retrying', last_status: 503 }],
    ['given up', [parkedAt(T0)], { state: 'parked', parked: 1, last_status: 404, last_error: 'gone' }],
    ['given up, then delivered', [parkedAt(T0), deliveredAt(T0 + 1)], { state: 'ok', parked: 1, last_status: 200 }],
    ['given up and delivered in the same moment', [parkedAt(T0), deliveredAt(T0)], { state: 'ok', parked: 1 }],
    [
      'given up twice, delivered in between',
      [parkedAt(T0), deliveredAt(T0 + 1), parkedAt(T0 + 2)],
      { state: 'parked' },
    ],
    ['delivered, then given up', [deliveredAt(T0), parkedAt(T0 + 1)], { state: 'parked', last_status: 404 }],
    ['given up one, trying another', [parkedAt(T0), retrying], { state: 'parked', pending: 1, parked: 1 }],
  ] as [string, Delivery[], object][])('%s', (_name, deliveries, expected) => {
    expect(view(...deliveries)).toMatchObject({ channel: A.id, kind: 'slack', ...expected })
    expect(view(...deliveries.toReversed())).toMatchObject(expected)
  })

  it('shows each configured receiver in its order, and none that is gone', () => {
    const B = { id: 'generic-00000000', kind: 'generic' } as const
    const deliveries = [fresh, sampleDelivery({ channel: 'discord-gone' })]
    expect(channelViews(deliveries, [B, A]).map(each => [each.channel, each.pending])).toEqual([
      [B.id, 0],
      [A.id, 1],
    ])
  })
})
