import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { CompletionsResult } from '../../../simulator/api/completions-result.ts'
import type { Page } from '../../../simulator/api/page.ts'
import { COST_FAULTS } from '../../../simulator/faults/cost-faults.ts'
import { FAULTS } from '../../../simulator/faults/fault-catalogue.ts'
import { HOSTILE_NAMES } from '../../../simulator/faults/hostile-names.ts'
import { NAME_FAULTS } from '../../../simulator/faults/name-faults.ts'
import { WRITE_FAULTS } from '../../../simulator/faults/write-faults.ts'
import { type Simulator, startSimulator } from '../../../simulator/start-simulator.ts'
import { ask, askPage, COMPLETIONS, DAY, NOW, sums, TODAY } from './ask.ts'

type UsagePage = Page<CompletionsResult>

const tried = new Set<string>()
const question = { start_time: TODAY - 2 * DAY, group_by: ['model', 'service_tier', 'project_id'] }
let simulator: Simulator
let honest: UsagePage
let now = NOW

beforeAll(async () => {
  simulator = await startSimulator({ seed: 2, now: () => now })
  honest = await askPage(simulator, question)
})
afterEach(() => {
  simulator.clearFaults()
  now = NOW
})
afterAll(() => simulator.close())

function spoiled(fault: string, path = COMPLETIONS, more = {}) {
  tried.add(fault)
  simulator.fault(fault)
  return ask(simulator, path, { ...question, ...more })
}

async function body(fault: string): Promise<UsagePage> {
  return (await (await spoiled(fault)).json()) as UsagePage
}

const rowsOf = (page: UsagePage) => page.data.flatMap(({ results }) => results)
const first = (page: UsagePage) => rowsOf(page)[0]

describe('faults instead of an answer', () => {
  it.each([
    ['401', 401, '"code":"invalid_api_key"'],
    ['401-generic', 401, '"code":null'],
    ['401-ip', 401, '"code":"ip_not_authorized"'],
    ['403', 403, '"error":{'],
    ['403-region', 403, '"code":"unsupported_country_region_territory"'],
    ['403-string', 403, '{"error":"You have insufficient permissions'],
    ['404', 404, 'Invalid URL'],
    ['429', 429, 'rate_limit_exceeded'],
    ['429-no-retry-after', 429, 'rate_limit_exceeded'],
    ['429-long', 429, 'rate_limit_exceeded'],
    ['429-date', 429, 'rate_limit_exceeded'],
    ['429-quota', 429, '"code":"insufficient_quota"'],
    ['500', 500, 'server_error'],
    ['500-empty', 500, ''],
    ['500-html', 500, '<!DOCTYPE html>'],
    ['503', 503, 'server_error'],
    ['503-empty', 503, ''],
    ['503-html', 503, '<!DOCTYPE html>'],
    ['503-retry-after', 503, 'server_error'],
    ['html-200', 200, '<!DOCTYPE html>'],
    ['empty-200', 200, ''],
    ['redirect', 302, ''],
  ])('%s answers %i with %j', async (fault, status, text) => {
    const answer = await spoiled(fault)
    expect([answer.status, await answer.text()]).toEqual([status, expect.stringContaining(text)])
    expect(answer.headers.get('x-openai-simulator')).toBe('1')
  })

  it.each([
    ['429', {}, '2'],
    ['429', { retry_after: 7 }, '7'],
    ['429-no-retry-after', {}, null],
    ['429-long', {}, '86400'],
    ['429-date', {}, 'Wed, 18 Nov 2026 15:30:22 GMT'],
    ['429-date', { retry_after: 60 }, 'Wed, 18 Nov 2026 15:31:20 GMT'],
    ['429-quota', {}, null],
    ['503-retry-after', { retry_after: 0 }, '0'],
  ])('%s %j has the Retry-After %j', async (fault, how, wait) => {
    simulator.fault(fault, how)
    expect((await ask(simulator, COMPLETIONS, question)).headers.get('retry-after')).toBe(wait)
  })

  it('never shows a whole key', async () => {
    expect(await (await spoiled('401')).text()).not.toMatch(/sk-admin-\w{5}/)
  })

  it('refuse-future-end refuses only an end in the future', async () => {
    expect((await spoiled('refuse-future-end', COMPLETIONS, { end_time: TODAY + DAY })).status).toBe(400)
    expect((await spoiled('refuse-future-end')).status).toBe(200)
  })
})

