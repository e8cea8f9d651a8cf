import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { classifier } from '../../../../src/models.ts'
import {
  addsUp,
  countEntries,
  type Hours,
  hoursOf,
  isBelieved,
  sumOfHours,
  unplacedGroups,
  withUnplaced,
} from '../../../../src/tracker/reads/hoursOfDay.ts'
import { capGroups } from '../../../../src/usage/foldBuckets.ts'
import { tierTotals } from '../../../../src/usage/tierTotals.ts'
import { type GroupMap, groupMap, type UsageGroup, withoutOwners } from '../../../../src/usage/usageGroup.ts'
import { groupOf, used } from '../sampleMemory.ts'

const DATE = '2027-03-10'
const at = (text: string) => Date.parse(`${text}:00Z`) / 1000
const MIDNIGHT_S = at(`${DATE}T00:00`)
const LAST_S = at(`${DATE}T23:00`)
const classify = classifier(new Map())

const count = fc.nat(1000)
const group: fc.Arbitrary<UsageGroup> = fc.record({
  model: fc.constantFrom('gpt-4o', 'gpt-4o-mini', 'o1-mini', 'a', 'b', 'c'),
  serviceTier: fc.constantFrom('', 'default', 'incentivized-tier'),
  project: fc.constantFrom('', 'p', 'q'),
  apiKey: fc.constantFrom('', 'key_1', 'key_2'),
  user: fc.constantFrom('', 'user_1'),
  input: fc.integer({ min: 1, max: 1000 }),
  output: count,
  cached: count,
  requests: count,
})
/** What was used, each with the hour that tells of it; -1: none does yet. */
const uses = fc.array(fc.tuple(group, fc.integer({ min: -1, max: 23 })), { maxLength: 25 })

/** The day by all that is known, and its hours, which know neither keys nor users. */
function told(of: readonly (readonly [UsageGroup, number])[]): { day: GroupMap; hours: Hours } {
  const placed = Map.groupBy(
    of.filter(([, hour]) => hour >= 0),
    ([, hour]) => MIDNIGHT_S + hour * 3600,
  )
  const hours = [...placed].map(([hour, parts]) => [hour, withoutOwners(parts.map(([each]) => each))] as const)
  return { day: groupMap(of.map(([each]) => each)), hours: new Map(hours) }
}

const totals = (groups: GroupMap) => tierTotals(groups.values(), classify)

describe('hoursOf', () => {
  it('are those of its own date with usage, at the start of the hour', () => {
    const hour = (text: string, ...groups: UsageGroup[]) => ({ start: at(text), groups })
    const mini = groupOf({ model: 'gpt-4o-mini', output: 2 })
    const buckets = [
      hour('2027-03-10T05:00', groupOf({ input: 3 }), mini),
      hour('2027-03-10T04:10', groupOf({ input: 1 }), groupOf({ input: 1, project: 'p' })),
      hour('2027-03-10T06:00'),
      hour('2027-03-11T00:00', groupOf({ input: 9 })),
      hour('2027-03-09T23:00', groupOf({ input: 9 })),
    ]
    const hours = hoursOf(DATE, buckets, classify)
    expect([...hours.keys()]).toEqual([at('2027-03-10T05:00'), at('2027-03-10T04:00')])
    expect([...(hours.get(at('2027-03-10T05:00'))?.values() ?? [])]).toEqual([groupOf({ input: 3 }), mini])
    const idle = groupMap([groupOf({ model: 'idle', requests: 3 }), mini])
    // One entry for each hour and model that used tokens.
    expect(countEntries(new Map([...hours, [0, idle]]))).toBe(4)
  })
})

