import { describe, expect, it } from 'vitest'
import { classifier } from '../../../src/models.ts'
import { dayProfile } from '../../../src/usage/dayProfile.ts'
import { groupMap, type UsageGroup } from '../../../src/usage/usageGroup.ts'
import { startOf } from '../../../src/usage/utcDay.ts'

const DATE = '2027-03-10'
const group = (partial: Partial<UsageGroup>): UsageGroup => ({
  model: 'gpt-4o',
  serviceTier: '',
  project: 'proj_a',
  apiKey: 'key_a',
  user: '',
  input: 0,
  output: 0,
  cached: 0,
  requests: 1,
  ...partial,
})
const hourAt = (hour: number, ...groups: UsageGroup[]) => [startOf(DATE) + hour * 3600, groupMap(groups)] as const
const classify = classifier(new Map())

describe('the profile of a past day', () => {
  const day = groupMap([group({ input: 70 }), group({ serviceTier: 'incentivized-tier', input: 30, apiKey: '' })])

  it('has each hour of each tier, all and free, and nothing where nothing was used', () => {
    const hours = new Map([
      hourAt(3, group({ input: 70 })),
      hourAt(4, group({ serviceTier: 'incentivized-tier', input: 30 })),
    ])
    const profile = dayProfile(DATE, day, { hours, knownTo: startOf(DATE) + 86_400 }, classify)
    expect(profile.hours?.premium.all).toEqual(Array.from({ length: 24 }, (_, h) => (h === 3 ? 70 : h === 4 ? 30 : 0)))
    expect(profile.hours?.premium.free).toEqual(Array.from({ length: 24 }, (_, h) => (h === 4 ? 30 : 0)))
    expect(profile.hours?.mini.all).toEqual(Array(24).fill(0))
    expect(profile.totals.premium).toEqual({ tokens: 100, free: 30, billed: 70 })
    expect(profile.users.premium).toEqual([
      ['key_a', 70],
      ['proj_a', 30],
    ])
  })

  it('knows no hour that had not ended when the hours were read last', () => {
    const hours = new Map([hourAt(3, group({ input: 70 })), hourAt(22, group({ input: 5 }))])
    const { hours: of } = dayProfile(DATE, day, { hours, knownTo: startOf(DATE) + 22 * 3600 + 1800 }, classify)
    expect(of?.premium.all.slice(20)).toEqual([0, 0, null, null])
    expect(of?.mini.free.slice(20)).toEqual([0, 0, null, null])
    expect(of?.premium.all[3]).toBe(70)
  })

  it('has no hours where none was ever read', () => {
    expect(dayProfile(DATE, day, null, classify).hours).toBe(null)
  })
})
