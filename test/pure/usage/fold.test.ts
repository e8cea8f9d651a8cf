import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { classifier } from '../../../src/models.ts'
import { foldByDate } from '../../../src/usage/foldBuckets.ts'
import { groupChanges, sameGroups } from '../../../src/usage/groupChanges.ts'
import { tickCurve } from '../../../src/usage/tickCurve.ts'
import { isSteepFall, tierTotals } from '../../../src/usage/tierTotals.ts'
import { type Bucket, groupKey, groupMap, isZero, type UsageGroup } from '../../../src/usage/usageGroup.ts'
import { group, groupOf, groupsOf, isMini, isPaidByOpenAi, tokens } from './sampleGroups.ts'

const classify = classifier(new Map())
const MIDNIGHT = Date.UTC(2027, 2, 10) / 1000
const DAY = 86_400

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

describe('groupChanges', () => {
  const apply = (before: ReadonlyMap<string, UsageGroup>, changes: readonly UsageGroup[]) => {
    const after = new Map(before)
    for (const group of changes) after.set(groupKey(group), group)
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
  const total = (of: number) => tierTotals([group({ input: of })], classify)
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
