import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { columnTop, named, niceStep, ticks } from '../../../src/dashboard/charts/columnTop.ts'
import { KIND_WORDS, merged, shortMessage, withoutKind } from '../../../src/dashboard/views/alerts/kindWords.ts'
import { heatDays, levelOf } from '../../../src/dashboard/views/history/heat.ts'
import { pollStrip, stripSummary } from '../../../src/dashboard/views/status/pollStrip.ts'
import { runningCosts } from '../../../src/dashboard/views/status/runningCosts.ts'
import { breakdownRows } from '../../../src/dashboard/views/who/breakdownRows.ts'
import { groupRows, modelRows } from '../../../src/dashboard/views/who/modelRows.ts'
import { changeWords, datesUpTo, spans } from '../../../src/dashboard/views/who/span.ts'
import {
  ALERT_KINDS,
  type AlertView,
  type BreakdownRow,
  type BreakdownView,
  type HourPoint,
} from '../../../src/wire.ts'
import { DAY, HOUR, modelUsage, point } from './usageView.ts'

describe('columnTop', () => {
  it('has the highest column and the limit below it', () => {
    expect(columnTop([10, 20], 100)).toBeCloseTo(106)
    expect(columnTop([10, 200], 100)).toBeCloseTo(212)
    expect(columnTop([])).toBeCloseTo(1.06)
  })
  it('lets one burst go past it, so that the month is not flattened', () => {
    const month = Array.from({ length: 29 }, () => 100)
    expect(columnTop([...month, 5_000])).toBeCloseTo(159)
    expect(columnTop([...month, 5_000], 4_000)).toBeCloseTo(5_300)
    expect(columnTop([...month, 240])).toBeCloseTo(254.4)
  })
})

describe('ticks', () => {
  it('are even and at most five', () => {
    expect(ticks(1_060_000)).toEqual([0, 500_000, 1_000_000])
    fc.assert(
      fc.property(fc.double({ min: 1e-3, max: 1e12, noNaN: true }), top => {
        const found = ticks(top)
        expect(found.length).toBeGreaterThan(1)
        expect(found.length).toBeLessThanOrEqual(5)
        expect(found.at(-1)).toBeLessThanOrEqual(top * (1 + 1e-9))
      }),
    )
  })
  it.each([
    [0.3, 0.5],
    [1, 1],
    [2.1, 2.5],
    [7, 10],
  ])('a step of %d is %d', (least, step) => expect(niceStep(least)).toBeCloseTo(step))
})

describe('named', () => {
  it('names the last column and every so manieth before it', () => {
    const is = named(30, 8)
    expect(Array.from({ length: 30 }, (_, at) => at).filter(is)).toEqual([1, 5, 9, 13, 17, 21, 25, 29])
    expect([0, 1, 2].filter(named(3, 8))).toEqual([0, 1, 2])
  })
})

describe('spans', () => {
  it('is as many days up to a date, and as many before them', () =>
    expect(spans('2024-12-19', 7)).toEqual({
      now: { from: '2024-12-13', to: '2024-12-19' },
      before: { from: '2024-12-06', to: '2024-12-12' },
    }))
  it('counts dates up to one', () => expect(datesUpTo('2024-03-01', 2)).toEqual(['2024-02-29', '2024-03-01']))
  it.each([
    [112, 100, '+12\u00a0%'],
    [95, 100, '−5\u00a0%'],
    [340, 100, '×3.4'],
    [5, 0, 'new'],
    [0, 0, '–'],
    [7, 7, '±0'],
    [7, null, '…'],
  ])('%i after %s is %s', (now, before, words) => expect(changeWords(now, before)).toBe(words))
})

