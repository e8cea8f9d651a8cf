import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Delivery, SendResult } from '../../../src/outbox/delivery.ts'
import { type DrainDeps, drainDeliveries } from '../../../src/outbox/drainDeliveries.ts'
import { sampleMessage } from '../alerts/sampleMessage.ts'
import { sampleDelivery, T0 } from './sampleDelivery.ts'

const ok: SendResult = { outcome: 'delivered', status: 200 }
const down: SendResult = { outcome: 'failed', status: 503, error: 'down', retryAfterMs: null }
const limited: SendResult = { outcome: 'failed', status: 429, error: 'slow down', retryAfterMs: 90_000 }
const unanswered: SendResult = { outcome: 'unknown', error: 'no answer' }
const gone: SendResult = { outcome: 'refused', status: 404, error: 'gone' }
const redirected: SendResult = { outcome: 'refused', status: 302, error: 'moved' }
const malformed: SendResult = { outcome: 'malformed', status: 400, error: 'invalid_payload' }

type Answer = SendResult | 'throw' | 'hang'
type Answers = Record<string, Answer[]>

/** A store and a world of receivers: the answers per channel, in order, then `delivered`. Writes down what happens. */
function world(deliveries: Delivery[], answers: Answers = {}, budget = Number.POSITIVE_INFINITY) {
  const rows = new Map(deliveries.map(delivery => [keyOf(delivery), delivery]))
  const calls: string[] = []
  const left = structuredClone(answers)
  let requests = budget
  const deps: DrainDeps = {
    due: now =>
      [...rows.values()]
        .filter(({ state, dueAt }) => state === 'pending' && dueAt <= now)
        .map(delivery => ({ delivery, message: sampleMessage({ id: delivery.messageId }) })),
    mayAsk: () => {
      if (requests === 0) return false
      requests -= 1
      return true
    },
    claim: delivery => {
      calls.push(`claim ${keyOf(delivery)} ${delivery.attempts}`)
      rows.set(keyOf(delivery), delivery)
    },
    send: async (delivery, message) => {
      calls.push(`send ${keyOf(delivery)}${delivery.plain ? ' plain' : ''}`)
      expect(message.id).toBe(delivery.messageId)
      expect(rows.get(keyOf(delivery))).toEqual(delivery)
      const answer = left[delivery.channel]?.shift() ?? ok
      if (answer === 'throw') throw new TypeError('https://hooks.slack.com/services/T0/B0/secret is down')
      return answer === 'hang' ? new Promise(() => {}) : answer
    },
    settle: delivery => {
      calls.push(
        `settle ${keyOf(delivery)} ${delivery.state}${delivery.state === 'pending' ? ` +${delivery.dueAt - T0}` : ''}`,
      )
      rows.set(keyOf(delivery), delivery)
    },
    now: () => T0,
    random: () => 0.5,
  }
  return { rows, calls, deps }
}

const keyOf = ({ channel, messageId }: Delivery) => `${channel}/${messageId}`
const owed = (channel: string, messageId: string, after = 0, partial: Partial<Delivery> = {}) =>
  sampleDelivery({ channel, messageId, createdAt: T0 - 1000 + after, dueAt: T0 - 1000 + after, ...partial })

