import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { classifier } from '../../../src/models.ts'
import { capGroups, foldByDate } from '../../../src/usage/foldBuckets.ts'
import { groupChanges, sameGroups } from '../../../src/usage/groupChanges.ts'
import { tickCurve } from '../../../src/usage/tickCurve.ts'
import { isSteepFall, tierTotals } from '../../../src/usage/tierTotals.ts'
import { type Bucket, groupMap, isZero, type UsageGroup } from '../../../src/usage/usageGroup.ts'
import { modelUsages, percentageOf, usageView } from '../../../src/usage/usageView.ts'

const classify = classifier(new Map())
const MIDNIGHT = Date.UTC(2027, 2, 10) / 1000
const DAY = 86_400

const count = fc.integer({ min: 0, max: 1_000_000 })
const name = fc.constantFrom('gpt-4o', 'gpt-4o-mini', 'o1-mini', 'gpt-4', '', '__proto__', 'a"b', 'other (mini)')
const serviceTier = fc.constantFrom('', 'default', 'incentivized-tier', 'data sharing')
const groupOf: fc.Arbitrary<UsageGroup> = fc
  .record({
    model: name,
    serviceTier,
    project: fc.constantFrom('', 'p1', 'p2'),
    input: count,
    output: count,
    requests: count,
  })
  .chain(group => fc.integer({ min: 0, max: group.input }).map(cached => ({ ...group, cached })))
const groupsOf = fc.array(groupOf, { maxLength: 12 })

/** By hand, over the brief's table. */
const isMini = (model: string) => model.startsWith('gpt-4o-mini') || model === 'other (mini)'
const isPaidByOpenAi = (tier: string) => tier === 'incentivized-tier' || tier === 'data sharing'
const group = (partial: Partial<UsageGroup> = {}): UsageGroup => ({
  model: 'gpt-4o',
  serviceTier: '',
  project: '',
  input: 0,
  output: 0,
  cached: 0,
  requests: 0,
  ...partial,
})
const tokens = (groups: readonly UsageGroup[], of = (_: UsageGroup) => true) =>
  groups.filter(of).reduce((sum, group) => sum + group.input + group.output, 0)

describe('tierTotals', () => {
  it('adds up to the token: input and output, free and billed, cached inside input', () => {
    fc.assert(
      fc.property(groupsOf, groups => {
        const totals = tierTotals(groups, classify)
        for (const tier of ['premium', 'mini'] as const) {
          const mine = groups.filter(group => isMini(group.model) === (tier === 'mini'))
          expect(totals[tier]).toEqual({
            tokens: tokens(mine),
            input: mine.reduce((sum, group) => sum + group.input, 0),
            output: mine.reduce((sum, group) => sum + group.output, 0),
            cached: mine.reduce((sum, group) => sum + group.cached, 0),
            requests: mine.reduce((sum, group) => sum + group.requests, 0),
            free: tokens(mine, group => isPaidByOpenAi(group.serviceTier)),
            billed: tokens(mine, group => !isPaidByOpenAi(group.serviceTier)),
          })
        }
      }),
    )
  })
})

describe('foldByDate', () => {
  it('gives every bucket to its own date, whatever the order, and leaves other dates out', () => {
    const bucket = fc.record({
      start: fc.integer({ min: MIDNIGHT - 2 * DAY, max: MIDNIGHT + 2 * DAY }),
      groups: groupsOf,
    })
    fc.assert(
      fc.property(fc.array(bucket, { maxLength: 8 }), (buckets: Bucket[]) => {
        const folded = foldByDate(buckets, ['2027-03-09', '2027-03-10'], classify)
        expect([...folded.keys()]).toEqual(['2027-03-09', '2027-03-10'])
        for (const [date, groups] of folded) {
          const own = buckets.filter(({ start }) => new Date(start * 1000).toISOString().startsWith(date))
          expect(tokens([...groups.values()])).toBe(tokens(own.flatMap(({ groups: of }) => of)))
        }
        expect(foldByDate([...buckets].reverse(), ['2027-03-10'], classify).get('2027-03-10')?.size).toBe(
          folded.get('2027-03-10')?.size,
        )
      }),
    )
  })

  it('says zero for a date of the walk without a bucket', () => {
    expect(foldByDate([], ['2027-03-10'], classify)).toEqual(new Map([['2027-03-10', new Map()]]))
  })
})

