import { describe, expect, it } from 'vitest'
import { classifier } from '../../../../src/models.ts'
import type { HistoryFault, PollState } from '../../../../src/tracker/store/pollState.ts'
import {
  isBlind,
  type StatusFacts,
  statusKey,
  statusView,
  trackerState,
} from '../../../../src/tracker/views/statusView.ts'
import { groupMap } from '../../../../src/usage/usageGroup.ts'
import { ALERT_KINDS, type ChannelView } from '../../../../src/wire.ts'
import { sampleWatch } from '../../alerts/sampleWatch.ts'
import { configOf, dayOf, daysOf, groupOf, memoryOf, NOON_S, sideReadOf } from '../sampleMemory.ts'

const NOON = NOON_S * 1000
const MINUTE = 60_000

function facts(partial: Partial<StatusFacts> = {}): StatusFacts {
  return {
    memory: memoryOf(),
    config: configOf(),
    classify: classifier(new Map()),
    channels: [],
    ownFaults: new Map(),
    heartbeat: null,
    brake: { mode: 'off', state: 'off', failing: 0, error: null },
    trafficHints: [],
    backlog: { pending: 0, parked: 0, oldestAt: null },
    connections: 2,
    now: NOON + 1999,
    ...partial,
  }
}
const stateFacts = (state: Partial<PollState>) => facts({ memory: memoryOf({ state }) })

const fails = (partial: Partial<HistoryFault> = {}): HistoryFault => ({
  ...{ reason: 'failing', message: 'lost', since: NOON - 1500, attempts: 3, retryAt: NOON },
  ...partial,
})
const channelOf = (partial: Partial<ChannelView> = {}): ChannelView => ({
  ...{ channel: 'generic-1', kind: 'generic', state: 'ok', pending: 0, parked: 0, last_status: 200 },
  ...{ last_error: null, next_attempt_at: null, last_delivered_at: NOON_S },
  ...partial,
})

