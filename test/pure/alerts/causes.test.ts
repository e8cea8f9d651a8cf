import { describe, expect, it } from 'vitest'
import { causeFacts, causesOf } from '../../../src/alerts/causes.ts'
import { growthSince, tierSums } from '../../../src/usage/growth.ts'

const group = (model: string, project: string, apiKey: string, input: number) => ({
  model,
  serviceTier: '',
  project,
  apiKey,
  user: '',
  input,
  output: 1,
  cached: 0,
  requests: 1,
})
const classify = (model: string) => ({
  tier: model === 'mini' ? ('mini' as const) : ('premium' as const),
  unclassified: false,
})

describe('who caused an alert', () => {
  const now = tierSums(
    [
      group('a', 'p', 'k1', 99),
      group('a', 'q', 'k2', 49),
      group('b', 'p', '', 9),
      group('__proto__', 'p', 'k1', 199),
      group('mini', 'p', 'k1', 9999),
    ],
    'premium',
    classify,
  )

  it('is what grew most in its tier since the day began', () => {
    expect(growthSince(now, null, 3)).toEqual({
      models: [
        { id: '__proto__', tokens: 200 },
        { id: 'a', tokens: 150 },
        { id: 'b', tokens: 10 },
      ],
      projects: [
        { id: 'p', tokens: 310 },
        { id: 'q', tokens: 50 },
      ],
      keys: [
        { id: 'k1', tokens: 300 },
        { id: 'k2', tokens: 50 },
        { id: '', tokens: 10 },
      ],
    })
  })

  it('is what grew since the last message, however large it was before', () => {
    const before = JSON.parse(JSON.stringify(now))
    const later = tierSums(
      [group('a', 'p', 'k1', 99), group('a', 'q', 'k2', 99), group('c', 'r', 'k3', 4)],
      'premium',
      classify,
    )
    expect(growthSince(later, before, 1)).toEqual({
      models: [{ id: 'a', tokens: 50 }],
      projects: [{ id: 'q', tokens: 50 }],
      keys: [{ id: 'k2', tokens: 50 }],
    })
  })

  it('is all others together where they were folded, and not nobody', () => {
    const sums = tierSums([group('other (premium)', '', '', 99), group('a', '', '', 9)], 'premium', classify)
    const causes = causesOf(growthSince(sums, null, 3), () => undefined)
    expect(causes.keys).toEqual([
      { id: 'other', name: 'all others', tokens: 100 },
      { id: null, name: 'no API key (Playground)', tokens: 10 },
    ])
    expect(causes.projects.map(({ name }) => name)).toEqual(['all others', 'no project'])
  })

  it('has the last known name, the id where none is known, and words for what has none', () => {
    const growth = {
      models: [],
      projects: [{ id: 'p', tokens: 5 }],
      keys: [
        { id: 'k', tokens: 3 },
        { id: '', tokens: 2 },
      ],
    }
    const causes = causesOf(growth, (kind, id) => (kind === 'projects' && id === 'p' ? 'Assistant' : undefined))
    expect(causes).toEqual({
      models: [],
      projects: [{ id: 'p', name: 'Assistant', tokens: 5 }],
      keys: [
        { id: 'k', name: 'k', tokens: 3 },
        { id: null, name: 'no API key (Playground)', tokens: 2 },
      ],
    })
    expect(causeFacts(causes)).toEqual([
      { label: 'Projects', value: 'Assistant +5' },
      { label: 'API keys', value: 'k +3, no API key (Playground) +2' },
    ])
    expect(causeFacts(undefined)).toEqual([])
  })
})