describe('capGroups', () => {
  it('keeps totals of tier, free and billed exact, whatever it sums up', () => {
    fc.assert(
      fc.property(fc.array(groupOf, { maxLength: 40 }), fc.integer({ min: 1, max: 10 }), (groups, most) => {
        const map = groupMap(groups)
        const capped = capGroups(map, classify, most)
        expect(tierTotals(capped.values(), classify)).toEqual(tierTotals(map.values(), classify))
        // At most: the kept ones and an `other` for each tier and kind of service tier.
        expect(capped.size).toBeLessThanOrEqual(Math.min(map.size, most + 6))
      }),
    )
  })

  it('leaves groups as they are where there are not too many', () => {
    const map = groupMap(['a', 'b', 'c'].map((model, n) => group({ model, input: n })))
    expect(capGroups(map, classify, 3)).toBe(map)
  })

  it('keeps the largest by name, equal ones in the order of their names, and drops the names of the rest', () => {
    const groups = [
      group({ model: 'gpt-4-d', project: 'p', input: 4, output: 1 }),
      group({ model: 'gpt-4-c', project: 'p', input: 5 }),
      group({ model: 'gpt-4-a', project: 'p', input: 2, output: 9 }),
      group({ model: 'gpt-4-b', project: 'p', serviceTier: 'flex', input: 3, requests: 7 }),
      group({ model: 'gpt-4o-mini', project: 'p', serviceTier: 'incentivized-tier', input: 1 }),
    ]
    const kept = [group({ model: 'gpt-4-a', project: 'p', input: 2, output: 9 }), groups[1]]
    const rest = [
      group({ model: 'other (premium)', input: 7, output: 1, requests: 7 }),
      group({ model: 'other (mini)', serviceTier: 'incentivized-tier', input: 1 }),
    ]
    for (const order of [groups, groups.toReversed()]) {
      expect([...capGroups(groupMap(order), classify, 2).values()]).toEqual([...kept, ...rest])
    }
  })
})

describe('groupChanges', () => {
  const apply = (before: ReadonlyMap<string, UsageGroup>, changes: readonly UsageGroup[]) => {
    const after = new Map(before)
    for (const group of changes) after.set(JSON.stringify([group.model, group.serviceTier, group.project]), group)
    return after
  }

  it('turns what was into what is, and says nothing when nothing changed', () => {
    fc.assert(
      fc.property(groupsOf, groupsOf, (a, b) => {
        const [before, after] = [groupMap(a), groupMap(b)]
        const applied = apply(before, groupChanges(before, after))
        expect(tierTotals(applied.values(), classify)).toEqual(tierTotals(after.values(), classify))
        expect(sameGroups(applied, after)).toBe(true)
        expect(groupChanges(after, after)).toEqual([])
      }),
    )
  })

  it('tells of a group that vanished by zeros', () => {
    const held = group({ model: 'o1-mini', input: 1, output: 2, requests: 1 })
    expect(groupChanges(groupMap([held]), new Map())).toEqual([group({ model: 'o1-mini' })])
  })

  it.each(['input', 'output', 'cached', 'requests'] as const)('tells of a group of which only %s is known', field => {
    const some = group({ [field]: 1 })
    expect(isZero(some)).toBe(false)
    expect(groupChanges(new Map(), groupMap([some]))).toEqual([some])
    expect(groupChanges(groupMap([some]), new Map())).toEqual([group()])
    expect(groupChanges(groupMap([group()]), groupMap([some]))).toEqual([some])
  })

  it('does not tell of a group without use that comes or goes', () => {
    expect(isZero(group())).toBe(true)
    expect([...groupChanges(new Map(), groupMap([group()])), ...groupChanges(groupMap([group()]), new Map())]).toEqual(
      [],
    )
  })
})

describe('sameGroups', () => {
  it('sees one token of difference', () => {
    expect(sameGroups(groupMap([group({ output: 1 })]), groupMap([group({ output: 2 })]))).toBe(false)
    expect(sameGroups(groupMap([group({ output: 2 })]), groupMap([group({ output: 2 })]))).toBe(true)
  })
})