describe('faults of the wire', () => {
  it.each(['reset', 'reset-mid-body', 'short-body'])('%s breaks the connection', async fault => {
    await expect(spoiled(fault).then(answer => answer.text())).rejects.toThrow()
  })

  it.each(['hang', 'hang-mid-body', 'drip', 'slow'])('%s is not through when a reader loses patience', async fault => {
    tried.add(fault)
    simulator.fault(fault)
    const signal = AbortSignal.timeout(300)
    const headers = { authorization: 'Bearer sk-admin-test' }
    const reading = ask(simulator, COMPLETIONS, question, { signal, headers }).then(answer => answer.text())
    await expect(reading).rejects.toThrow(/timeout/)
  })

  it('huge-body is more than a reader should take, and valid JSON up to there', async () => {
    const reader = (await spoiled('huge-body')).body?.getReader()
    let [bytes, start] = [0, '']
    for (let part = await reader?.read(); part?.value && bytes < 9_000_000; part = await reader?.read()) {
      if (bytes < 100_000) start += Buffer.from(part.value).toString()
      bytes += part.value.length
    }
    await reader?.cancel()
    expect(bytes).toBeGreaterThan(8_000_000)
    expect(start).toContain(',"padding":"xxx')
  })
})

describe('faults in the text', () => {
  it.each(['truncated-json', 'nan'])('%s is not JSON', async fault => {
    const text = await (await spoiled(fault)).text()
    expect(() => JSON.parse(text)).toThrow()
  })

  it.each<[string, (page: UsagePage) => unknown, unknown]>([
    ['null-body', page => page, null],
    ['array-body', page => Array.isArray(page), true],
    ['data-object', page => page.data, {}],
    ['string-number', page => typeof first(page)?.input_tokens, 'string'],
    ['boolean-number', page => first(page)?.input_tokens, true],
    ['null-number', page => first(page)?.input_tokens, null],
    ['missing-field', page => first(page)?.output_tokens, undefined],
    ['missing-results', page => page.data.map(bucket => 'results' in bucket), [false, true, true]],
    ['missing-start', page => page.data.map(bucket => 'start_time' in bucket), [false, true, true]],
    ['missing-data', page => 'data' in page, false],
    ['missing-has-more', page => 'has_more' in page, false],
    ['old-result-key', page => Object.keys(page.data[0] ?? {}).at(-1), 'result'],
    ['negative', page => first(page)?.input_tokens, -500],
    ['infinite', page => first(page)?.input_tokens, Infinity],
    ['fraction', page => first(page)?.input_tokens, 1234.5],
    ['too-big', page => Number.isSafeInteger(first(page)?.input_tokens), false],
    ['unknown-fields', page => rowsOf(page).some(row => row.service_tier === 'hyperfast-2027'), true],
  ])('%s', async (fault, look, expected) => {
    expect(look(await body(fault))).toEqual(expected)
  })

  it('spoils a number even when there was no usage', async () => {
    const empty = await startSimulator({ empty: true, faults: [{ fault: 'negative' }] })
    expect(rowsOf(await askPage(empty, { start_time: TODAY })).map(row => row.input_tokens)).toEqual([-500])
    await empty.close()
  })
})

