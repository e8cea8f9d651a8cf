import { describe, expect, it } from 'vitest'
import { PAGE_BUCKETS, pageSizes, usageUrl } from '../../../src/openai/usageQuery.ts'

describe('usageUrl', () => {
  it('asks in the published way: repeated keys, encoded cursor, all parameters on every page', () => {
    const query = { width: '1d' as const, start: 1_730_419_200, end: null }
    const url = new URL(
      usageUrl('https://api.openai.com/v1', query, ['proj_a', 'proj b&c'], { cursor: 'page_A+/==', buckets: 31 }),
    )
    expect(`${url.origin}${url.pathname}`).toBe('https://api.openai.com/v1/organization/usage/completions')
    expect([...url.searchParams]).toEqual([
      ['start_time', '1730419200'],
      ['bucket_width', '1d'],
      ['limit', '31'],
      ['group_by', 'model'],
      ['group_by', 'service_tier'],
      ['group_by', 'project_id'],
      ['group_by', 'api_key_id'],
      ['group_by', 'user_id'],
      ['project_ids', 'proj_a'],
      ['project_ids', 'proj b&c'],
      ['page', 'page_A+/=='],
    ])
    expect(url.search).not.toContain('page_A+/==')
  })

  it.each([
    ['1m', 1440],
    ['1h', 168],
    ['1d', 31],
  ] as const)('asks for no more %s buckets a page than OpenAI allows, %i', (width, most) => {
    expect(PAGE_BUCKETS[width]).toBeLessThanOrEqual(most)
    expect(pageSizes(width)[0]).toBe(PAGE_BUCKETS[width])
    const page = { cursor: null, buckets: PAGE_BUCKETS[width] }
    const url = new URL(usageUrl('https://api.openai.com/v1', { width, start: 0, end: 60 }, [], page))
    expect(Number(url.searchParams.get('limit'))).toBe(PAGE_BUCKETS[width])
    expect(url.searchParams.get('end_time')).toBe('60')
    expect(url.searchParams.has('page')).toBe(false)
  })

  it.each(['1h', '1m'] as const)('does not ask who used what in buckets of %s', width => {
    const page = { cursor: null, buckets: 1 }
    const url = new URL(usageUrl('https://api.openai.com/v1', { width, start: 0, end: 3600 }, [], page))
    expect(url.searchParams.getAll('group_by')).toEqual(['model', 'service_tier', 'project_id'])
  })
})
