import { afterEach, describe, expect, it, vi } from 'vitest'
import type { UsageView } from '../../../src/wire.ts'
import { tierUsage, usageView } from '../../pure/dashboard/usageView.ts'
import { MIDNIGHT } from '../tracker/world.ts'
import { api, bearer, TOKEN_MODE } from './callApi.ts'

const PUBLIC = { ...TOKEN_MODE, BADGE: 'public' }
const PATHS = ['premium.svg', 'premium.json', 'mini.svg', 'mini.json'].map(name => `GET /badge/${name}`)
const read = (premium: number, partial: Partial<UsageView> = {}) =>
  usageView({
    date: '2027-03-10',
    last_updated: MIDNIGHT + 60,
    premium: tierUsage({ counted_percentage: premium }),
    ...partial,
  })
const showing = (usage: UsageView, vars = PUBLIC) =>
  api({ vars, tracker: { usageText: async () => JSON.stringify(usage) } })

afterEach(() => vi.useRealTimers())

describe('a badge', () => {
  it.each([{}, { BADGE: 'off' }, { BADGE: 'on' }])('is nowhere with %o, not even for the owner', async vars => {
    const of = api({ vars: { ...TOKEN_MODE, ...vars } })
    const nothing = await (await of.call('GET /badge/gold.svg')).json()
    for (const path of PATHS) {
      for (const headers of [{}, bearer()]) {
        const response = await of.call(path, headers)
        expect([response.status, await response.json()]).toEqual([404, nothing])
      }
    }
    expect(of.asked.filter(question => question !== 'watch')).toEqual([])
  })

  it('is for everybody where BADGE says so, and shows a percentage and nothing else', async () => {
    const of = showing(read(73))
    const svg = await of.call('GET /badge/premium.svg')
    expect(svg.headers.get('content-type')).toBe('image/svg+xml; charset=utf-8')
    expect(svg.headers.get('cache-control')).toBe('public, max-age=60')
    expect(svg.headers.get('cross-origin-resource-policy')).toBe('cross-origin')
    const text = await svg.text()
    expect(text).toContain('role="img" aria-label="OpenAI premium: 73%"')
    expect(text).toContain('<title>OpenAI premium: 73%</title>')
    expect(text).not.toMatch(/style|href|@import|url\((?!#)|45000|1000000/)
    expect(await (await of.call('GET /badge/premium.json')).json()).toEqual({
      schemaVersion: 1,
      label: 'OpenAI premium',
      message: '73%',
      color: '0a5f9e',
      cacheSeconds: 300,
    })
  })

  it.each([
    [0, '0a5f9e'],
    [74, '0a5f9e'],
    [75, '8a5200'],
    [90, 'b91c1c'],
    [100, '4a044e'],
    [250, '4a044e'],
  ])('at %i%% has the colour %s', async (percent, color) => {
    const { message, color: got } = await (await showing(read(percent)).call('GET /badge/premium.json')).json<{
      message: string
      color: string
    }>()
    expect([message, got]).toEqual([`${percent}%`, color])
  })

  it.each<[string, UsageView, string]>([
    ['before the first poll', read(0, { last_updated: null, stale: true }), 'not measured yet'],
    ['on a new day that no poll has read', read(0, { last_updated: MIDNIGHT - 60 }), 'not measured yet'],
    ['while the numbers are old', read(73, { stale: true }), '73% (old)'],
  ])('%s says so, and not 0%%', async (_, usage, message) => {
    const shown = await (await showing(usage).call('GET /badge/premium.json')).json<{ isError: boolean }>()
    expect(shown).toMatchObject({ message, isError: true })
  })

  it('of a tracker that cannot be asked is a picture all the same', async () => {
    const usageText = async () => {
      throw new Error('gone')
    }
    const response = await api({ vars: PUBLIC, tracker: { usageText } }).call('GET /badge/mini.svg')
    expect([response.status, (await response.text()).includes('unknown')]).toEqual([200, true])
  })

  it('costs the object one question a minute, however many look', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: MIDNIGHT * 1000 })
    const of = showing(read(5))
    const questions = () => of.asked.filter(question => question === 'usageText').length
    for (let look = 0; look < 20; look++) for (const path of PATHS) await of.call(path)
    expect(questions()).toBe(1)
    vi.setSystemTime(MIDNIGHT * 1000 + 60_000)
    await of.call('GET /badge/mini.svg')
    expect(questions()).toBe(2)
  })
})
