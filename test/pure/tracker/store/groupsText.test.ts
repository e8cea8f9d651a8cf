import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { packGroups, unpackGroups } from '../../../../src/tracker/store/groupsText.ts'
import { groupMap, isZero, type UsageGroup } from '../../../../src/usage/usageGroup.ts'
import { groupOf } from '../sampleMemory.ts'

const name = fc.oneof(fc.constantFrom('', 'gpt-4o', '__proto__', 'a"b\\', 'ключ\u2028'), fc.string())
const count = fc.nat({ max: Number.MAX_SAFE_INTEGER })
const group: fc.Arbitrary<UsageGroup> = fc.record({
  ...{ model: name, serviceTier: name, project: name, apiKey: name, user: name },
  ...{ input: count, output: count, cached: count, requests: count },
})

describe('packGroups and unpackGroups', () => {
  it('give back every group that says something, whatever its names', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(group, {
          selector: each => JSON.stringify([each.model, each.serviceTier, each.project, each.apiKey, each.user]),
          maxLength: 8,
        }),
        groups => {
          expect(unpackGroups(packGroups(groups))).toEqual(groupMap(groups.filter(each => !isZero(each))))
        },
      ),
    )
  })

  it('leave out groups of zeros, and write no more than names and numbers', () => {
    const groups = [groupOf({ apiKey: 'k', user: 'u', input: 1, output: 2, cached: 3, requests: 4 }), groupOf()]
    expect(packGroups(groups)).toBe('[["gpt-4o","","","k","u",1,2,3,4]]')
    expect(packGroups([])).toBe('[]')
  })
})