describe('statusView', () => {
  it('says when the receivers’ news of its blindness was made', () => {
    const blindTold = sampleWatch({ firedAt: 1_734_603_600 })
    const memory = memoryOf({ state: { blindTold } })
    const told = (ALERT_WEBHOOK_URL: string) => statusView(facts({ memory, config: configOf({ ALERT_WEBHOOK_URL }) }))
    expect(told('https://alerts.example/hook').blind_told_at).toBe(1_734_603_600)
    expect(told('').blind_told_at).toBe(null)
  })

  it('says that no forecast can be made, and how the last heartbeat went', () => {
    const fault = { since: NOON, attempts: 2, message: 'x is not a function' }
    const [read] = statusView(facts({ ownFaults: new Map([['forecast', fault]]) })).reads
    expect(read).toMatchObject({ kind: 'forecast', since: NOON_S, attempts: 2, error: { code: 'forecast_failed' } })
    const config = configOf({ HEARTBEAT_URL: 'https://beats.example/x' })
    expect(statusView(facts({ config })).heartbeat).toEqual({ last_at: null, ok: null, detail: null })
    const beat = { ok: false, status: null, detail: 'no connection' } as const
    const { heartbeat } = statusView(facts({ config, heartbeat: { at: NOON, beat } }))
    expect(heartbeat).toEqual({ last_at: NOON_S, ok: false, detail: 'no connection' })
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
      limit_counts: 'all',
      alert_kinds: [...ALERT_KINDS],
      brake: { mode: 'off', state: 'off', failing: 0, error: null },
      heartbeat: null,
      open_days: [],
      reads: [],
      backfill: 'done',
      missed_ticks_pending: 0,
      history: { state: 'ok', message: null, action: null, since: null },
      outbox: { pending: 0, parked: 0, oldest_at: null },
      deliveries: { pending: 0, parked: 0, channels: [] },
      config_problems: [],
      config_hints: [],
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
    const channels = [channelOf({ pending: 1 }), channelOf({ channel: 'slack-2', pending: 2, parked: 3 })]
    const memory = memoryOf({ gaps: [{ fromS: 1, toS: 2, width: '1m' }] })
    const backlog = { pending: 4, parked: 1, oldestAt: NOON_S - 1 }
    expect(statusView(facts({ memory, channels, backlog }))).toMatchObject({
      missed_ticks_pending: 1,
      outbox: { pending: 4, parked: 1, oldest_at: NOON_S - 1 },
      deliveries: { pending: 3, parked: 3, channels },
    })
  })

  it('lists the reads that fail, those that were given up too, and not what is only owed', () => {
    const midnight = Date.UTC(2027, 2, 10) / 1000
    const reads = [
      sideReadOf({ kind: 'hours', key: '2027-03-09', attempts: 3, since: NOON - 1500, nextAt: NOON + 60_999 }),
      sideReadOf({ kind: 'ticks', key: String(midnight - 1), nextAt: null }),
      sideReadOf({ kind: 'month', key: '' }),
      sideReadOf({ kind: 'day', key: '2027-03-01', attempts: 0, error: null }),
      sideReadOf({ kind: 'filter', key: '' }),
    ]
    const { error } = sideReadOf()
    expect(statusView(facts({ memory: memoryOf({ reads }) })).reads).toEqual([
      { kind: 'hours', date: '2027-03-09', since: NOON_S - 2, attempts: 3, next_attempt_at: NOON_S + 60, error },
      { kind: 'ticks', date: '2027-03-10', since: NOON_S, attempts: 1, next_attempt_at: null, error },
      { kind: 'month', since: NOON_S, attempts: 1, next_attempt_at: NOON_S + 60, error },
    ])
  })

  it('hints at what looks like a mistake, but not at the schedule of the simulated organisation', () => {
    const trafficHints = ['POLL_CRON', 'MODEL_TIERS'].map(name => ({ name, message: 'Looks odd.' }))
    const names = (simulated: boolean) =>
      statusView(facts({ trafficHints, memory: memoryOf({ state: { simulated } }) })).config_hints.map(
        ({ name }) => name,
      )
    expect([names(false), names(true)]).toEqual([['POLL_CRON', 'MODEL_TIERS'], ['MODEL_TIERS']])
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

  it.each<[string, PollState['historyFaults'], string, RegExp, RegExp]>([
    ['one part fails', { hours: fails() }, 'failing', /^D1 does not take hours: lost$/, /rows wait in the object/],
    [
      'several parts fail, since the first',
      { days: fails({ since: NOON }), ticks: fails() },
      'failing',
      /^D1 does not take ticks, days: lost$/,
      /rows wait/,
    ],
    [
      'tables are missing, whatever else fails',
      { alerts: fails({ since: NOON }), hours: fails({ reason: 'needs_migration', message: 'no such table' }) },
      'needs_migration',
      /no such table/,
      /npm run db:migrate/,
    ],
  ])('says what to do while %s', (_, historyFaults, state, message, action) => {
    expect(statusView(stateFacts({ historyFaults })).history).toEqual({
      state,
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
  const pending = (count: number) => ({ pending: count, parked: 0, oldestAt: NOON_S })

  it('is the same after an ordinary poll: the clock, the counts of a few rows and who listens do not matter', () => {
    const later = memoryOf({ state: { lastAttempt: NOON + 1, lastSuccess: NOON + 1, nextPoll: NOON + 2 } })
    expect(keyOf({ memory: later, now: NOON + 5000, connections: 9, backlog: pending(30) })).toBe(keyOf())
  })

  const historyFaults = { days: fails() }
  it.each<[string, Partial<StatusFacts>, Partial<StatusFacts>]>([
    ['many rows begin to wait', {}, { backlog: pending(31) }],
    ['a row is parked', {}, { backlog: { ...pending(0), parked: 1 } }],
    ['a poll fails', {}, { memory: memoryOf({ state: { failures: 1 } }) }],
    ['a read beside it fails', {}, { memory: memoryOf({ reads: [sideReadOf()] }) }],
    [
      'one more row waits while D1 fails',
      { memory: memoryOf({ state: { historyFaults } }), backlog: pending(1) },
      { memory: memoryOf({ state: { historyFaults } }), backlog: pending(2) },
    ],
  ])('differs when %s', (_, before, after) => expect(keyOf(after)).not.toBe(keyOf(before)))
})
