import { describe, expect, it } from 'vitest'
import { health } from '../../../src/dashboard/status/health.ts'
import { placeMarks } from '../../../src/dashboard/tiers/placeMarks.ts'
import { at, lastWeekByNow, usualDay } from '../../../src/dashboard/tiers/usualDay.ts'
import { verdict } from '../../../src/dashboard/tiers/verdict.ts'
import type { HourPoint, StatusView, TierUsage, UsageView } from '../../../src/wire.ts'
import { channels, channelView, DAY, forecast, HOUR, statusView, tierUsage, usageView } from './usageView.ts'

const clock = (moment: number) => new Date(moment * 1000).toISOString().slice(11, 16)
const say = (
  premium: Partial<TierUsage>,
  mini: Partial<TierUsage> = {},
  rest: Partial<UsageView> = {},
  stale = false,
) =>
  verdict({
    usage: usageView({
      premium: tierUsage({ forecast: forecast(), ...premium }),
      mini: tierUsage({ forecast: forecast(), limit: 10_000_000, ...mini }),
      ...rest,
    }),
    stale,
    ranOut: { premium: DAY + 18 * HOUR + 2_400, mini: null },
    clock,
  })
const out = { tokens_used: 1_100_000 }
const will = { forecast: forecast({ state: 'will_exceed', runs_out_at: DAY + 18 * HOUR }) }

describe('verdict', () => {
  it.each([
    ['a good day', say({}), 'Free tokens last until the reset: premium 955K left, mini 9.96M left, nothing billed'],
    [
      'one tier that ran out, the other on its way',
      say({ ...out, free_tokens: 1_000_000, billed_tokens: 100_000 }, { tokens_used: 6_300_000 }),
      'The limits do not hold until the reset: premium ran out at 18:40, mini 3.7M left, 1.3\u00a0% billed',
    ],
    [
      'free tokens alone that count',
      say({ ...will, limit_counts: 'free' }, { limit_counts: 'free', billed_tokens: 45_000 }),
      'Free tokens do not last until the reset: premium runs out about 18:00, mini 9.96M left, 50\u00a0% billed',
    ],
    [
      'a day that may not last',
      say({ forecast: forecast({ state: 'may_exceed' }) }),
      'Free tokens may not last until the reset: premium 955K left, mini 9.96M left, nothing billed',
    ],
    [
      'an early hour',
      say({ forecast: forecast({ state: 'early' }) }),
      'Too early to say whether the day lasts: premium 955K left, mini 9.96M left, nothing billed',
    ],
    [
      'both gone',
      say(out, { tokens_used: 10_000_000 }),
      'Free tokens are gone: premium ran out at 18:40, mini ran out, nothing billed',
    ],
    ['old numbers', say({}, {}, {}, true), 'The numbers are old: premium 955K left, mini 9.96M left, nothing billed'],
    [
      'an organisation without free tokens',
      say({ free_remaining: null }),
      'The limits hold until the reset: premium 955K left, mini 9.96M left, nothing billed',
    ],
    ['one limit', say({ limit: 0 }), 'Free tokens last until the reset: mini 9.96M left, nothing billed'],
    ['no limit', say({ limit: 0 }, { limit: 0 }), 'No limit is set, nothing billed'],
    ['no reading', say({}, {}, { last_updated: null }), 'Nothing has been read yet'],
  ])('tells of %s', (_name, said, expected) => expect(said).toBe(expected))
})

describe('health', () => {
  const error = { code: 'x', message: 'OpenAI is down', action: '', since: DAY, upstream_status: 503, request_id: null }
  const read = (code: string) => ({
    kind: 'costs' as const,
    since: DAY,
    attempts: 1,
    next_attempt_at: null,
    error: { code, message: '', action: '' },
  })
  it.each([
    ['a good day', {}, 'Well'],
    ['the first failed poll', { state: 'failing', failures: 1, error }, 'Failing'],
    ['a missing key', { state: 'unconfigured' }, 'Failing'],
    ['a side read that fails', { reads: [read('upstream_5xx')] }, 'Partly failing'],
    ['costs that the key may not read', { reads: [read('upstream_missing_scope')] }, 'Well'],
    ['a database that is down', { history: { ...statusView().history, state: 'failing' } }, 'Partly failing'],
    ['a receiver that is tried again', { deliveries: channels(channelView({ state: 'retrying' })) }, 'Partly failing'],
    ['rows that were given up', { outbox: { pending: 0, parked: 3, oldest_at: null } }, '3 set aside'],
    ['a tracker that has just started', { state: 'starting' }, 'Starting'],
  ] as [string, Partial<StatusView>, string][])('of %s', (_name, partial, word) =>
    expect(health(statusView(partial), false).word).toBe(word),
  )
  it('is paused where the page is, and not known before the status', () =>
    expect([health(statusView(), true).kind, health(null, false).kind]).toEqual(['paused', 'unknown']))
})

describe('usualDay', () => {
  const hour = (date: string, of: number, premium_hour_tokens: number): HourPoint => ({
    timestamp: Date.parse(`${date}T00:00:00Z`) / 1000 + of * HOUR,
    date,
    premium_tokens: 0,
    mini_tokens: 0,
    premium_hour_tokens,
    mini_hour_tokens: 1,
  })
  const points = [
    hour('2024-12-12', 0, 10),
    hour('2024-12-12', 9, 90),
    hour('2024-12-13', 9, 50),
    hour('2024-12-14', 9, 500),
    hour('2024-12-19', 9, 7_000),
  ]
  it('is the median of past days, as it grows, without today', () => {
    const curve = usualDay(points, '2024-12-19', 'premium')
    expect(curve).toHaveLength(25)
    expect([curve[0], curve[1], curve[10], curve[24]]).toEqual([
      { at: DAY, tokens: 0 },
      { at: DAY + HOUR, tokens: 0 },
      { at: DAY + 10 * HOUR, tokens: 100 },
      { at: DAY + 24 * HOUR, tokens: 100 },
    ])
  })
  it('is nothing from fewer than three days', () =>
    expect(usualDay(points.slice(2), '2024-12-19', 'premium')).toEqual([]))
  it('knows the same time last week, between two hours too', () => {
    const then = (moment: number) => lastWeekByNow(points, moment, 'premium')
    expect([then(DAY + 9.5 * HOUR), then(DAY + 20 * HOUR), then(DAY + 3 * 86_400)]).toEqual([55, 100, null])
  })
  it('reads a curve before and after its ends', () =>
    expect([at([], DAY), at([{ at: DAY, tokens: 5 }], DAY + 1)]).toEqual([0, 5]))
})

describe('placeMarks', () => {
  const names = (...marks: [string, number][]) => placeMarks(marks.map(([name, where]) => ({ name, at: where })))
  it('keeps the first where two would lie over each other', () =>
    expect(names(['limit 1M', 96], ['95 %', 91], ['50 %', 48]).map(({ name }) => name)).toEqual(['limit 1M', '50 %']))
  it('stays within the bar', () =>
    expect(names(['limit 1M', 98], ['even pace 2 %', 2]).map(({ align }) => align)).toEqual(['end', 'start']))
})