describe('groupRows', () => {
  const models = [
    modelUsage({ model: 'a', project_id: 'p', total_tokens: 100, requests: 1 }),
    modelUsage({ model: 'b', total_tokens: 150, requests: 1 }),
    modelUsage({ model: 'a', project_id: 'q', total_tokens: 90, requests: 2, free: false }),
  ]
  const groups = groupRows(
    modelRows({ models, tier: null, filter: '', sort: 'total', descending: true }),
    'total',
    true,
  )
  it('sums up a model over its projects, what is free and what is billed apart', () => {
    expect(
      groups.map(({ sum, free, billed, rows }) => [sum.label, sum.usage.total_tokens, free, billed, rows.length]),
    ).toEqual([
      ['a', 190, 100, 90, 2],
      ['b', 150, 150, 0, 1],
    ])
    expect(groups[0]?.sum.usage.requests).toBe(3)
  })
  it('shows the billed ones, the unknown ones or one project alone', () => {
    const all = [...models, modelUsage({ model: 'x', unclassified: true })]
    const ask = (rest: Partial<Parameters<typeof modelRows>[0]>) =>
      modelRows({ models: all, tier: null, filter: '', sort: 'total', descending: true, ...rest }).map(
        ({ label, projectId, project }) => `${label}${projectId || project}`,
      )
    expect([ask({ only: 'billed' }), ask({ only: 'unclassified' }), ask({ projectId: 'p' })]).toEqual([
      ['aq'],
      ['x'],
      ['ap'],
    ])
  })
})

describe('breakdownRows', () => {
  const row = (
    id: string | null,
    name: string,
    premium_tokens: number,
    mini_tokens: number,
    billed = 0,
  ): BreakdownRow => ({
    id,
    name,
    tokens_used: premium_tokens + mini_tokens,
    premium_tokens,
    mini_tokens,
    input_tokens: 0,
    output_tokens: 0,
    cached_tokens: 0,
    requests: 0,
    free_tokens: 0,
    billed_tokens: billed,
    share: 0,
  })
  const view = (...rows: BreakdownRow[]) => ({ rows, total: row('', '', 100, 300) }) as unknown as BreakdownView
  const now = view(row('k1', 'Key\u202e one', 80, 100), row(null, 'no key', 20, 200, 5))
  const ask = (rest: Partial<Parameters<typeof breakdownRows>[0]> = {}) =>
    breakdownRows({ now, before: view(row('k1', 'Key one', 40, 0)), tier: null, only: null, filter: '', ...rest })
  it('puts the largest first, with the id at hand and what it used before', () =>
    expect(
      ask().map(({ id, label, shownId, tokens, before, share }) => [id, label, shownId, tokens, before, share]),
    ).toEqual([
      ['no key', 'no key', '', 220, 0, 0.55],
      ['k1', 'Key one', 'k1', 180, 40, 0.45],
    ]))
  it('counts one tier where one is chosen', () =>
    expect(ask({ tier: 'premium' }).map(({ tokens, before, share }) => [tokens, before, share])).toEqual([
      [80, 40, 0.8],
      [20, 0, 0.2],
    ]))
  it('finds by name and id, and what was billed', () =>
    expect([ask({ filter: 'K1' }).length, ask({ only: 'billed' })[0]?.id, ask({ before: null })[0]?.before]).toEqual([
      1,
      'no key',
      null,
    ]))
})

describe('heatDays', () => {
  const hour = (at: number, premium_hour_tokens: number) =>
    ({ ...point(at, 0), premium_hour_tokens, mini_hour_tokens: 0 }) as HourPoint
  const points = [hour(DAY - 86_400 + 5 * HOUR, 9), hour(DAY + HOUR, 50)]
  const days = heatDays(points, 'premium', DAY + 2 * HOUR, 28)
  it('has an hour that is not named as unused, one to come as not known, and no dates before the first', () => {
    expect(days.map(({ date }) => date)).toEqual(['2024-12-19', '2024-12-18'])
    expect(days[0]?.hours.slice(0, 4)).toEqual([0, 50, 0, null])
    expect(days[1]?.hours[5]).toBe(9)
  })
  it('tells hours apart, however high one of them is', () =>
    expect([0, 1, 9, 50].map(tokens => levelOf(tokens, days))).toEqual([0, 1, 5, 5]))
})

