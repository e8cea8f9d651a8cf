import { describe, expect, it } from 'vitest'
import type { HeadroomView, Problem } from '../../../src/wire.ts'
import { api, bearer, TOKEN_MODE } from './callApi.ts'

const VIEW: HeadroomView = {
  tier: 'mini',
  limit: 1000,
  used: 700,
  unreported_tokens: 100,
  error_tokens: 50,
  usable: 200,
  tokens: 150,
  fits: true,
  limit_counts: 'all',
  lag_seconds: 600,
  resets_at: Math.floor(Date.now() / 1000) + 3600,
  as_of: 1,
  stale: false,
}

async function ask(query: string, view: Partial<HeadroomView> = {}, vars = {}) {
  const of = api({ vars: { ...TOKEN_MODE, ...vars }, tracker: { headroom: async () => ({ ...VIEW, ...view }) } })
  const response = await of.call(`GET /api/headroom?${query}`, bearer())
  return { response, body: (await response.json()) as HeadroomView & Problem, asked: of.asked }
}

describe('GET /api/headroom', () => {
  it.each([
    ['tier=mini&tokens=150', 'headroom mini 150'],
    ['model=gpt-4o-mini-2024-07-18', 'headroom mini 0'],
    ['model=gpt-4o&tokens=7', 'headroom premium 7'],
    ['model=never-heard-of', 'headroom premium 0'],
    ['tier=mini&model=gpt-4o-mini', 'headroom mini 0'],
  ])('asks for %s as %s, and answers what the object says', async (query, line) => {
    const { response, body, asked } = await ask(query)
    expect([response.status, body, asked.filter(each => each.startsWith('headroom'))]).toEqual([200, VIEW, [line]])
  })

  it('knows the tier that MODEL_TIERS gives a model', async () => {
    const { asked } = await ask('model=own-model', {}, { MODEL_TIERS: '{"own-model":"mini"}' })
    expect(asked).toContain('headroom mini 0')
  })

  it.each([
    ['', 'tier or model must be given'],
    ['tokens=5', 'tier or model must be given'],
    ['tier=maxi', '"maxi"'],
    ['tier=mini&tokens=-1', '"-1"'],
    ['tier=mini&tokens=1.5', '"1.5"'],
    ['tier=mini&tokens=9999999999999', '"9999999999999"'],
    ['tier=mini&strict=yes', '"yes"'],
    ['tier=mini&model=gpt-4o', 'tier is mini, but the model counts as premium'],
    ['tier=mini&tier=mini', 'tier is given 2 times'],
  ])('refuses %s and says why', async (query, detail) => {
    const { response, body, asked } = await ask(query)
    expect([response.status, body.code]).toEqual([400, 'bad_request'])
    expect(body.detail).toContain(detail)
    expect(asked.filter(each => each.startsWith('headroom'))).toEqual([])
  })

  it('says in its status with strict=1 what fits, what does not, and that nobody knows', async () => {
    expect((await ask('tier=mini&tokens=150&strict=1')).response.status).toBe(200)
    const full = await ask('tier=mini&tokens=201&strict=1', { tokens: 201, fits: false })
    expect([full.response.status, full.body.code]).toEqual([429, 'headroom_exhausted'])
    expect(full.body.detail).toContain('201 tokens do not fit: 200 of 1000')
    const wait = Number(full.response.headers.get('retry-after'))
    expect(wait).toBeGreaterThan(3500)
    expect(wait).toBeLessThanOrEqual(3600)
    const stale = await ask('tier=mini&tokens=1&strict=1', { stale: true })
    expect([stale.response.status, stale.body.code]).toEqual([503, 'headroom_unknown'])
    expect(stale.response.headers.get('retry-after')).toBe('60')
  })

  it('answers 200 without strict, whatever fits', async () => {
    for (const view of [{ fits: false }, { stale: true }])
      expect((await ask('tier=mini', view)).response.status).toBe(200)
    expect((await ask('tier=mini&strict=0', { fits: false })).response.status).toBe(200)
  })
})
