import { describe, expect, it } from 'vitest'
import { classifier } from '../../../../src/models.ts'
import { dayPointOf, hourTotal, modelHourRows, summaryRows } from '../../../../src/tracker/replica/summaryRows.ts'
import { groupMap } from '../../../../src/usage/usageGroup.ts'
import { dayOf, groupOf } from '../sampleMemory.ts'

const classify = classifier(new Map())
const groups = groupMap([
  groupOf({ input: 10, output: 5, cached: 4, requests: 2 }),
  groupOf({ serviceTier: 'incentivized-tier', input: 3, output: 1, requests: 1 }),
  groupOf({ model: 'gpt-4o-mini', project: 'p1', input: 7, output: 2, cached: 1, requests: 3 }),
])
const day = dayOf('2027-03-10', { groups, limits: { premium: 100, mini: 200 } })

describe('summaryRows', () => {
  const premium = {
    date: '2027-03-10',
    tier: 'premium',
    tokens_used: 19,
    input_tokens: 13,
    output_tokens: 6,
    cached_tokens: 4,
    requests: 3,
    free_tokens: 4,
    billed_tokens: 15,
    limit_value: 100,
    final: 0,
  }

  it('are two a day, each with its own tier’s figures and limit', () => {
    expect(summaryRows(day, classify)).toEqual([
      premium,
      {
        date: '2027-03-10',
        tier: 'mini',
        tokens_used: 9,
        input_tokens: 7,
        output_tokens: 2,
        cached_tokens: 1,
        requests: 3,
        free_tokens: 0,
        billed_tokens: 9,
        limit_value: 200,
        final: 0,
      },
    ])
  })

  it('say when the day is final', () => {
    expect(summaryRows({ ...day, final: true }, classify)[0]).toEqual({ ...premium, final: 1 })
  })
})

describe('dayPointOf', () => {
  it('is the same day as the API shows it', () => {
    expect(dayPointOf(day, classify)).toEqual({
      timestamp: Date.UTC(2027, 2, 10) / 1000,
      date: '2027-03-10',
      premium_tokens: 19,
      mini_tokens: 9,
      premium_limit: 100,
      mini_limit: 200,
      premium_free_tokens: 4,
      premium_billed_tokens: 15,
      mini_free_tokens: 0,
      mini_billed_tokens: 9,
      final: false,
    })
  })
})

describe('modelHourRows', () => {
  it('are one for each group, with the tier that its model counts against', () => {
    const rows = modelHourRows(3600, groups, classify)
    expect(rows.map(({ model, service_tier, tier }) => [model, service_tier, tier])).toEqual([
      ['gpt-4o', '', 'premium'],
      ['gpt-4o', 'incentivized-tier', 'premium'],
      ['gpt-4o-mini', '', 'mini'],
    ])
    expect(rows[2]).toEqual({
      hour: 3600,
      model: 'gpt-4o-mini',
      service_tier: '',
      project: 'p1',
      tier: 'mini',
      input_tokens: 7,
      output_tokens: 2,
      cached_tokens: 1,
      requests: 3,
    })
  })
})

describe('hourTotal', () => {
  it('sums up by tier', () => {
    expect(hourTotal(3600, groups, classify)).toEqual({ hour: 3600, premium_tokens: 19, mini_tokens: 9 })
  })
})
