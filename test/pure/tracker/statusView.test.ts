import { describe, expect, it } from 'vitest'
import { classifier } from '../../../src/models.ts'
import { isBlind, type StatusFacts, statusKey, statusView, trackerState } from '../../../src/tracker/statusView.ts'
import type { PollState } from '../../../src/tracker/store/pollState.ts'
import { groupMap } from '../../../src/usage/usageGroup.ts'
import { sampleWatch } from '../alerts/sampleWatch.ts'
import { sampleDelivery } from '../outbox/sampleDelivery.ts'
import { configOf, dayOf, daysOf, groupOf, memoryOf, NOON_S } from './sampleMemory.ts'

const NOON = NOON_S * 1000
const MINUTE = 60_000

function facts(partial: Partial<StatusFacts> = {}): StatusFacts {
  return {
    memory: memoryOf(),
    config: configOf(),
    classify: classifier(new Map()),
    deliveries: [],
    backlog: { pending: 0, parked: 0, oldest: null },
    connections: 2,
    now: NOON + 1999,
    ...partial,
  }
}
const stateFacts = (state: Partial<PollState>) => facts({ memory: memoryOf({ state }) })

describe('statusView', () => {
  it('says when the receivers’ news of its blindness was made', () => {
    const blindTold = sampleWatch({ firedAt: 1_734_603_600 })
    expect(statusView(stateFacts({ blindTold })).blind_told_at).toBe(1_734_603_600)
  })

  it('says of a tracker that is well when it polled, when it will, and that nothing is owed', () => {
    expect(statusView(facts())).toEqual({
      state: 'ok',
      simulated: false,
      upstream: 'api.openai.com',
      auth_mode: 'open',
      poll_cron: '*/5 * * * *',
      server_time: NOON_S + 1,
      last_attempt: NOON_S,
      last_success: NOON_S,
      next_poll: null,
      failures: 0,
      error: null,
      blind_told_at: null,
      thresholds: [80],
      limits: { premium: 1_000_000, mini: 10_000_000 },
      open_days: [],
      backfill: 'done',
      missed_ticks_pending: 0,
      history: { state: 'ok', message: null, action: null, since: null },
      outbox: { pending: 0, parked: 0, oldest_at: null },
      deliveries: { pending: 0, parked: 0, channels: [] },
      config_problems: [],
      unclassified_models: [],
      connections: 2,
      version: '0.1.0',
    })
  })

  it('says null of what has never happened', () => {
    const never = { lastAttempt: null, lastSuccess: null, nextPoll: NOON + 5500 }
    expect(statusView(stateFacts(never))).toMatchObject({
      last_attempt: null,
      last_success: null,
      next_poll: NOON_S + 5,
    })
  })

  it('counts what is owed to D1, to receivers and to the curve', () => {
    const deliveries = [
      sampleDelivery(),
      sampleDelivery({ state: 'parked' }),
      sampleDelivery({ state: 'parked' }),
      sampleDelivery({ state: 'parked' }),
      sampleDelivery({ state: 'delivered' }),
    ]
    const memory = memoryOf({ gaps: [{ fromS: 1, toS: 2, width: '1m' }] })
    const backlog = { pending: 4, parked: 1, oldest: NOON - 1 }
    expect(statusView(facts({ memory, deliveries, backlog }))).toMatchObject({
      missed_ticks_pending: 1,
      outbox: { pending: 4, parked: 1, oldest_at: NOON_S - 1 },
      deliveries: { pending: 1, parked: 3 },
    })
  })

  it('names open days oldest first, and a hundred at most of the models that nobody knows', () => {
    const unknown = Array.from({ length: 101 }, (_, n) => groupOf({ model: `new-${String(200 - n)}` }))
    const known = groupOf({ model: 'gpt-4o' })
    const days = daysOf(
      dayOf('2027-03-10', { groups: groupMap([known, ...unknown]) }),
      dayOf('2027-03-09', { groups: groupMap([groupOf({ model: 'zephyr' }), ...unknown.slice(0, 3)]) }),
    )
    const view = statusView(facts({ memory: memoryOf({ days }) }))
    expect(view.open_days).toEqual(['2027-03-09', '2027-03-10'])
    expect(view.unclassified_models).toEqual(Array.from({ length: 100 }, (_, n) => `new-${100 + n}`))
  })

  const fault = { kind: 'serverError', status: 503, retryAfterMs: null, requestId: 'req_1' } as const
  it('explains the fault of the last poll: since when, which status, which request', () => {
    expect(statusView(stateFacts({ failures: 1, fault, faultSince: NOON - 90_000 })).error).toMatchObject({
      code: 'upstream_error',
      since: NOON_S - 90,
      upstream_status: 503,
      request_id: 'req_1',
    })
    expect(statusView(stateFacts({ fault: { kind: 'unreachable' }, faultSince: null })).error).toMatchObject({
      code: 'upstream_unreachable',
      since: NOON_S + 1,
      upstream_status: null,
      request_id: null,
    })
  })

  it('asks for the key before anything else', () => {
    const memory = memoryOf({ state: { fault, failures: 1, faultSince: NOON - 5000 } })
    const config = configOf({ OPENAI_ADMIN_KEY: '' })
    const { state, error } = statusView(facts({ memory, config }))
    expect(state).toBe('unconfigured')
    expect(error).toEqual({
      code: 'not_configured',
      message: 'OPENAI_ADMIN_KEY is required',
      action: expect.stringMatching(
        /not a project key\) at https:\S+ and set it: npx wrangler secret put OPENAI_ADMIN_KEY/,
      ),
      since: NOON_S - 5,
      upstream_status: null,
      request_id: null,
    })
    expect(statusView(facts({ config })).error?.since).toBe(NOON_S + 1)
  })

  it.each([
    ['needs_migration', /no tables yet \(no such table\)/, /npm run db:migrate/],
    ['failing', /^D1 fails: no such table$/, /rows wait in the object/],
  ] as const)('says what to do while D1 takes nothing: %s', (reason, message, action) => {
    const historyFault = { reason, message: 'no such table', since: NOON - 1500, attempts: 3, retryAt: NOON }
    expect(statusView(stateFacts({ historyFault })).history).toEqual({
      state: reason,
      message: expect.stringMatching(message),
      action: expect.stringMatching(action),
      since: NOON_S - 2,
    })
  })
})

