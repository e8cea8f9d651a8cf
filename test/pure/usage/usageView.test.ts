import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { classifier } from '../../../src/models.ts'
import { groupMap } from '../../../src/usage/usageGroup.ts'
import { modelUsages, percentageOf, usageView } from '../../../src/usage/usageView.ts'
import { group, groupsOf, isPaidByOpenAi, tokens } from './sampleGroups.ts'

const classify = classifier(new Map())
const MIDNIGHT = Date.UTC(2027, 2, 10) / 1000
const DAY = 86_400

const FORESIGHT = {
  limitCounts: 'all',
  forecast: { premium: null, mini: null },
  hasFree: { premium: true, mini: false },
} as const

describe('usageView', () => {
  it('is whole: parts add up, the largest model first, nothing below zero', () => {
    fc.assert(
      fc.property(groupsOf, fc.integer({ min: 1, max: 10_000_000 }), (groups, limit) => {
        const held = [...groupMap(groups).values()]
        const facts = {
          date: '2027-03-10',
          groups: held,
          limits: { premium: limit, mini: limit },
          lastUpdated: 1,
          stale: false,
          ...FORESIGHT,
        }
        const view = usageView(facts, classify)
        for (const tier of [view.premium, view.mini]) {
          expect(tier.tokens_used).toBe(tier.input_tokens + tier.output_tokens)
          expect(tier.used).toBe(tier.tokens_used)
          expect(tier.free_tokens + tier.billed_tokens).toBe(tier.tokens_used)
          expect(tier.remaining).toBe(Math.max(0, limit - tier.tokens_used))
          expect(tier.percentage).toBe(percentageOf(tier.tokens_used, limit))
          expect([tier.counted_tokens, tier.counted_percentage]).toEqual([tier.tokens_used, tier.percentage])
        }
        expect(view.premium.free_remaining).toBe(Math.max(0, limit - view.premium.free_tokens))
        expect(view.mini.free_remaining).toBeNull()
        const free = usageView({ ...facts, limitCounts: 'free' }, classify).premium
        expect([free.limit_counts, free.counted_tokens]).toEqual(['free', free.free_tokens])
        const sizes = view.models.map(model => model.total_tokens)
        expect(sizes).toEqual([...sizes].sort((a, b) => b - a))
        expect(view.premium.tokens_used + view.mini.tokens_used).toBe(sizes.reduce((sum, n) => sum + n, 0))
        // The order of equals does not flicker.
        expect(modelUsages([...held].reverse(), classify)).toEqual(view.models)
      }),
    )
  })

  it('names what a model belongs to, and says null or unknown where OpenAI said nothing', () => {
    const facts = { date: '2027-03-10', limits: { premium: 10, mini: 10 }, lastUpdated: 7, stale: true, ...FORESIGHT }
    const groups = [
      group({ model: 'gpt-4o-mini', serviceTier: 'data sharing', project: 'p1', apiKey: 'k', input: 1, requests: 1 }),
      group({ model: 'gpt-4o-mini', serviceTier: 'data sharing', project: 'p1', user: 'u', input: 2, cached: 2 }),
      group({ model: '', output: 1 }),
    ]
    const view = usageView({ ...facts, groups }, classify)
    expect(view).toMatchObject({ date: '2027-03-10', resets_at: MIDNIGHT + DAY, last_updated: 7, stale: true })
    expect(view.models).toEqual([
      {
        model: 'gpt-4o-mini',
        tier: 'mini',
        unclassified: false,
        service_tier: 'data sharing',
        project_id: 'p1',
        free: true,
        input_tokens: 3,
        output_tokens: 0,
        cached_tokens: 2,
        total_tokens: 3,
        requests: 1,
      },
      {
        model: 'unknown',
        tier: 'premium',
        unclassified: true,
        service_tier: null,
        project_id: null,
        free: false,
        input_tokens: 0,
        output_tokens: 1,
        cached_tokens: 0,
        total_tokens: 1,
        requests: 0,
      },
    ])
  })

  it('merges what API keys and users share, so that no row is there twice and none is lost', () => {
    fc.assert(
      fc.property(groupsOf, groups => {
        const models = modelUsages(groups, classify)
        const keys = models.map(of => JSON.stringify([of.model, of.service_tier, of.project_id]))
        expect(new Set(keys).size).toBe(keys.length)
        for (const { model, service_tier, project_id, ...of } of models) {
          const mine = groups.filter(
            each =>
              (each.model || 'unknown') === model &&
              each.serviceTier === (service_tier ?? '') &&
              each.project === (project_id ?? ''),
          )
          const sum = (field: 'input' | 'output' | 'cached' | 'requests') =>
            mine.reduce((all, each) => all + each[field], 0)
          expect([of.input_tokens, of.output_tokens, of.cached_tokens, of.requests]).toEqual([
            sum('input'),
            sum('output'),
            sum('cached'),
            sum('requests'),
          ])
          expect([of.total_tokens, of.free]).toEqual([tokens(mine), isPaidByOpenAi(service_tier ?? '')])
        }
        const wanted = new Set(groups.map(each => JSON.stringify([each.model, each.serviceTier, each.project])))
        expect(models.length).toBe(wanted.size)
      }),
    )
  })

  it('orders models of equal use by name, whatever order they came in', () => {
    const groups = ['b', 'a', 'c'].map(model => group({ model, input: 1 }))
    expect(modelUsages(groups, classify).map(({ model }) => model)).toEqual(['a', 'b', 'c'])
    expect(modelUsages(groups.toReversed(), classify).map(({ model }) => model)).toEqual(['a', 'b', 'c'])
  })

  it('shows the brief’s own example', () => {
    expect([
      percentageOf(45_000, 1_000_000),
      percentageOf(120_000, 10_000_000),
      percentageOf(850_000, 1_000_000),
    ]).toEqual([5, 1, 85])
  })
})
