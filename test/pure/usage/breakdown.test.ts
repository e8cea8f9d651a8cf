import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { classifier } from '../../../src/models.ts'
import { breakdownOf, partsOf } from '../../../src/usage/breakdown.ts'
import { capGroups } from '../../../src/usage/foldBuckets.ts'
import { tierTotals } from '../../../src/usage/tierTotals.ts'
import { groupMap } from '../../../src/usage/usageGroup.ts'
import type { BreakdownBy } from '../../../src/wire.ts'

const classify = classifier(new Map())
const DIMENSIONS: BreakdownBy[] = ['model', 'tier', 'service_tier', 'project', 'api_key', 'user']
const count = fc.nat(1_000_000)
const group = fc.record({
  model: fc.constantFrom('gpt-4o', 'gpt-4o-mini', 'my-own', '__proto__', ''),
  serviceTier: fc.constantFrom('incentivized-tier', 'default', ''),
  project: fc.constantFrom('proj_a', 'proj_b', 'other', ''),
  apiKey: fc.constantFrom('key_1', 'key_2', 'key_3', ''),
  user: fc.constantFrom('user-1', 'user-2', ''),
  input: count,
  output: count,
  cached: count,
  requests: count,
})

describe('who used what', () => {
  it('adds up to the day by every dimension, to the token, whatever was folded', () => {
    fc.assert(
      fc.property(fc.array(group, { maxLength: 60 }), fc.integer({ min: 1, max: 30 }), (list, most) => {
        const whole = groupMap(list)
        const folded = capGroups(whole, classify, most)
        const must = tierTotals(whole.values(), classify)
        for (const by of DIMENSIONS) {
          const { rows, total, count } = breakdownOf(partsOf(folded.values(), by, classify), by, () => undefined)
          expect(count).toBe(rows.length)
          expect([total.premium_tokens, total.mini_tokens]).toEqual([must.premium.tokens, must.mini.tokens])
          expect([total.free_tokens, total.billed_tokens]).toEqual([
            must.premium.free + must.mini.free,
            must.premium.billed + must.mini.billed,
          ])
          expect(total.requests).toBe(must.premium.requests + must.mini.requests)
          for (const field of Object.keys(total) as (keyof typeof total)[])
            expect(rows.reduce((sum, row) => sum + row[field], 0)).toBe(total[field])
          const shares = rows.reduce((sum, row) => sum + row.share, 0)
          expect(total.tokens_used === 0 ? shares : Math.abs(shares - 1)).toBeLessThan(1e-9)
          expect(rows.map(row => row.tokens_used)).toEqual(rows.map(row => row.tokens_used).sort((a, b) => b - a))
        }
      }),
    )
  })

  it.each<[BreakdownBy, unknown[]]>([
    [
      'api_key',
      [
        ['key_1', 'ci'],
        [null, 'no API key (Playground)'],
      ],
    ],
    [
      'user',
      [
        ['user-1', 'user-1'],
        [null, 'no user'],
      ],
    ],
    [
      'project',
      [
        ['proj_a', 'proj_a'],
        [null, 'no project'],
      ],
    ],
    [
      'model',
      [
        ['gpt-4o', 'gpt-4o'],
        [null, 'unknown model'],
      ],
    ],
  ])('names each %s, by its id where no name is known, and says what it means that there is none', (by, named) => {
    const one = { serviceTier: '', input: 9, output: 0, cached: 0, requests: 1 }
    const groups = [
      { ...one, model: 'gpt-4o', project: 'proj_a', apiKey: 'key_1', user: 'user-1', input: 20 },
      { ...one, model: '', project: '', apiKey: '', user: '' },
    ]
    const { rows } = breakdownOf(partsOf(groups, by, classify), by, id => (id === 'key_1' ? 'ci' : undefined))
    expect(rows.map(({ id, name }) => [id, name])).toEqual(named)
  })

  it('says that the smallest of 5,000 keys were folded, and not that they had no key', () => {
    const groups = Array.from({ length: 5000 }, (_, n) => ({
      model: 'gpt-4o',
      serviceTier: 'default',
      project: `proj_${n % 7}`,
      apiKey: `key_${n}`,
      user: `user-${n % 90}`,
      input: n + 1,
      output: 1,
      cached: 0,
      requests: 1,
    }))
    const folded = capGroups(groupMap(groups), classify)
    expect(folded.size).toBe(2001)
    const { rows, total } = breakdownOf(partsOf(folded.values(), 'api_key', classify), 'api_key', () => undefined)
    expect(rows.find(row => row.id === 'other')).toMatchObject({ name: 'all others', requests: 3000 })
    expect(rows.some(row => row.id === null)).toBe(false)
    expect(total.tokens_used).toBe((5000 * 5001) / 2 + 5000)
  })
})