describe('trackerState', () => {
  it.each<[string, string, Partial<PollState>]>([
    ['never tried', 'starting', { lastSuccess: null, lastAttempt: null }],
    ['a success', 'ok', {}],
    ['a fault after it', 'failing', { failures: 1, faultSince: NOON }],
    ['faults from the start', 'failing', { failures: 3, lastSuccess: null, failingSince: NOON - 10 * MINUTE }],
    [
      'faults from the start for long',
      'blind',
      { failures: 9, lastSuccess: null, failingSince: NOON - 15 * MINUTE, faultSince: NOON },
    ],
    ['no success for three intervals', 'blind', { failures: 9, lastSuccess: NOON - 15 * MINUTE, faultSince: NOON }],
    ['a success long ago, and then silence', 'blind', { lastSuccess: NOON - 15 * MINUTE }],
    ['a success within three intervals', 'ok', { lastSuccess: NOON - 10 * MINUTE, faultSince: 0 }],
  ])('%s is %s', (_, expected, state) => {
    const memory = memoryOf({ state })
    expect(trackerState(memory, configOf(), NOON)).toBe(expected)
    expect(isBlind(memory, configOf(), NOON)).toBe(expected === 'blind')
  })
})

describe('statusKey', () => {
  const keyOf = (partial: Partial<StatusFacts> = {}) => statusKey(statusView(facts(partial)))
  const pending = (count: number) => ({ pending: count, parked: 0, oldest: NOON })

  it('is the same after an ordinary poll: the clock, the counts of a few rows and who listens do not matter', () => {
    const later = memoryOf({ state: { lastAttempt: NOON + 1, lastSuccess: NOON + 1, nextPoll: NOON + 2 } })
    expect(keyOf({ memory: later, now: NOON + 5000, connections: 9, backlog: pending(30) })).toBe(keyOf())
  })

  const failing = { reason: 'failing', message: 'x', since: NOON, attempts: 1, retryAt: NOON } as const
  it.each<[string, Partial<StatusFacts>, Partial<StatusFacts>]>([
    ['many rows begin to wait', {}, { backlog: pending(31) }],
    ['a row is parked', {}, { backlog: { ...pending(0), parked: 1 } }],
    ['a poll fails', {}, { memory: memoryOf({ state: { failures: 1 } }) }],
    [
      'one more row waits while D1 fails',
      { memory: memoryOf({ state: { historyFault: failing } }), backlog: pending(1) },
      { memory: memoryOf({ state: { historyFault: failing } }), backlog: pending(2) },
    ],
  ])('differs when %s', (_, before, after) => expect(keyOf(after)).not.toBe(keyOf(before)))
})
