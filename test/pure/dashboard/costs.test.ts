import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { costDays } from '../../../src/dashboard/views/costs/costDays.ts'
import { againForCosts, asOf, costParts, noCosts } from '../../../src/dashboard/views/costs/costWords.ts'
import { dollars, plainDollars, roughDollars } from '../../../src/dashboard/words/dollars.ts'
import type { CostsView, Problem } from '../../../src/wire.ts'
import { DAY, HOUR } from './usageView.ts'

const UTC = { name: 'UTC', label: 'UTC' }
const month = (partial: Partial<CostsView['month']> = {}): CostsView['month'] => ({
  month: '2024-12',
  usd: 45.1,
  usd_text: '45.10',
  projected_usd: { low: 55.2, expected: 61.4, high: 69.9 },
  budget_usd: 250,
  ...partial,
})
const view = (partial: Partial<CostsView> = {}): CostsView => ({
  currency: 'usd',
  by: 'day',
  from: '2024-12-19',
  to: '2024-12-19',
  rows: [{ date: '2024-12-19', usd: 1.234, usd_text: '1.234', final: false }],
  total_usd: 1.234,
  total_usd_text: '1.234',
  month: month(),
  as_of: DAY + 10 * HOUR,
  state: 'ok',
  message: null,
  ...partial,
})
const read = (costs: CostsView, today = '2024-12-19') =>
  costParts(costs, today).map(({ before, amount, after, tone }) => `${tone}: ${before} ${amount}${after}`)

describe('costParts', () => {
  it('says what today costs so far, and the month beside its budget with where it ends', () =>
    expect(read(view())).toEqual([
      'none: Today $1.23 so far',
      'none: December $45.10 of $250, ends near $61 ($55–$70)',
    ]))

  const rows = (final?: boolean) => [
    { date: '2024-12-19', usd: 1, usd_text: '1.00', ...(final !== undefined && { final }) },
  ]
  it.each([
    ['costs that no longer move', view({ rows: rows(true) }), 'none: Today $1.00'],
    ['costs that nobody calls provisional', view({ rows: rows() }), 'none: Today $1.00'],
    ['no costs of today yet', view({ rows: [] }), 'none: Today’s costs are not in yet '],
  ])('says of today: %s', (_name, costs, said) => expect(read(costs)[0]).toBe(said))
  it('never says the costs of yesterday to be those of a day that has just begun', () =>
    expect(read(view(), '2024-12-20')[0]).toBe('none: Today’s costs are not in yet '))

  it.each([
    ['no budget', { budget_usd: null }, 'none: December $45.10, ends near $61 ($55–$70)'],
    ['no projection', { projected_usd: null }, 'none: December $45.10 of $250'],
    ['neither', { projected_usd: null, budget_usd: null }, 'none: December $45.10'],
    [
      'no range worth a word',
      { projected_usd: { low: 61.2, expected: 61.3, high: 61.4 } },
      'none: December $45.10 of $250, ends near $61',
    ],
    [
      'on its way past its budget',
      { budget_usd: 50 },
      'warn: December $45.10 of $50, ends near $61 ($55–$70), over budget',
    ],
    ['past its budget', { budget_usd: 40 }, 'warn: December $45.10, over its budget of $40, ends near $61 ($55–$70)'],
    ['exactly at its budget', { budget_usd: 45.1, projected_usd: null }, 'none: December $45.10 of $45.10'],
    ['another month', { month: '2025-01', usd: 0, projected_usd: null }, 'none: January $0.00 of $250'],
  ] as const)('says of the month: %s', (_name, partial, said) =>
    expect(read(view({ month: month(partial) }))[1]).toBe(said),
  )
})

describe('noCosts', () => {
  const message =
    'OpenAI refuses the admin key: it lacks the scope api.usage.read. Create a key with that scope and set it.'
  const problem = { detail: 'The tracker took too long to answer.', title: 'No answer in time' } as Problem
  const unavailable = view({ state: 'unavailable', as_of: null, message })
  it.each([
    ['costs are there', view(), null, null],
    ['costs are there though a later read failed', view({ message }), problem, null],
    ['nothing is known yet', null, null, null],
    [
      'the key may not read them',
      unavailable,
      null,
      'No costs: OpenAI refuses the admin key: it lacks the scope api.usage.read.',
    ],
    ['no reason is given', view({ state: 'unavailable', message: null }), null, 'Costs are not available.'],
    ['the tracker does not answer', null, problem, 'No costs: The tracker took too long to answer.'],
    ['it answers with a title alone', null, { ...problem, detail: '' }, 'No costs: No answer in time'],
  ])('%s', (_name, costs, missing, said) => expect(noCosts(costs, missing)).toBe(said))
})

describe('asOf', () => {
  it('says how old costs are once a later read has failed', () =>
    expect([asOf(view(), UTC), asOf(view({ message: 'OpenAI answers with status 500.' }), UTC)]).toEqual([
      '',
      ' · as of Thu 19 Dec, 10:00 UTC',
    ]))
})

describe('againForCosts', () => {
  const again = (state: CostsView['state'] | null, tries: number) =>
    againForCosts({ value: state && view({ state }), problem: null, since: null, loading: false }, tries)
  it('asks hourly, and for what is not known yet soon and then ever more slowly', () =>
    expect([again('ok', 1), again('ok', 9), ...[1, 2, 6, 10, 5_000].map(tries => again('unavailable', tries))]).toEqual(
      [3_600_000, 3_600_000, 10_000, 20_000, 320_000, 3_600_000, 3_600_000],
    ))
})

describe('costDays', () => {
  const rows = [
    { date: '2024-12-18', usd: 2, usd_text: '2.00', final: true },
    { date: '2024-12-19', usd: 1, usd_text: '1.00', final: false },
  ]
  it('has each of the last dates, a day without costs as not known, and today as provisional', () =>
    expect(costDays(rows, '2024-12-19', 3)).toEqual([
      { date: '2024-12-17', usd: null, final: false },
      { date: '2024-12-18', usd: 2, final: true },
      { date: '2024-12-19', usd: 1, final: false },
    ]))
})

describe('dollars', () => {
  it.each([
    [0, '$0.00'],
    [0.000000001, '< $0.01'],
    [0.005, '$0.01'],
    [0.999, '$1.00'],
    [1_234.5, '$1,234.50'],
    [-0.2, '-$0.20'],
    [-0.001, '$0.00'],
  ])('%d is %s', (usd, text) => expect(dollars(usd)).toBe(text))
  it('writes whole cents as English does', () => {
    const english = new Intl.NumberFormat('en-US', { style: 'currency', currency: 'USD' })
    fc.assert(
      fc.property(fc.integer({ min: -1e11, max: 1e11 }), cents => {
        expect(dollars(cents / 100)).toBe(english.format(cents / 100 || 0))
      }),
    )
  })
})

describe('roughDollars and plainDollars', () => {
  it.each([
    [4.2, '$4.20', '$4.20'],
    [9.999, '$10.00', '$10'],
    [61.4, '$61', '$61.40'],
    [1_249.6, '$1,250', '$1,249.60'],
    [250, '$250', '$250'],
  ])('%d as a forecast and as set', (usd, rough, plain) =>
    expect([roughDollars(usd), plainDollars(usd)]).toEqual([rough, plain]),
  )
})
