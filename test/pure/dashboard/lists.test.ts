import { describe, expect, it } from 'vitest'
import { moveAlong } from '../../../src/dashboard/charts/moveAlong.ts'
import { deliveryWords } from '../../../src/dashboard/views/alerts/deliveryWords.ts'
import { type DayBar, daysSummary, pastBars, readDay, todayBar } from '../../../src/dashboard/views/history/dayBars.ts'
import { modelRows, sameRow } from '../../../src/dashboard/views/who/modelRows.ts'
import type { SortKey } from '../../../src/dashboard/views/who/whoAddress.ts'
import type { AlertView, DayPoint, DeliveryView, ModelUsage } from '../../../src/wire.ts'
import { DAY, modelUsage, tierUsage, usageView } from './usageView.ts'

const ask = (models: ModelUsage[], rest: Partial<Parameters<typeof modelRows>[0]> = {}) =>
  modelRows({ models, tier: null, filter: '', sort: 'total', descending: true, ...rest })
const names = (rows: { label: string }[]) => rows.map(row => row.label)

describe('modelRows', () => {
  const models = [
    modelUsage({ model: 'a', total_tokens: 300 }),
    modelUsage({ model: 'b', total_tokens: 100, unclassified: true }),
    modelUsage({ model: 'c', tier: 'mini', total_tokens: 600, project_id: 'proj_x' }),
  ]
  it('puts what is unclassified first, whatever is sorted by', () => {
    expect(names(ask(models))).toEqual(['b', 'c', 'a'])
    expect(names(ask(models, { sort: 'model', descending: true }))).toEqual(['b', 'c', 'a'])
    expect(names(ask(models, { descending: false }))).toEqual(['b', 'a', 'c'])
  })
  it('counts a share within its tier', () => expect(ask(models).map(row => row.share)).toEqual([0.25, 1, 0.75]))
  it('keeps the share when only one tier is shown', () =>
    expect(ask(models, { tier: 'premium' }).map(row => row.share)).toEqual([0.25, 0.75]))
  it('sorts by each column, both ways, numbers as numbers, equal ones by size and then by name', () => {
    const all = [
      modelUsage({ model: 'p', tier: 'mini', project_id: 'b', input_tokens: 9, total_tokens: 30, requests: 3 }),
      modelUsage({
        model: 'r',
        project_id: 'a',
        output_tokens: 100,
        cached_tokens: 9,
        total_tokens: 100,
        requests: 20,
      }),
      modelUsage({ model: 'q', project_id: 'c', input_tokens: 100, cached_tokens: 10, total_tokens: 9, free: false }),
    ]
    const sorted = (sort: SortKey, descending = false) => names(ask(all, { sort, descending })).join('')
    expect({
      model: sorted('model'),
      downwards: sorted('model', true),
      tier: sorted('tier'),
      project: sorted('project'),
      input: sorted('input'),
      cached: sorted('cached'),
      output: sorted('output'),
      requests: sorted('requests'),
      billed: sorted('billed'),
      total: sorted('total'),
      totalDownwards: sorted('total', true),
    }).toEqual({
      model: 'pqr',
      downwards: 'rqp',
      tier: 'prq',
      project: 'rpq',
      input: 'prq',
      cached: 'prq',
      output: 'pqr',
      requests: 'qpr',
      billed: 'rpq',
      total: 'qpr',
      totalDownwards: 'rpq',
    })
    const alike = ['b', 'a', 'c'].map(model => modelUsage({ model }))
    expect(names(ask(alike))).toEqual(['a', 'b', 'c'])
  })
  it('has no share of nothing', () => expect(ask([modelUsage({ total_tokens: 0 })])[0]?.share).toBe(0))
  it('finds by model and by project', () =>
    expect([names(ask(models, { filter: 'PROJ_X' })), names(ask(models, { filter: ' A ' }))]).toEqual([['c'], ['a']]))
  it('shows a project by its name where one is known, and keeps the id at hand', () => {
    const of = (partial: Partial<ModelUsage>) => {
      const [row] = ask([modelUsage(partial)])
      return [row?.project, row?.projectId]
    }
    expect([
      of({ project_id: 'proj_x', project_name: 'Search' }),
      of({ project_id: 'proj_x' }),
      of({ project_id: 'proj_x', project_name: '' }),
      of({ project_id: null }),
      of({ project_id: 'proj_x', project_name: '<b>\u202eevil' }),
    ]).toEqual([
      ['Search', 'proj_x'],
      ['proj_x', ''],
      ['proj_x', ''],
      ['', ''],
      ['<b>evil', 'proj_x'],
    ])
  })
  it('finds a project by its name and by its id', () => {
    const named = [modelUsage({ project_id: 'proj_x', project_name: 'Search' }), modelUsage({ project_id: 'proj_y' })]
    expect(['search', 'proj_x', 'proj_'].map(filter => ask(named, { filter }).length)).toEqual([1, 1, 2])
  })
  it('tells rows of one model apart by service tier and project', () => {
    const rows = ask([
      modelUsage({ service_tier: 'default' }),
      modelUsage({ service_tier: null }),
      modelUsage({ project_id: 'p' }),
    ])
    expect(new Set(rows.map(row => row.key)).size).toBe(3)
  })
  it('gives a row another key when its words change, and the same one when its numbers do', () => {
    const key = (usage: Partial<ModelUsage>) => ask([modelUsage(usage)])[0]?.key
    const words = [{}, { tier: 'mini' as const }, { free: false }, { unclassified: true }, { project_name: 'Search' }]
    expect(new Set(words.map(key)).size).toBe(5)
    expect(key({ total_tokens: 9, requests: 9, input_tokens: 9, output_tokens: 9, cached_tokens: 9 })).toBe(key({}))
  })
  it.each(['__proto__', 'constructor', 'toString'])('takes %s for a name like any other', model =>
    expect(names(ask([modelUsage({ model })]))).toEqual([model]),
  )
})