describe('faults of the page', () => {
  it('duplicate-rows and duplicate-buckets repeat what is there', async () => {
    const rows = rowsOf(await body('duplicate-rows'))
    expect(rows.at(-1)).toEqual(rows.at(-2))
    expect(rows).toHaveLength(rowsOf(honest).length + 1)
    expect((await body('duplicate-buckets')).data).toEqual([...honest.data, honest.data.at(-1)])
  })

  it('conflicting-rows says two things of one combination', async () => {
    const [a, b] = rowsOf(await body('conflicting-rows')).slice(-2)
    expect([b?.model, b?.service_tier, b?.project_id]).toEqual([a?.model, a?.service_tier, a?.project_id])
    expect(b?.output_tokens).toBe((a?.output_tokens ?? 0) + 1)
  })

  it('conflicting-buckets says two things of one bucket', async () => {
    const [a, b] = (await body('conflicting-buckets')).data.slice(-2)
    expect([b?.start_time, b?.results.length]).toEqual([a?.start_time, a?.results.length])
    expect(b?.results.map(row => row.input_tokens - 1)).toEqual(a?.results.map(row => row.input_tokens))
  })

  it('split-rows has one combination twice', async () => {
    const rows = rowsOf(await body('split-rows'))
    const [a, b] = rows.slice(-2)
    expect(rows).toHaveLength(rowsOf(honest).length + 1)
    expect([b?.model, b?.service_tier, b?.project_id]).toEqual([a?.model, a?.service_tier, a?.project_id])
  })

  it.each<[string, object, boolean[]]>([
    ['no date', {}, [true, true, false]],
    ['a date', { date: '2026-11-17' }, [true, false, true]],
    ['another date', { date: '2026-11-16' }, [false, true, true]],
  ])('spoiled-row spoils one bucket, for %s', async (_, how, sound) => {
    tried.add('spoiled-row')
    simulator.fault('spoiled-row', how)
    const { data } = await askPage(simulator, question)
    expect(data.map(({ results }) => results.every(row => 'output_tokens' in row))).toEqual(sound)
    expect(data.map(({ results }) => results.length)).toEqual(honest.data.map(({ results }) => results.length))
  })

  it.each([
    'split-buckets',
    'split-rows',
    'unknown-models',
    'models-1000',
    'models-10000',
    'hostile-names',
    'no-empty-buckets',
  ])('%s is right to the token', async fault => {
    const page = await body(fault)
    expect(sums(rowsOf(page))).toEqual(sums(rowsOf(honest)))
    for (const row of rowsOf(page)) {
      expect(row.input_cached_tokens + row.input_cache_write_tokens + row.input_uncached_tokens).toBe(row.input_tokens)
    }
  })

  it('models-10000 and hostile-names bring the names they promise', async () => {
    expect(new Set(rowsOf(await body('models-10000')).map(row => row.model)).size).toBeGreaterThan(10_000)
    const names = new Set(rowsOf(await body('hostile-names')).map(row => row.model))
    expect(HOSTILE_NAMES.every(name => names.has(name))).toBe(true)
  })

  it('repeat-cursor, endless-pages, missing-cursor and stray-cursor lie about what follows', async () => {
    const follow = async (page: UsagePage) => askPage(simulator, { ...question, page: String(page.next_page) })
    const repeated = await body('repeat-cursor')
    expect(await follow(repeated)).toMatchObject({ has_more: true, next_page: repeated.next_page })
    const endless = await body('endless-pages')
    const next = await follow(endless)
    expect([next.has_more, next.next_page === endless.next_page]).toEqual([true, false])
    expect(await body('missing-cursor')).toMatchObject({ has_more: true, next_page: null })
    expect(await body('stray-cursor')).toMatchObject({ has_more: false, next_page: expect.any(String) })
  })

  it('empty-page comes first and loses nothing, also when it comes once', async () => {
    tried.add('empty-page')
    simulator.fault('empty-page', { count: 1 })
    const empty = await askPage(simulator, question)
    expect(empty).toMatchObject({ data: [], has_more: true })
    expect(await askPage(simulator, { ...question, page: String(empty.next_page) })).toEqual(honest)
  })

  it('zeros has every bucket and no row, no-data not even a bucket', async () => {
    expect((await body('zeros')).data.map(({ results }) => results)).toEqual([[], [], []])
    expect(await body('no-data')).toEqual({ object: 'page', data: [], has_more: false, next_page: null })
  })

  it('future-buckets brings usage from after the running bucket', async () => {
    const starts = (await body('future-buckets')).data
      .filter(({ results }) => results.length > 0)
      .map(b => b.start_time)
    expect(starts.filter(start => start > NOW / 1000)).toEqual([TODAY + DAY, TODAY + 2 * DAY, TODAY + 3 * DAY])
  })

  it('running-bucket-ends-now ends it now', async () => {
    expect((await body('running-bucket-ends-now')).data.map(({ end_time }) => end_time).at(-1)).toBe(NOW / 1000)
  })
})

describe('faults of the view', () => {
  it.each([
    ['totals-fall', 0.9],
    ['totals-collapse', 0.3],
    ['zero-rows', 0],
  ])('%s leaves %f of the totals', async (fault, scale) => {
    const { total_tokens } = sums(rowsOf(await body(fault)))
    expect(total_tokens / sums(rowsOf(honest)).total_tokens).toBeCloseTo(scale, 2)
  })

  it('late-data knows what was known an hour ago', async () => {
    const today = (await body('late-data')).data.at(-1)
    expect(sums(today?.results ?? [])).toEqual(simulator.totals('2026-11-18', NOW / 1000 - 3600).total)
  })

  it.each([
    ['clock-ahead', 600, TODAY + DAY - 300, 2],
    ['clock-behind', -600, TODAY + DAY + 300, 1],
  ])('%s shows in Date and moves midnight', async (fault, ahead, moment, buckets) => {
    now = moment * 1000
    const answer = await spoiled(fault, COMPLETIONS, { start_time: TODAY })
    expect(Date.parse(answer.headers.get('date') ?? '')).toBe((moment + ahead) * 1000)
    expect(((await answer.json()) as UsagePage).data).toHaveLength(buckets)
  })
})

