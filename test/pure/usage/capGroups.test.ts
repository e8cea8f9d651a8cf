import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { classifier } from '../../../src/models.ts'
import { packGroups } from '../../../src/tracker/store/groupsText.ts'
import { capGroups, MOST_GROUPS_PER_BUCKET } from '../../../src/usage/foldBuckets.ts'
import { tierTotals } from '../../../src/usage/tierTotals.ts'
import { groupMap, totalTokens } from '../../../src/usage/usageGroup.ts'
import { group, groupOf } from './sampleGroups.ts'

const classify = classifier(new Map())
const bounds = fc.tuple(fc.integer({ min: 1, max: 10 }), fc.integer({ min: 1, max: 2000 }))

describe('capGroups', () => {
  it('keeps totals of each tier, free and billed exact, whatever it sums up', () => {
    fc.assert(
      fc.property(fc.array(groupOf, { maxLength: 40 }), bounds, (groups, [most, mostChars]) => {
        const map = groupMap(groups)
        const capped = capGroups(map, classify, most, mostChars)
        expect(tierTotals(capped.values(), classify)).toEqual(tierTotals(map.values(), classify))
        // The kept ones, and an `other` for each tier and service tier.
        expect(capped.size).toBeLessThanOrEqual(Math.min(map.size, most + 8))
      }),
    )
  })

  it('bounds the number of groups and the length of their row, however many names there are', () => {
    const wild = fc.record({ of: groupOf, serviceTier: fc.nat(60), name: fc.nat(300) })
    fc.assert(
      fc.property(
        fc.array(wild, { minLength: 60, maxLength: 200 }),
        fc.integer({ min: 500, max: 20_000 }),
        (all, mostChars) => {
          const map = groupMap(
            all.map(({ of, serviceTier, name }, n) => ({
              ...of,
              model: `gpt-4-${n}${'x'.repeat(name)}`,
              serviceTier: `tier-${serviceTier}`,
            })),
          )
          const capped = capGroups(map, classify, 30, mostChars)
          const isFolded = capped.size < map.size
          // Two tiers, and twenty service tiers before their names are given up.
          expect(capped.size).toBeLessThanOrEqual(isFolded ? 30 + 2 * 20 : 30)
          expect(packGroups(capped.values()).length).toBeLessThanOrEqual(mostChars + 2 * 20 * 100)
          expect(tierTotals(capped.values(), classify)).toEqual(tierTotals(map.values(), classify))
        },
      ),
      { numRuns: 40 },
    )
  })

  it('counts names as they are written: a control character takes six', () => {
    const groups = groupMap(
      Array.from({ length: 100 }, (_, n) => group({ model: `${n}${'\u0001'.repeat(1000)}`, input: 1 })),
    )
    expect(packGroups(capGroups(groups, classify, 1000, 120_000).values()).length).toBeLessThan(121_000)
  })

  it('folds what is smaller than all that it keeps', () => {
    fc.assert(
      fc.property(fc.array(groupOf, { minLength: 12, maxLength: 40 }), groups => {
        const map = groupMap(groups)
        const kept = [...capGroups(map, classify, 5).keys()].filter(key => map.has(key))
        const gone = [...map.keys()].filter(key => !kept.includes(key))
        const sizes = (keys: string[]) => keys.map(key => totalTokens(map.get(key) ?? group()))
        const named = kept.filter(key => !key.includes('other ('))
        if (gone.length > 0 && named.length > 0)
          expect(Math.min(...sizes(named))).toBeGreaterThanOrEqual(
            Math.max(...sizes(gone.filter(key => !key.includes('other (')))),
          )
      }),
    )
  })

  it('leaves groups as they are where there are not too many', () => {
    const map = groupMap(['a', 'b', 'c'].map((model, n) => group({ model, input: n })))
    expect(capGroups(map, classify, 3)).toBe(map)
    const many = groupMap(
      Array.from({ length: MOST_GROUPS_PER_BUCKET }, (_, n) => group({ apiKey: `key_${n}`, input: n })),
    )
    expect(capGroups(many, classify)).toBe(many)
    expect(capGroups(groupMap([...many.values(), group()]), classify).size).toBe(MOST_GROUPS_PER_BUCKET + 1)
  })

  it('keeps the largest by name, equal ones in the order of their names, and drops the names of the rest', () => {
    const groups = [
      group({ model: 'gpt-4-d', project: 'p', apiKey: 'k', input: 4, output: 1 }),
      group({ model: 'gpt-4-c', project: 'p', user: 'u', input: 5 }),
      group({ model: 'gpt-4-a', project: 'p', input: 2, output: 9 }),
      group({ model: 'gpt-4-b', project: 'p', serviceTier: 'flex', apiKey: 'k', input: 3, requests: 7 }),
      group({ model: 'gpt-4-b', project: 'p', serviceTier: 'flex', apiKey: 'l', input: 1, requests: 1 }),
      group({ model: 'gpt-4o-mini', project: 'p', serviceTier: 'incentivized-tier', user: 'u', input: 1 }),
    ]
    const kept = [groups[2], groups[1]]
    const rest = [
      group({ model: 'other (premium)', input: 4, output: 1 }),
      group({ model: 'other (premium)', serviceTier: 'flex', input: 4, requests: 8 }),
      group({ model: 'other (mini)', serviceTier: 'incentivized-tier', input: 1 }),
    ]
    for (const order of [groups, groups.toReversed()]) {
      expect(new Set(capGroups(groupMap(order), classify, 2).values())).toEqual(new Set([...kept, ...rest]))
    }
  })
})