describe('isSteepFall', () => {
  const total = (of: number) =>
    tierTotals(
      [{ model: 'gpt-4o', serviceTier: '', project: '', input: of, output: 0, cached: 0, requests: 0 }],
      classify,
    )
  it.each([
    [100, 50, false],
    [100, 49, true],
    [100, 0, true],
    [0, 0, false],
    [0, 100, false],
    [1, 0, true],
  ])('from %i to %i: %s', (before, after, steep) => expect(isSteepFall(total(before), total(after))).toBe(steep))
})

describe('tickCurve', () => {
  it('is the sum of everything of the tick’s date before the tick, like adding up one by one', () => {
    const use = fc.record({ at: fc.integer({ min: 0, max: 2 * DAY - 1 }), group: groupOf })
    const ticksOf = fc.uniqueArray(fc.integer({ min: 0, max: 2 * 1440 - 1 }), { minLength: 1, maxLength: 6 })
    fc.assert(
      fc.property(fc.array(use, { maxLength: 30 }), ticksOf, (uses, minutes) => {
        const inBuckets = (width: number) => {
          const buckets = new Map<number, UsageGroup[]>()
          for (const { at, group } of uses) {
            const start = MIDNIGHT + Math.floor(at / width) * width
            buckets.set(start, [...(buckets.get(start) ?? []), group])
          }
          return [...buckets].map(([start, groups]) => ({ start, groups }))
        }
        const ticks = minutes.map(minute => MIDNIGHT + minute * 60).sort((a, b) => a - b)
        expect(tickCurve(ticks, inBuckets(3600), inBuckets(60), classify)).toEqual(
          ticks.map(tick => {
            const midnight = tick - ((tick - MIDNIGHT) % DAY)
            const before = uses
              .filter(({ at }) => MIDNIGHT + at >= midnight && MIDNIGHT + at < tick)
              .map(({ group }) => group)
            return {
              timestamp: tick,
              date: tick < MIDNIGHT + DAY ? '2027-03-10' : '2027-03-11',
              premium_tokens: tokens(before, group => !isMini(group.model)),
              mini_tokens: tokens(before, group => isMini(group.model)),
            }
          }),
        )
      }),
    )
  })

  it('counts full hours and full minutes only, whatever begins with the tick', () => {
    const at = (start: number, input: number) => ({ start, groups: [group({ input })] })
    const noon = MIDNIGHT + 12 * 3600
    const hours = [at(noon - 3600, 1), at(noon, 1000)]
    const minutes = [at(noon, 10), at(noon + 60, 100), at(noon + 120, 10_000)]
    const curve = tickCurve([noon, noon + 60, noon + 120], hours, minutes, classify)
    expect(curve.map(point => point.premium_tokens)).toEqual([1, 11, 111])
  })
})

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
        }
        const view = usageView(facts, classify)
        for (const tier of [view.premium, view.mini]) {
          expect(tier.tokens_used).toBe(tier.input_tokens + tier.output_tokens)
          expect(tier.used).toBe(tier.tokens_used)
          expect(tier.free_tokens + tier.billed_tokens).toBe(tier.tokens_used)
          expect(tier.remaining).toBe(Math.max(0, limit - tier.tokens_used))
          expect(tier.percentage).toBe(percentageOf(tier.tokens_used, limit))
        }
        const sizes = view.models.map(model => model.total_tokens)
        expect(sizes).toEqual([...sizes].sort((a, b) => b - a))
        expect(view.premium.tokens_used + view.mini.tokens_used).toBe(sizes.reduce((sum, n) => sum + n, 0))
        // The order of equals does not flicker.
        expect(modelUsages([...held].reverse(), classify)).toEqual(view.models)
      }),
    )
  })

  it('names what a model belongs to, and says null or unknown where OpenAI said nothing', () => {
    const facts = { date: '2027-03-10', limits: { premium: 10, mini: 10 }, lastUpdated: 7, stale: true }
    const groups = [
      group({ model: 'gpt-4o-mini', serviceTier: 'data sharing', project: 'p1', input: 3, cached: 2, requests: 1 }),
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