describe('the fault switch', () => {
  const statuses = async (times: number) => {
    const seen: number[] = []
    for (let i = 0; i < times; i++) seen.push((await ask(simulator, COMPLETIONS, question)).status)
    return seen
  }

  it('spends counted faults in order, then the lasting one until it is cleared', async () => {
    simulator.fault('404')
    simulator.fault('500', { count: 2 })
    simulator.fault('429', { count: 1 })
    simulator.fault('401')
    expect(await statuses(5)).toEqual([500, 500, 429, 401, 401])
    simulator.clearFaults()
    expect(await statuses(1)).toEqual([200])
  })

  it('ends a timed fault by the simulated clock', async () => {
    simulator.fault('503', { seconds: 60 })
    expect(await statuses(1)).toEqual([503])
    now += 60_000
    expect(await statuses(1)).toEqual([200])
  })

  it('spares the first requests when told, and other paths', async () => {
    simulator.fault('500', { after: 1, count: 1, path: '/v1/organization/usage' })
    expect((await ask(simulator, '/organization/projects')).status).toBe(200)
    expect(await statuses(3)).toEqual([200, 500, 200])
  })

  const statusOf = async (path: string, more: object) => (await ask(simulator, path, { ...question, ...more })).status

  it('breaks one width for ever, whatever else is asked', async () => {
    simulator.fault('500', { width: '1m' })
    expect(await statusOf(COMPLETIONS, { bucket_width: '1m' })).toBe(500)
    expect(await statusOf(COMPLETIONS, { bucket_width: '1m' })).toBe(500)
    expect(await statusOf(COMPLETIONS, { bucket_width: '1h' })).toBe(200)
    expect(await statusOf(COMPLETIONS, {})).toBe(200)
    simulator.fault('500', { width: '1d', path: '/v1/organization/costs' })
    expect((await ask(simulator, '/organization/costs', { start_time: TODAY })).status).toBe(500)
    simulator.fault('500', { width: '1d' })
    expect((await ask(simulator, '/organization/projects')).status).toBe(200)
  })

  it.each<[string, number, number | undefined, number]>([
    ['from before it into the present', TODAY - 5 * DAY, undefined, 500],
    ['of the day alone', TODAY - DAY, TODAY, 500],
    ['of its last hour', TODAY - 3600, TODAY, 500],
    ['that ends where it begins', TODAY - 2 * DAY, TODAY - DAY, 200],
    ['that begins where it ends', TODAY, undefined, 200],
  ])('breaks for ever what asks for a date: a window %s', async (_, start_time, end_time, status) => {
    simulator.fault('500', { date: '2026-11-17' })
    const more = { start_time, ...(end_time !== undefined && { end_time }) }
    expect(await statusOf(COMPLETIONS, more)).toBe(status)
    expect(await statusOf(COMPLETIONS, { ...more, bucket_width: '1h' })).toBe(status)
    expect((await ask(simulator, '/organization/projects')).status).toBe(200)
  })

  it('lets faults of different scope last side by side, the last given first, and one of the same scope replace it', async () => {
    simulator.fault('500', { width: '1h' })
    simulator.fault('503', { date: '2026-11-17' })
    expect(await statusOf(COMPLETIONS, { bucket_width: '1h' })).toBe(503)
    expect(await statusOf(COMPLETIONS, { bucket_width: '1h', start_time: TODAY })).toBe(500)
    simulator.fault('404', { width: '1h' })
    expect(await statusOf(COMPLETIONS, { bucket_width: '1h', start_time: TODAY })).toBe(404)
    expect(await statusOf(COMPLETIONS, { start_time: TODAY - DAY })).toBe(503)
    expect(simulator.state().faults.map(({ fault }) => fault)).toEqual(['404', '503'])
  })

  it('ends a counted fault of one width after so many requests that it fits', async () => {
    simulator.fault('500', { width: '1h', count: 1 })
    expect(await statuses(2)).toEqual([200, 200])
    expect(await statusOf(COMPLETIONS, { bucket_width: '1h' })).toBe(500)
    expect(await statusOf(COMPLETIONS, { bucket_width: '1h' })).toBe(200)
  })

  it('leaves a refused request refused, and projects out of faults of usage', async () => {
    simulator.fault('negative')
    expect((await ask(simulator, COMPLETIONS, question, { headers: {} })).status).toBe(401)
    expect((await ask(simulator, '/organization/projects')).status).toBe(200)
  })

  it('has no fault that these tests did not try', () => {
    const elsewhere = { ...COST_FAULTS, ...NAME_FAULTS, ...WRITE_FAULTS }
    expect([...FAULTS.keys()].filter(name => !tried.has(name))).toEqual(Object.keys(elsewhere))
  })
})
