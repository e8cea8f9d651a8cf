import { describe, expect, it } from 'vitest'
import { announce, type Heard } from '../../../src/dashboard/page/announce.ts'
import { clockOffsetOf, mergeAlerts, readingsOf, withReading } from '../../../src/dashboard/page/merge.ts'
import { deliveriesMoved, historyBehind, rebuilt } from '../../../src/dashboard/page/rebuilt.ts'
import { rollOver } from '../../../src/dashboard/page/rollOver.ts'
import { accessOf } from '../../../src/dashboard/page/session.ts'
import type { AlertView, SessionView } from '../../../src/wire.ts'
import { DAY, HOUR, point, statusView, tierUsage, usageView } from './usageView.ts'

const state = (partial: Partial<Heard> = {}): Heard => ({
  usage: null,
  alerts: null,
  link: { kind: 'idle' },
  wasLost: false,
  ...partial,
})
const alert = (partial: Partial<AlertView>) =>
  ({
    id: 1,
    kind: 'threshold',
    threshold: 80,
    message: '',
    timestamp: DAY,
    tier: 'premium',
    percentage: 80,
    ...partial,
  }) as AlertView

describe('withReading', () => {
  it('appends a reading to the curve', () => {
    const read = { premium_free_tokens: 45_000, mini_free_tokens: 45_000 }
    expect(withReading([point(DAY + HOUR, 5)], usageView())).toEqual([
      point(DAY + HOUR, 5),
      { ...point(DAY + 10 * HOUR, 45_000, 45_000), ...read },
    ])
  })

  it('replaces a reading of the same moment', () => {
    const first = withReading([], usageView())
    const again = withReading(first, usageView({ premium: tierUsage({ tokens_used: 50_000 }) }))
    expect(again.map(each => each.premium_tokens)).toEqual([50_000])
  })

  it('draws no reading of yesterday into the new day', () => {
    const usage = usageView({ date: '2024-12-20', last_updated: DAY + 23 * HOUR, resets_at: DAY + 48 * HOUR })
    expect(withReading([point(DAY + HOUR, 5)], usage)).toEqual([])
  })
})

describe('mergeAlerts', () => {
  it('knows an alert once, with its latest delivery, newest first', () => {
    const held = [alert({ id: 1, sent: false }), alert({ id: 0, timestamp: DAY - 9 })]
    expect(mergeAlerts(held, [alert({ id: 1, sent: true })]).map(each => [each.id, each.sent])).toEqual([
      [1, true],
      [0, undefined],
    ])
  })
})

describe('clockOffsetOf', () => {
  it('follows a server clock that is far from ours', () =>
    expect(clockOffsetOf(statusView({ server_time: 500 }), 100)).toBe(400))
  it('does not follow travel time', () => expect(clockOffsetOf(statusView({ server_time: 101 }), 100)).toBe(0))
})

describe('readingsOf', () => {
  it('keeps the reading that came while history was loading', () => {
    const points = [point(DAY + 2 * HOUR, 7), point(DAY + HOUR, 5)]
    const found = readingsOf(null, { date: '2024-12-19', points }, usageView())
    expect(found.map(each => each.premium_tokens)).toEqual([5, 7, 45_000])
  })

  it('is not taken for another day', () => {
    const held = [point(DAY + HOUR, 9)]
    expect(readingsOf(held, { date: '2024-12-18', points: [point(DAY - HOUR, 5)] }, usageView())).toBe(held)
  })
})

describe('accessOf', () => {
  const session = (partial: Partial<SessionView>) =>
    accessOf({ auth_mode: 'token', authenticated: false, ...partial } as SessionView, false)
  it.each([
    ['a reader', { authenticated: true }, 'in'],
    ['somebody who must sign in', {}, 'sign_in'],
    ['nobody, because nothing is set', { auth_mode: 'locked' }, 'locked'],
  ] as const)('%s', (_name, partial, kind) => expect(session(partial).kind).toBe(kind))

  it('tells those who were in that their session has ended, nobody else', () => {
    const gone = { auth_mode: 'token', authenticated: false } as SessionView
    expect([true, false].map(wasIn => accessOf(gone, wasIn))).toMatchObject([
      { note: expect.stringContaining('ended') },
      { note: null },
    ])
  })
})

