import fc from 'fast-check'
import type { UsageGroup } from '../../../src/usage/usageGroup.ts'

const count = fc.integer({ min: 0, max: 1_000_000 })

/** Any group of a few names, so that some coincide. */
export const groupOf: fc.Arbitrary<UsageGroup> = fc
  .record({
    model: fc.constantFrom('gpt-4o', 'gpt-4o-mini', 'o1-mini', 'gpt-4', '', '__proto__', 'a"b', 'other (mini)'),
    serviceTier: fc.constantFrom('', 'default', 'incentivized-tier', 'data sharing'),
    project: fc.constantFrom('', 'p1', 'p2'),
    apiKey: fc.constantFrom('', 'key_1', 'key_2'),
    user: fc.constantFrom('', 'user_1'),
    input: count,
    output: count,
    requests: count,
  })
  .chain(group => fc.integer({ min: 0, max: group.input }).map(cached => ({ ...group, cached })))
export const groupsOf = fc.array(groupOf, { maxLength: 12 })

export function group(partial: Partial<UsageGroup> = {}): UsageGroup {
  const names = { model: 'gpt-4o', serviceTier: '', project: '', apiKey: '', user: '' }
  return { ...names, input: 0, output: 0, cached: 0, requests: 0, ...partial }
}

/** By hand, over the brief's table. */
export const isMini = (model: string) => model.startsWith('gpt-4o-mini') || model === 'other (mini)'
export const isPaidByOpenAi = (tier: string) => tier === 'incentivized-tier' || tier === 'data sharing'

export function tokens(groups: readonly UsageGroup[], of = (_: UsageGroup) => true): number {
  return groups.filter(of).reduce((sum, each) => sum + each.input + each.output, 0)
}
