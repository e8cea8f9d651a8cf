import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Delivery } from '../../../src/outbox/delivery.ts'
import { newDelivery } from '../../../src/outbox/newDelivery.ts'
import { type OpenMessage, REMOVED_REASON, readdress } from '../../../src/outbox/readdress.ts'
import { HOUR, sampleDelivery, T0 } from './sampleDelivery.ts'

const NOW = T0 + HOUR
const to = (channel: string, partial: Partial<Delivery> = {}, messageId = 'm') =>
  sampleDelivery({ messageId, channel, ...partial })
const delivered = { state: 'delivered', deliveredAt: T0 } as const
const parked = { state: 'parked', lastError: 'gone' } as const
const removed = { state: 'parked', lastError: REMOVED_REASON } as const
const open = (deliveries: Delivery[], partial: Partial<OpenMessage> = {}): OpenMessage => ({
  messageId: 'm',
  createdAt: T0,
  deliveries,
  keepsFor: true,
  ...partial,
})

describe('readdress', () => {
  it.each<[string, Delivery[], string[], string[], string[]]>([
    ['nothing changed', [to('a')], ['a'], [], []],
    ['a first receiver is set after the message was made', [], ['a'], ['a'], []],
    ['there is still no receiver', [], [], [], []],
    ['a second receiver is added while nobody has it', [to('a')], ['a', 'b'], ['b'], []],
    ['a second receiver is added, the first has it', [to('a', delivered)], ['a', 'b'], [], []],
    ['a second receiver is added because the first refuses', [to('a', parked)], ['a', 'b'], ['b'], []],
    ['the only receiver is replaced', [to('a')], ['b'], ['b'], ['a parked']],
    ['it is replaced by two', [to('a')], ['b', 'c'], ['b', 'c'], ['a parked']],
    ['one of two goes, the other is still owed it', [to('a'), to('b')], ['b'], [], ['a parked']],
    ['one of two is replaced', [to('a'), to('b')], ['b', 'c'], ['c'], ['a parked']],
    ['one of two goes, the other has it', [to('a'), to('b', delivered)], ['b', 'c'], [], ['a parked']],
    ['it was delivered before the receiver was replaced', [to('a', delivered)], ['b'], [], []],
    ['a receiver that had refused for good is replaced', [to('a', parked)], ['b'], ['b'], []],
    ['a receiver that refused stays: it would refuse again', [to('a', parked)], ['a'], [], []],
    ['no receiver is left', [to('a')], [], [], ['a parked']],
    ['the receiver that was out comes back', [to('a', removed)], ['a'], [], ['a pending']],
    ['it comes back beside a new one', [to('a', removed)], ['a', 'b'], ['b'], ['a pending']],
    ['it comes back, but another has got the message', [to('a', removed), to('b', delivered)], ['a', 'b'], [], []],
  ])('%s', (_name, deliveries, channels, added, changed) => {
    const { add, change } = readdress([open(deliveries)], channels, NOW)
    expect(add).toEqual(added.map(channel => newDelivery('m', channel, NOW)))
    expect(change.map(({ channel, state }) => `${channel} ${state}`)).toEqual(changed)
    const old = readdress([open(deliveries, { keepsFor: false })], channels, NOW)
    expect(old.add, 'of a message that is no news any more').toEqual([])
    expect(old.change).toEqual(change.filter(({ state }) => state === 'parked'))
  })

  it('parks with a reason that names the setting and no URL, and takes it away again', () => {
    expect(REMOVED_REASON).toMatch(/taken out of ALERT_WEBHOOK_URL/)
    const tried = to('a', { attempts: 2, unanswered: 1, plain: true, lastStatus: 500, lastError: 'down' })
    const out = { ...tried, state: 'parked', dueAt: NOW, lastError: REMOVED_REASON } as const
    expect(readdress([open([tried])], ['b'], NOW).change).toEqual([out])
    const back = { ...tried, dueAt: NOW + HOUR, lastError: null }
    expect(readdress([open([out])], ['a'], NOW + HOUR).change).toEqual([back])
  })

  it('looks at each message by itself, and keeps the order in which they were made', () => {
    const messages = [
      open([to('a', {}, 'late')], { messageId: 'late', createdAt: T0 + 2 }),
      open([to('a', delivered, 'told')], { messageId: 'told', createdAt: T0 + 1 }),
      open([], { messageId: 'early' }),
    ]
    const { add } = readdress(messages, ['b', 'c'], NOW)
    expect(add).toEqual([
      { ...newDelivery('early', 'b', NOW), createdAt: NOW - 1 },
      { ...newDelivery('early', 'c', NOW), createdAt: NOW - 1 },
      newDelivery('late', 'b', NOW),
      newDelivery('late', 'c', NOW),
    ])
  })

  it('leaves every message that is news and told to nobody owed to all, but for who gave it up, and changes nothing twice', () => {
    const channel = fc.constantFrom<string>('a', 'b', 'c', 'd')
    const message = fc.record({
      messageId: fc.constantFrom('m1', 'm2', 'm3'),
      createdAt: fc.integer({ min: T0 - 48 * HOUR, max: T0 }),
      keepsFor: fc.boolean(),
      states: fc.dictionary(channel, fc.constantFrom({}, delivered, parked, removed)),
    })
    const messages = fc.uniqueArray(message, { selector: each => each.messageId }).map(all =>
      all.map(({ states, ...each }) => ({
        ...each,
        deliveries: Object.entries(states).map(([id, partial]) => to(id, partial, each.messageId)),
      })),
    )
    fc.assert(
      fc.property(messages, fc.uniqueArray(channel), (before, channels) => {
        const { add, change } = readdress(before, channels, NOW)
        const after = before.map(each => {
          const rows = new Map(each.deliveries.map(row => [row.channel, row]))
          for (const row of change) if (row.messageId === each.messageId) rows.set(row.channel, row)
          expect(rows.size).toBe(each.deliveries.length)
          for (const row of add) {
            if (row.messageId !== each.messageId) continue
            expect(rows.has(row.channel)).toBe(false)
            rows.set(row.channel, row)
          }
          return { ...each, deliveries: [...rows.values()] }
        })
        for (const { messageId, deliveries, keepsFor } of after) {
          const was = before.find(each => each.messageId === messageId)?.deliveries ?? []
          const told = was.some(({ state }) => state === 'delivered')
          for (const { channel: id, state, lastError } of deliveries) {
            if (state === 'pending') expect(channels).toContain(id)
            if (state === 'parked' && keepsFor && !told && channels.includes(id)) expect(lastError).toBe('gone')
          }
          const reached = deliveries.map(row => row.channel)
          if (keepsFor && !told) expect(reached).toEqual(expect.arrayContaining(channels))
          else expect(deliveries.length).toBe(was.length)
        }
        expect(readdress(after, channels, NOW)).toEqual({ add: [], change: [] })
      }),
    )
  })
})