describe('rollOver', () => {
  it('leaves a day alone until it ends', () => {
    const usage = usageView()
    expect(rollOver(usage, usage.resets_at - 1)).toBe(usage)
  })

  it('shows zeros of the new date from the first second, with the limits that hold', () => {
    const fresh = rollOver(usageView(), DAY + 24 * HOUR)
    expect(fresh).toMatchObject({ date: '2024-12-20', resets_at: DAY + 48 * HOUR, models: [] })
    expect(fresh.premium).toMatchObject({ tokens_used: 0, remaining: 1_000_000, limit: 1_000_000 })
  })

  it('finds the right day after a sleep of many', () => {
    expect(rollOver(usageView(), DAY + 80 * HOUR)).toMatchObject({ date: '2024-12-22', resets_at: DAY + 96 * HOUR })
  })
})

describe('rebuilt', () => {
  const broken = { ...statusView().history, state: 'needs_migration' as const }
  it.each([
    ['older days have been read', { backfill: 'pending' }, {}, true],
    ['missed ticks are there', { missed_ticks_pending: 7 }, {}, true],
    ['the database is back', { history: broken }, {}, true],
    ['still at it', { missed_ticks_pending: 7 }, { missed_ticks_pending: 3 }, false],
    ['nothing new', {}, {}, false],
  ] as const)('%s', (_name, before, after, is) => expect(rebuilt(statusView(before), statusView(after))).toBe(is))
})

describe('deliveriesMoved', () => {
  const deliveries = { pending: 1, parked: 0, channels: [] }
  it.each([
    ['a message waits', { deliveries }, true],
    ['only the clock moved', { server_time: 9, outbox: { pending: 3, parked: 0, oldest_at: null } }, false],
  ])('%s', (_name, after, is) => expect(deliveriesMoved(statusView(), statusView(after))).toBe(is))
})

describe('historyBehind', () => {
  const waiting = (pending: number, history = statusView().history) =>
    historyBehind(statusView({ history, outbox: { pending, parked: 0, oldest_at: null } }))
  it('is so while days are on their way', () => expect(waiting(2_000)).toBe(true))
  it('is not so for the rows of one poll', () => expect(waiting(16)).toBe(false))
  it('is not asked of a database that cannot take them', () =>
    expect(waiting(2_000, { ...statusView().history, state: 'needs_migration' })).toBe(false))
})

describe('announce', () => {
  const at = (tokens_used: number) => usageView({ premium: tierUsage({ tokens_used }) })
  it.each([
    ['a number that moves within its state', state({ usage: at(100_000) }), state({ usage: at(200_000) }), []],
    [
      'a tier that changes state',
      state({ usage: at(100_000) }),
      state({ usage: at(910_000) }),
      ['premium tier: Nearly gone, 91\u00a0%'],
    ],
    ['the first load', state(), state({ usage: at(910_000), link: { kind: 'live' } }), []],
    [
      'a lost connection',
      state({ link: { kind: 'live' } }),
      state({ link: { kind: 'waiting', attempt: 1, retryAt: 1, since: 0 } }),
      ['Live connection lost, reconnecting'],
    ],
    [
      'one more try',
      state({ link: { kind: 'connecting', attempt: 1 } }),
      state({ link: { kind: 'waiting', attempt: 2, retryAt: 1, since: 0 } }),
      [],
    ],
    [
      'the first connection, after the numbers',
      state({ usage: at(1), link: { kind: 'connecting', attempt: 0 } }),
      state({ usage: at(1), link: { kind: 'live' } }),
      [],
    ],
    [
      'a connection that was lost',
      state({ link: { kind: 'connecting', attempt: 2 }, wasLost: true }),
      state({ link: { kind: 'live' } }),
      ['Live connection is back'],
    ],
    ['a new alert', state({ alerts: [] }), state({ alerts: [alert({ id: 3 })] }), ['New alert: premium tier at 80 %']],
    [
      'an alert of another kind',
      state({ alerts: [] }),
      state({ alerts: [alert({ id: 3, kind: 'spike', threshold: null, message: 'A key\u202e spikes' })] }),
      ['New alert: A key spikes'],
    ],
    [
      'an alert of a budget, which is of no tier',
      state({ alerts: [] }),
      state({ alerts: [alert({ id: 3, kind: 'budget', tier: null, threshold: 80, message: '81% of the budget' })] }),
      ['New alert: 81% of the budget'],
    ],
    ['alerts that are loaded', state(), state({ alerts: [alert({ id: 3 })] }), []],
    [
      'data that goes stale',
      state({ usage: at(1) }),
      state({ usage: { ...at(1), stale: true } }),
      ['The data is stale'],
    ],
  ] as [string, Heard, Heard, string[]][])('%s', (_name, before, after, said) =>
    expect(announce(before, after)).toEqual(said),
  )
})
