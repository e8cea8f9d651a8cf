import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Delivery } from '../../../src/outbox/delivery.ts'
import { newDelivery } from '../../../src/outbox/newDelivery.ts'
import { REMOVED_REASON, readdress } from '../../../src/outbox/readdress.ts'
import { HOUR, sampleDelivery, T0 } from './sampleDelivery.ts'

const NOW = T0 + HOUR
const to = (channel: string, partial: Partial<Delivery> = {}, messageId = 'm') =>
  sampleDelivery({ messageId, channel, ...partial })
const delivered = { state: 'delivered', deliveredAt: T0 } as const
const parked = { state: 'parked', lastError: 'gone' } as const
const removed = { state: 'parked', lastError: REMOVED_REASON } as const

const summary = ({ channel, state, dueAt, lastError }: Delivery) => ({ channel, state, dueAt, lastError })

describe('readdress', () => {
  it.each([
    ['nothing changed', [to('a')], ['a'], [], []],
    ['a second receiver is added: only what is made from now on goes there', [to('a')], ['a', 'b'], [], []],
    ['the only receiver is replaced', [to('a')], ['b'], ['b'], ['a parked']],
    ['it is replaced by two', [to('a')], ['b', 'c'], ['b', 'c'], ['a parked']],
    ['one of two goes, the other is still owed it', [to('a'), to('b')], ['b'], [], ['a parked']],
    ['one of two is replaced', [to('a'), to('b')], ['b', 'c'], ['c'], ['a parked']],
    ['one of two goes, the other has it', [to('a'), to('b', delivered)], ['b', 'c'], [], ['a parked']],
    ['it was delivered before the receiver was replaced', [to('a', delivered)], ['b'], [], []],
    ['a receiver that had refused for good is replaced', [to('a', parked)], ['b'], ['b'], []],
    ['a receiver that refused stays: a mended neighbour changes nothing', [to('a', parked)], ['a'], [], []],
    ['no receiver is left', [to('a')], [], [], ['a parked']],
    ['the receiver that was out comes back', [to('a', removed)], ['a'], [], ['a pending']],
    ['it comes back, but another has got the message', [to('a', removed), to('b', delivered)], ['a', 'b'], [], []],
    ['the message is a day old', [to('a', { createdAt: NOW - 24 * HOUR })], ['b'], ['b'], ['a parked']],
    ['the message is older', [to('a', { createdAt: NOW - 24 * HOUR - 1 })], ['b'], [], ['a parked']],
    [
      'the message is older, but its second address is still being tried',
      [to('a', { ...removed, createdAt: NOW - 25 * HOUR }), to('b')],
      ['c'],
      ['c'],
      ['b parked'],
    ],
  ] as [string, Delivery[], string[], string[], string[]][])('%s', (_name, deliveries, channels, added, changed) => {
    const { add, change } = readdress(deliveries, channels, NOW)
    expect(add).toEqual(added.map(channel => newDelivery('m', channel, NOW)))
    expect(change.map(({ channel, state }) => `${channel} ${state}`)).toEqual(changed)
  })

  it('gives the reason, which names the setting and no URL', () => {
    expect(REMOVED_REASON).toMatch(/taken out of ALERT_WEBHOOK_URL/)
    expect(readdress([to('a')], ['b'], NOW).change.map(summary)).toEqual([
      { channel: 'a', state: 'parked', dueAt: NOW, lastError: REMOVED_REASON },
    ])
  })

  it('looks at each message by itself', () => {
    const { add } = readdress([to('a', {}, 'm1'), to('a', delivered, 'm2'), to('a', {}, 'm3')], ['b'], NOW)
    expect(add.map(delivery => delivery.messageId)).toEqual(['m1', 'm3'])
  })

  it('changes nothing when done twice, leaves no message pending at an unknown receiver, and repeats none', () => {
    const channel = fc.constantFrom('a', 'b', 'c', 'd')
    const delivery = fc
      .tuple(fc.constantFrom('m1', 'm2'), channel, fc.constantFrom({}, delivered, parked, removed))
      .map(([messageId, id, partial]) => to(id, partial, messageId))
    const keyOf = (each: Delivery) => `${each.messageId}/${each.channel}`
    const deliveries = fc.uniqueArray(delivery, { selector: keyOf })
    fc.assert(
      fc.property(deliveries, fc.uniqueArray(channel), (before, channels) => {
        const { add, change } = readdress(before, channels, NOW)
        const rows = new Map([...before, ...change, ...add].map(each => [keyOf(each), each]))
        expect(rows.size).toBe(before.length + add.length)
        for (const row of rows.values()) if (row.state === 'pending') expect(channels).toContain(row.channel)
        const arrived = new Set(before.filter(each => each.state === 'delivered').map(each => each.messageId))
        for (const each of add) expect(arrived.has(each.messageId)).toBe(false)
        expect(readdress([...rows.values()], channels, NOW)).toEqual({ add: [], change: [] })
      }),
    )
  })
})
