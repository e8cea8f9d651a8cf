import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { channelView, healthAfter, type ReceiverHealth } from '../../../src/outbox/channelHealth.ts'
import type { Delivery } from '../../../src/outbox/delivery.ts'
import type { ChannelView } from '../../../src/wire.ts'
import { MINUTE, sampleDelivery, T0 } from './sampleDelivery.ts'

const A = { id: 'slack-1a2b3c4d', kind: 'slack' } as const

/** What storage would hold after these settlements, one after the other; a later one of the same message replaces it. */
function healthOf(settlements: Delivery[]): ReceiverHealth | null {
  const open = new Map<string, Delivery>()
  let health: ReceiverHealth | null = null
  for (const settled of settlements) {
    if (settled.state === 'delivered') open.delete(settled.messageId)
    else open.set(settled.messageId, settled)
    health = JSON.parse(JSON.stringify(healthAfter(health, [...open.values()], settled)))
  }
  return health
}

const fresh = (messageId = 'new') => sampleDelivery({ messageId })
const retrying = (dueAt: number, messageId = 'retried') =>
  sampleDelivery({ messageId, attempts: 2, lastStatus: 503, lastError: 'down', dueAt })
const parkedAt = (dueAt: number, messageId = 'parked') =>
  sampleDelivery({ messageId, state: 'parked', attempts: 1, lastStatus: 404, lastError: 'gone', dueAt })
const deliveredAt = (at: number, messageId = 'delivered') =>
  sampleDelivery({ messageId, state: 'delivered', attempts: 1, lastStatus: 200, deliveredAt: at })

const NOTHING: ChannelView = {
  channel: A.id,
  kind: 'slack',
  state: 'ok',
  pending: 0,
  parked: 0,
  last_status: null,
  last_error: null,
  next_attempt_at: null,
  last_delivered_at: null,
}
const S0 = T0 / 1000
const REFUSES = { parked: 1, last_status: 404, last_error: 'gone' }
const FAILS = { pending: 1, last_status: 503, last_error: 'down', next_attempt_at: S0 + 300 }