describe('addsUp', () => {
  it('is true when the hours tell of all that the day has, and false when one token is missing', () => {
    fc.assert(
      fc.property(uses, of => {
        const { day, hours } = told(of)
        expect(addsUp(hours, day, classify)).toBe(of.every(([, hour]) => hour >= 0))
      }),
    )
  })

  it('compares by tier where there were too many groups to keep apart', () => {
    const folded = (most: number) => (groups: GroupMap) => capGroups(groups, classify, most)
    fc.assert(
      fc.property(fc.array(fc.tuple(group, fc.nat(23)), { minLength: 1, maxLength: 25 }), of => {
        const { day, hours } = told(of)
        const few = new Map([...hours].map(([hour, groups]) => [hour, folded(2)(groups)]))
        expect(addsUp(few, folded(1)(day), classify)).toBe(true)
        const less = new Map([...few].slice(1))
        expect(addsUp(less, folded(1)(day), classify)).toBe(false)
      }),
    )
  })
})

describe('isBelieved', () => {
  const hours = (...tokens: [premium: number, mini?: number][]): Hours =>
    new Map(tokens.map(([premium, mini], n) => [MIDNIGHT_S + n * 3600, used(premium, mini)]))

  it.each<[string, Hours, Hours, GroupMap, boolean]>([
    ['the same again', hours([5, 1]), hours([5, 1]), used(5, 1), true],
    ['more, though the day does not know it yet', hours([6]), hours([5]), used(5), true],
    ['less, because the day went down', hours([4]), hours([5]), used(4), true],
    ['less, and nearer to a day that went down further', hours([4]), hours([6]), used(3), true],
    ['anything, where nothing is held', hours(), hours(), used(100), true],
    ['an empty answer', hours(), hours([5, 1]), used(5, 1), false],
    ['an empty answer, where the day has moved on', hours(), hours([5]), used(9), false],
    ['one that lost one tier', hours([9]), hours([5, 1]), used(9, 1), false],
    ['one that lost half of the hours', hours([5]), hours([5], [5]), used(10), false],
    ['more than can be counted exactly', hours([Number.MAX_SAFE_INTEGER], [1]), hours([5]), used(5), false],
    ['less than is held, while the day has more', hours([4]), hours([5]), used(6), false],
  ])('%s', (_, answer, held, day, believed) => expect(isBelieved(answer, held, day, classify)).toBe(believed))

  it('never takes part of the hours for those that are held, while the day says no less', () => {
    fc.assert(
      fc.property(uses, fc.nat(24), (of, gone) => {
        const { day, hours: held } = told(of)
        const answer = new Map([...held].filter((_, n) => n >= gone))
        const lost = [...held].length > answer.size
        expect(isBelieved(answer, held, day, classify)).toBe(!lost)
        expect(isBelieved(held, answer, day, classify)).toBe(true)
      }),
    )
  })
})

describe('withUnplaced', () => {
  it('puts what the day has and no hour has into one hour, so that the hours add up to the day exactly', () => {
    fc.assert(
      fc.property(uses, of => {
        const { day, hours } = told(of)
        const whole = withUnplaced(hours, day, LAST_S, classify)
        expect(addsUp(whole, day, classify)).toBe(true)
        for (const [hour, groups] of hours) if (hour !== LAST_S) expect(whole.get(hour)).toBe(groups)
        expect(unplacedGroups(day, whole, classify)).toEqual([])
      }),
    )
  })

  it('takes nothing back where the hours were read after the day and have more', () => {
    const hours = new Map([[MIDNIGHT_S, used(7, 3)]])
    expect(withUnplaced(hours, used(5, 4), LAST_S, classify)).toEqual(new Map([...hours, [LAST_S, used(0, 1)]]))
    expect(withUnplaced(hours, used(5, 3), LAST_S, classify)).toEqual(hours)
  })

  it('counts nothing twice where a day has too many groups to keep apart', () => {
    fc.assert(
      fc.property(uses, fc.integer({ min: 1, max: 3 }), (of, most) => {
        const { day, hours } = told(of)
        const whole = withUnplaced(hours, capGroups(day, classify, most), LAST_S, classify)
        for (const tier of ['premium', 'mini'] as const) {
          const { tokens, free, billed } = totals(day)[tier]
          expect(totals(sumOfHours(whole))[tier]).toMatchObject({ tokens, free, billed })
        }
      }),
    )
  })
})