describe('pollStrip', () => {
  const now = DAY + 12 * HOUR
  const every = (seconds: number, from: number, to: number) =>
    Array.from({ length: (to - from) / seconds }, (_, at) => point(from + at * seconds, 1))
  const states = (points: ReturnType<typeof every>) => {
    const slots = pollStrip(points, now, 300)
    return { slots, count: (state: string) => slots.filter(slot => slot.state === state).length }
  }
  it('has every slot of a good day', () => {
    const { slots, count } = states(every(300, now - 86_400, now))
    expect([slots.length, count('ok'), stripSummary(slots)]).toEqual([96, 96, 'Readings in all of the last 1 d'])
  })
  it('shows an hour without polls, and one that missed some', () => {
    const good = every(300, now - 86_400, now).filter(
      ({ timestamp }) => !(timestamp >= now - 7_200 && timestamp < now - 3_600) && timestamp !== now - 1_800 + 300,
    )
    const { slots, count } = states(good)
    expect([count('none'), count('some'), stripSummary(slots)]).toEqual([
      4,
      1,
      'No reading in 1 h, Some missing in 15 m',
    ])
  })
  it('does not call missing what lies before the first reading, nor what was rebuilt from hours', () => {
    const { count } = states(every(300, now - 3_600, now))
    expect([count('before'), count('none'), count('ok')]).toEqual([92, 0, 4])
    const rebuilt = states([...every(HOUR, now - 6 * HOUR, now - HOUR), ...every(300, now - HOUR, now)])
    expect([rebuilt.count('none'), rebuilt.count('some'), rebuilt.count('ok')]).toEqual([0, 0, 4])
    expect(stripSummary(rebuilt.slots)).toBe('Readings in all of the last 6 h; 5 h rebuilt from whole hours')
  })
  it('says so when nothing is known', () =>
    expect(stripSummary(pollStrip([], now, 300))).toBe('No reading in the last day'))
})

describe('runningCosts', () => {
  it('grows with the polls', () => {
    const polls = (interval: number) => runningCosts(interval)[0]?.aDay
    expect([polls(300), polls(60), polls(3_600)]).toEqual([288, 1_440, 24])
  })
})

describe('alerts', () => {
  const alert = (partial: Partial<AlertView>) => ({ id: 1, timestamp: DAY, message: '', ...partial }) as AlertView
  it('believes the newer telling of an alert, newest first', () =>
    expect(
      merged(
        [alert({ id: 1, message: 'old' }), alert({ id: 2 })],
        [alert({ id: 1, message: 'new', timestamp: DAY + 1 })],
      ).map(({ id, message }) => [id, message]),
    ).toEqual([
      [1, 'new'],
      [2, ''],
    ]))
  it('says it without the words that every message begins with', () =>
    expect([
      shortMessage(alert({ message: '💳 OpenAI Usage: MINI tokens are billed now\nmore' })),
      shortMessage(alert({ message: '⚠️ OpenAI Usage Alert: PREMIUM tier at 85%' })),
      shortMessage(alert({ message: '💰 OpenAI Costs: 81% of the budget' })),
      shortMessage(alert({ message: 'Anything\u202e else' })),
    ]).toEqual(['MINI tokens are billed now', 'PREMIUM tier at 85%', '81% of the budget', 'Anything else']))
  it('has words for every kind, and the setting that turns one off', () => {
    expect(Object.keys(KIND_WORDS)).toEqual([...ALERT_KINDS])
    expect(withoutKind(['threshold', 'pace', 'spike'], 'pace')).toBe('ALERTS = "threshold,spike"')
    // The last one: an empty list would be every kind.
    expect(withoutKind(['pace'], 'pace')).toBe('ALERTS = "none"')
  })
})