describe('drainDeliveries', () => {
  it('claims before it sends and settles after, oldest first, one at a time', async () => {
    const { deps, calls } = world([owed('a', 'new', 2), owed('a', 'old', 1)])
    expect(await drainDeliveries(deps)).toEqual({ delivered: 2, failed: 0, parked: 0, postponed: false })
    expect(calls).toEqual([
      'claim a/old 1',
      'send a/old',
      'settle a/old delivered',
      'claim a/new 1',
      'send a/new',
      'settle a/new delivered',
    ])
  })

  it('lets the whole channel rest as long as the message that was told to wait', async () => {
    const { deps, calls } = world([owed('a', '1', 1), owed('a', '2', 2), owed('a', '3', 3)], { a: [ok, limited] })
    expect(await drainDeliveries(deps)).toEqual({ delivered: 1, failed: 1, parked: 0, postponed: false })
    expect(calls.slice(3)).toEqual([
      'claim a/2 1',
      'send a/2',
      'settle a/2 pending +90000',
      'settle a/3 pending +90000',
    ])
  })

  it('lets the channel rest also when the message that failed was given up', async () => {
    const old = owed('a', 'old', 0, { createdAt: T0 - 25 * 3_600_000 })
    for (const [answer, rest] of [
      [limited, 90_000],
      [unanswered, 5_000],
    ] as const) {
      const { deps, rows } = world([old, owed('a', 'new', 1)], { a: [answer] })
      expect(await drainDeliveries(deps)).toEqual({ delivered: 0, failed: 0, parked: 1, postponed: false })
      expect(rows.get('a/new')).toMatchObject({ state: 'pending', attempts: 0, dueAt: T0 + rest })
    }
  })

  it('goes on with the next message after one that was refused for good', async () => {
    const { deps, calls } = world([owed('a', '1', 1), owed('a', '2', 2)], { a: [redirected] })
    expect(await drainDeliveries(deps)).toEqual({ delivered: 1, failed: 0, parked: 1, postponed: false })
    expect(calls.filter(call => call.startsWith('send'))).toEqual(['send a/1', 'send a/2'])
  })

  it.each([
    ['malformed', [malformed, malformed]],
    ['refused', [gone, gone]],
  ])('follows a rich body that was %s by its plain form, once, before the next message', async (_name, answers) => {
    const { deps, calls } = world([owed('a', '1', 1), owed('a', '2', 2)], { a: answers })
    expect(await drainDeliveries(deps)).toEqual({ delivered: 1, failed: 0, parked: 1, postponed: false })
    expect(calls).toEqual([
      'claim a/1 1',
      'send a/1',
      'settle a/1 pending +0',
      'claim a/1 2',
      'send a/1 plain',
      'settle a/1 parked',
      'claim a/2 1',
      'send a/2',
      'settle a/2 delivered',
    ])
  })

  it('sends a message that waited too long once more as plain text before it gives it up', async () => {
    const { deps, calls } = world([owed('a', '1', 0, { createdAt: T0 - 25 * 3_600_000 })], { a: [down] })
    expect(await drainDeliveries(deps)).toEqual({ delivered: 1, failed: 0, parked: 0, postponed: false })
    expect(calls.filter(call => call.startsWith('send'))).toEqual(['send a/1', 'send a/1 plain'])
  })

  it.each([
    ['nothing is left', 0, [], { delivered: 0, failed: 0, parked: 0, postponed: true }],
    [
      'it ends between two messages',
      1,
      ['claim a/1 1', 'send a/1', 'settle a/1 delivered'],
      { delivered: 1, failed: 0, parked: 0, postponed: true },
    ],
    [
      'it ends before the plain form: that stays due, as plain',
      2,
      ['claim a/1 1', 'send a/1', 'settle a/1 delivered', 'claim a/2 1', 'send a/2', 'settle a/2 pending +0'],
      { delivered: 1, failed: 1, parked: 0, postponed: true },
    ],
    [
      'it is just enough',
      3,
      [
        'claim a/1 1',
        'send a/1',
        'settle a/1 delivered',
        'claim a/2 1',
        'send a/2',
        'settle a/2 pending +0',
        'claim a/2 2',
        'send a/2 plain',
        'settle a/2 delivered',
      ],
      { delivered: 2, failed: 0, parked: 0, postponed: false },
    ],
  ])('asks before each request whether the budget has it: %s', async (_name, budget, expected, report) => {
    const { deps, calls, rows } = world([owed('a', '1', 1), owed('a', '2', 2)], { a: [ok, malformed] }, budget)
    expect(await drainDeliveries(deps)).toEqual(report)
    expect(calls).toEqual(expected)
    if (report.postponed) expect(deps.due(T0).length).toBe([...rows.values()].length - report.delivered)
  })

  it('sends two messages of one moment by their ids, so that today comes before the days that were missed', async () => {
    const ids = ['missed-k3x9-1', 'alert-k3x9-2024-12-19-premium-80', 'alert-k3x9-2024-12-19-mini-80']
    const { deps, calls } = world(ids.map(id => owed('a', id)))
    await drainDeliveries(deps)
    expect(calls.filter(call => call.startsWith('send'))).toEqual(ids.toReversed().map(id => `send a/${id}`))
  })

  it('takes a throw from the sender as unknown, and keeps its text to itself', async () => {
    const { deps, rows } = world([owed('a', '1')], { a: ['throw'] })
    expect(await drainDeliveries(deps)).toEqual({ delivered: 0, failed: 1, parked: 0, postponed: false })
    expect(rows.get('a/1')).toMatchObject({ state: 'pending', lastStatus: null, lastError: 'unexpected TypeError' })
  })

  it('takes a throw of something that is no error likewise', async () => {
    const { deps, rows } = world([owed('a', '1')])
    deps.send = () => Promise.reject('https://hooks.example/canary')
    expect(await drainDeliveries(deps)).toEqual({ delivered: 0, failed: 1, parked: 0, postponed: false })
    expect(rows.get('a/1')).toMatchObject({ state: 'pending', lastError: 'unexpected fault' })
  })

  it('delivers to the other channels while one throws and one never answers', async () => {
    const { deps, rows } = world([owed('a', '1'), owed('b', '1'), owed('c', '1'), owed('c', '2', 1)], {
      a: ['hang'],
      b: ['throw'],
    })
    const drain = drainDeliveries(deps)
    const first = await Promise.race([drain, new Promise(resolve => setTimeout(resolve, 20, 'still waiting for a'))])
    expect(first).toBe('still waiting for a')
    expect([...rows.values()].map(row => `${keyOf(row)} ${row.state} ${row.attempts}`)).toEqual([
      'a/1 pending 1',
      'b/1 pending 1',
      'c/1 delivered 1',
      'c/2 delivered 1',
    ])
  })

  it('sends nothing more when the tries are used up, though none was ever answered', async () => {
    const { deps, calls } = world([owed('a', '1', 0, { attempts: 41, unanswered: 41 }), owed('a', '2', 1)])
    expect(await drainDeliveries(deps)).toEqual({ delivered: 1, failed: 0, parked: 1, postponed: false })
    expect(calls).toEqual(['settle a/1 parked', 'claim a/2 1', 'send a/2', 'settle a/2 delivered'])
  })

  it('sends nothing without a stored claim, says so, and leaves the other channels alone', async () => {
    const { deps, calls } = world([owed('a', '1'), owed('a', '2', 1), owed('b', '1')])
    const claim = deps.claim
    deps.claim = delivery => {
      if (delivery.channel === 'a') throw new RangeError('disk full')
      claim(delivery)
    }
    expect(await drainDeliveries(deps)).toEqual({
      delivered: 1,
      failed: 1,
      parked: 0,
      postponed: false,
      fault: 'unexpected RangeError',
    })
    expect(calls).toEqual(['claim b/1 1', 'send b/1', 'settle b/1 delivered'])
  })

  it('says so when storage does not take the result; the claim makes the next try a possible repeat', async () => {
    const { deps, rows } = world([owed('a', '1')])
    deps.settle = () => {
      throw new Error('storage')
    }
    expect(await drainDeliveries(deps)).toEqual({
      delivered: 0,
      failed: 1,
      parked: 0,
      postponed: false,
      fault: 'unexpected Error',
    })
    expect(rows.get('a/1')).toMatchObject({ state: 'pending', attempts: 1, unanswered: 1 })
  })

  it('does not throw when what is due cannot be read', async () => {
    const { deps } = world([])
    deps.due = () => {
      throw new Error('storage')
    }
    expect(await drainDeliveries(deps)).toEqual({
      delivered: 0,
      failed: 0,
      parked: 0,
      postponed: false,
      fault: 'unexpected Error',
    })
  })

  it('sends at most ten messages per channel and leaves the rest due', async () => {
    const { deps } = world(Array.from({ length: 13 }, (_, n) => owed('a', String(n), n)))
    expect(await drainDeliveries(deps)).toEqual({ delivered: 10, failed: 0, parked: 0, postponed: false })
    expect(await drainDeliveries(deps)).toEqual({ delivered: 3, failed: 0, parked: 0, postponed: false })
  })

  it('keeps its promises for any deliveries and answers', async () => {
    const answer = fc.constantFrom<Answer>(ok, down, limited, gone, redirected, malformed, 'throw')
    const channels = ['a', 'b', 'c']
    const scenario = fc.record({
      messages: fc.uniqueArray(fc.tuple(fc.constantFrom(...channels), fc.nat(9)), { selector: String, maxLength: 20 }),
      answers: fc.record({ a: fc.array(answer), b: fc.array(answer), c: fc.array(answer) }),
      budget: fc.oneof(fc.nat(20), fc.constant(1000)),
    })
    await fc.assert(
      fc.asyncProperty(scenario, async ({ messages, answers, budget }) => {
        const { deps, calls, rows } = world(
          messages.map(([channel, n]) => owed(channel, String(n), n)),
          answers,
          budget,
        )
        const report = await drainDeliveries(deps)
        const states = Object.groupBy([...rows.values()], row => row.state)
        expect(report.delivered).toBe(states.delivered?.length ?? 0)
        expect(report.parked).toBe(states.parked?.length ?? 0)
        expect(calls.filter(call => call.startsWith('send')).length).toBeLessThanOrEqual(budget)
        if (report.postponed) {
          expect(deps.due(T0)).not.toEqual([])
          return
        }
        // Whoever is still pending waits: nothing is left due, so a drain cannot spin.
        expect(deps.due(T0)).toEqual([])
        for (const channel of channels) {
          const sent = calls.flatMap(call => call.match(new RegExp(`^send ${channel}/(\\d)$`))?.[1] ?? [])
          expect(sent).toEqual([...new Set(sent)].sort())
          const waiting = (states.pending ?? []).filter(row => row.channel === channel)
          expect(new Set(waiting.map(row => row.dueAt)).size).toBeLessThanOrEqual(1)
          expect(waiting.filter(row => row.attempts > 0).length).toBe(waiting.length > 0 ? 1 : 0)
        }
      }),
      { numRuns: 300 },
    )
  })
})