describe('sameRow', () => {
  it('sees every number that is drawn', () => {
    const [row] = ask([modelUsage()])
    const [moved] = ask([modelUsage({ requests: 2 })])
    expect(row && moved && [sameRow(row, row), sameRow(row, moved)]).toEqual([true, false])
  })
})

const day = (date: string, premium_tokens: number) =>
  ({
    date,
    premium_tokens,
    premium_limit: 1_000,
    premium_free_tokens: premium_tokens,
    premium_billed_tokens: 0,
    final: true,
  }) as DayPoint

describe('dayBars', () => {
  const days = [day('2024-12-16', 1_200), day('2024-12-18', 0), day('2024-12-19', 7)]
  const usage = usageView({ premium: tierUsage({ tokens_used: 45 }) })
  const past = pastBars({ days, today: usage.date, tier: 'premium', count: 4 })
  const bars = [...past, todayBar(usage, 'premium')]
  it('has one bar per date, a gap where nothing is known, and a zero where nothing was used', () => {
    expect(bars.map(bar => [bar.date, bar.kind === 'day' ? bar.tokens : 'gap'])).toEqual([
      ['2024-12-16', 1_200],
      ['2024-12-17', 'gap'],
      ['2024-12-18', 0],
      ['2024-12-19', 45],
    ])
  })
  it('takes today from the live numbers', () =>
    expect(bars.at(-1)).toMatchObject({ today: true, final: false, tokens: 45 }))
  it('is summed up in words', () =>
    expect(daysSummary(bars)).toBe('3 of 4 days with data, 1 over the limit, 1 without data'))
  it('sums up a good stretch, a day at its limit, and days without a limit', () => {
    const of = (tokens: number, limit: number): DayBar => ({
      kind: 'day',
      date: '2024-12-19',
      today: false,
      final: true,
      tokens,
      limit,
      free: 0,
      billed: 0,
    })
    expect(daysSummary([of(10, 10), of(5, 0)])).toBe('2 of 2 days with data, none over its limit')
    expect(daysSummary([of(11, 10), of(12, 10)])).toBe('2 of 2 days with data, 2 over the limit')
  })
  it('takes what was free and what was billed from the summary', () =>
    expect(bars[0]).toEqual({
      kind: 'day',
      date: '2024-12-16',
      today: false,
      final: true,
      tokens: 1_200,
      limit: 1_000,
      free: 1_200,
      billed: 0,
    }))
})