describe('channelView of healthAfter', () => {
  it.each<[string, Delivery[], Partial<ChannelView>]>([
    ['never used', [], { state: 'unused' }],
    ['a first message waits or is under way', [fresh()], { pending: 1 }],
    ['delivered', [deliveredAt(T0)], { last_status: 200, last_delivered_at: S0 }],
    [
      'delivered, and a new message waits',
      [deliveredAt(T0 - 1), fresh()],
      { pending: 1, last_status: 200, last_delivered_at: S0 - 1 },
    ],
    [
      'delivered twice, the clock going back: the later time counts',
      [deliveredAt(T0 + 5000, 'a'), deliveredAt(T0, 'b')],
      { last_status: 200, last_delivered_at: S0 + 5 },
    ],
    ['trying again', [retrying(T0 + 5 * MINUTE)], { state: 'retrying', ...FAILS }],
    [
      'trying two again: the sooner counts',
      [retrying(T0 + 5 * MINUTE, 'a'), retrying(T0 + MINUTE, 'b')],
      { state: 'retrying', ...FAILS, pending: 2, next_attempt_at: S0 + 60 },
    ],
    [
      'delivered before, trying again now',
      [deliveredAt(T0), retrying(T0 + 5 * MINUTE)],
      { state: 'retrying', ...FAILS, last_delivered_at: S0 },
    ],
    [
      'no answer came: the status before it is gone',
      [retrying(T0), { ...retrying(T0 + 5 * MINUTE), lastStatus: null, lastError: 'no answer' }],
      { state: 'retrying', ...FAILS, last_status: null, last_error: 'no answer' },
    ],
    [
      'tried again and delivered',
      [retrying(T0), deliveredAt(T0 + 1, 'retried')],
      { last_status: 200, last_delivered_at: S0 },
    ],
    ['given up', [parkedAt(T0)], { state: 'parked', ...REFUSES }],
    ['given up, and a new message waits', [parkedAt(T0), fresh()], { state: 'parked', ...REFUSES, pending: 1 }],
    [
      'given up, then another delivered',
      [parkedAt(T0), deliveredAt(T0 + 1)],
      { parked: 1, last_status: 200, last_delivered_at: S0 },
    ],
    [
      'given up and delivered in the same moment',
      [parkedAt(T0), deliveredAt(T0)],
      { parked: 1, last_status: 200, last_delivered_at: S0 },
    ],
    [
      'given up twice, delivered in between',
      [parkedAt(T0, 'a'), deliveredAt(T0 + 1), parkedAt(T0 + 2, 'b')],
      { state: 'parked', ...REFUSES, parked: 2, last_delivered_at: S0 },
    ],
    [
      'given up one, trying another',
      [parkedAt(T0), retrying(T0 + 5 * MINUTE)],
      { state: 'parked', ...FAILS, parked: 1 },
    ],
    [
      'what was given up is owed again',
      [parkedAt(T0), { ...parkedAt(T0), state: 'pending', lastError: null }],
      { pending: 1, last_status: 404, last_error: 'gone' },
    ],
  ])('%s', (_name, settlements, expected) => {
    expect(channelView(A, healthOf(settlements))).toEqual({ ...NOTHING, ...expected })
  })

  it('does not mind whether the settled delivery is among the open ones already', () => {
    for (const settled of [fresh(), retrying(T0), parkedAt(T0), deliveredAt(T0)]) {
      const others = [retrying(T0, 'a'), parkedAt(T0, 'b')]
      const before = { ...settled, state: 'pending', lastError: null } as const
      const without = healthAfter(null, others, settled)
      expect(healthAfter(null, [before, ...others], settled)).toEqual(without)
      expect(healthAfter(null, [...others, settled], settled)).toEqual(without)
    }
  })

  it('agrees with a look at all deliveries there ever were', () => {
    const step = fc.tuple(fc.nat(4).map(String), fc.constantFrom(fresh, retryingNow, parkedNow, deliveredNow))
    fc.assert(
      fc.property(fc.array(step, { minLength: 1 }), steps => {
        const rows = new Map<string, Delivery>()
        const settlements = steps.flatMap(([id, make], n) => {
          if (rows.get(id)?.state === 'delivered') return []
          const delivery = { ...make(id), ...(make !== fresh && { lastStatus: n }) }
          const at = T0 + n * MINUTE
          const moved = { ...delivery, dueAt: at, deliveredAt: delivery.deliveredAt === null ? null : at }
          rows.set(id, moved)
          return [moved]
        })
        const all = [...rows.values()]
        const of = (state: Delivery['state']) => all.filter(each => each.state === state)
        const parked = Math.max(...of('parked').map(({ dueAt }) => dueAt), 0)
        const delivered = Math.max(...of('delivered').map(each => each.deliveredAt ?? 0), 0)
        const retries = of('pending').filter(({ lastError }) => lastError !== null)
        const last = settlements.findLast(each => each.state !== 'pending' || each.lastError !== null)
        expect(channelView(A, healthOf(settlements))).toEqual({
          ...NOTHING,
          state: parked > delivered ? 'parked' : retries.length > 0 ? 'retrying' : 'ok',
          pending: of('pending').length,
          parked: of('parked').length,
          last_status: last?.lastStatus ?? null,
          last_error: last?.lastError ?? null,
          next_attempt_at: retries.length === 0 ? null : Math.min(...retries.map(({ dueAt }) => dueAt)) / 1000,
          last_delivered_at: delivered === 0 ? null : delivered / 1000,
        })
      }),
    )
  })
})

const retryingNow = (id: string) => retrying(T0, id)
const parkedNow = (id: string) => parkedAt(T0, id)
const deliveredNow = (id: string) => deliveredAt(T0, id)