describe('readDay', () => {
  const bar: DayBar = {
    kind: 'day',
    date: '2024-12-19',
    today: false,
    final: true,
    tokens: 1_200,
    limit: 1_000,
    free: 1_000,
    billed: 200,
  }
  it.each([
    [bar, 'Thu 19 Dec: 1,200 tokens, 120\u00a0% of 1,000, 200 billed'],
    [
      { ...bar, final: false, billed: 0 },
      'Thu 19 Dec: 1,200 tokens, 120\u00a0% of 1,000, none billed, may still change',
    ],
    [{ ...bar, today: true, tokens: 0, limit: 0 }, 'Thu 19 Dec: 0 tokens, so far'],
    [{ kind: 'gap', date: '2024-12-18' }, 'Wed 18 Dec: no data'],
  ] as [DayBar, string][])('says it', (each, text) => expect(readDay(each)).toBe(text))
})

describe('moveAlong columns', () => {
  const ten = Array.from({ length: 10 }, (_, at) => at)
  it.each([
    [5, 'ArrowLeft', 4],
    [0, 'ArrowLeft', 0],
    [5, 'PageUp', 9],
    [5, 'Home', 0],
    [5, 'q', null],
  ])('%i %s', (at, key, to) => expect(moveAlong(ten, at, 7, key)).toBe(to))
})

describe('deliveryWords', () => {
  const delivery = (partial: Partial<DeliveryView>): DeliveryView => ({
    channel: 'slack-1',
    kind: 'slack',
    state: 'pending',
    attempts: 0,
    last_status: null,
    last_error: null,
    next_attempt_at: null,
    delivered_at: null,
    ...partial,
  })
  const words = (deliveries: DeliveryView[], rest: Partial<AlertView> = {}) =>
    deliveryWords({ deliveries, sent: false, message_id: 'm', ...rest } as AlertView, DAY).map(each => each.text)
  it.each([
    ['being sent', words([delivery({})]), ['Slack: being sent']],
    [
      'retried',
      words([delivery({ attempts: 2, last_status: 503, next_attempt_at: DAY + 240 })]),
      ['Slack: HTTP 503, next try in 4 m'],
    ],
    [
      'retried now',
      words([delivery({ attempts: 2, last_status: 503, next_attempt_at: DAY })]),
      ['Slack: HTTP 503, trying again'],
    ],
    [
      'given up at once',
      words([delivery({ state: 'parked', attempts: 1, last_status: 410 })]),
      ['Slack: given up after 1 try (HTTP 410)'],
    ],
    ['without an answer', words([delivery({ attempts: 1, last_error: 'timed out' })]), ['Slack: timed out']],
    ['delivered', words([delivery({ state: 'delivered', kind: 'discord' })]), ['Discord: delivered']],
    [
      'given up',
      words([delivery({ state: 'parked', attempts: 3, last_status: 404 })]),
      ['Slack: given up after 3 tries (HTTP 404)'],
    ],
    ['without a webhook', words([]), ['No webhook set: shown here only']],
    ['without a webhook, of an older release', words([], { message_id: null }), ['No webhook set: shown here only']],
    ['delivered so long ago that nobody knows to whom', words([], { sent: true }), ['Delivered']],
  ])('%s', (_name, said, expected) => expect(said).toEqual(expected))
})
