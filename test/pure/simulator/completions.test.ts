import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { CompletionsResult } from '../../../simulator/api/completions-result.ts'
import type { EventInput } from '../../../simulator/ledger/usage-event.ts'
import { type Simulator, startSimulator } from '../../../simulator/start-simulator.ts'
import { ask, askPage, COMPLETIONS, DAY, NOW, type Question, sums, TODAY, walk } from './ask.ts'

const DIMENSIONS = ['project_id', 'user_id', 'api_key_id', 'model', 'batch', 'service_tier'] as const

describe('completions of a generated organisation', () => {
  let simulator: Simulator
  beforeAll(async () => {
    simulator = await startSimulator({ seed: 11, now: () => NOW })
  })
  afterAll(() => simulator.close())

  it('says in every answer that it is simulated, and who to ask about it', async () => {
    const { headers } = await ask(simulator, COMPLETIONS, { start_time: TODAY })
    expect([headers.get('x-openai-simulator'), headers.get('openai-version')]).toEqual(['1', '2020-10-01'])
    expect(headers.get('x-request-id')).toMatch(/^req_[0-9a-f]{32}$/)
  })

  it.each([
    ['1d', 7, 31],
    ['1h', 24, 168],
    ['1m', 60, 1440],
  ])('pages %s buckets by %i unless told otherwise, and by %i at most', async (bucket_width, usual, max) => {
    const question = { start_time: TODAY - 40 * DAY, bucket_width }
    expect((await askPage(simulator, question)).data).toHaveLength(usual)
    expect((await askPage(simulator, { ...question, limit: max })).data).toHaveLength(max)
    expect((await ask(simulator, COMPLETIONS, { ...question, limit: max + 1 })).status).toBe(400)
  })

  it('gives the whole day for a start inside it, and no bucket after the running one', async () => {
    const buckets = await walk(simulator, { start_time: TODAY - DAY + 40_000, end_time: TODAY + 9 * DAY })
    expect(buckets.map(({ start_time, end_time }) => [start_time, end_time])).toEqual([
      [TODAY - DAY, TODAY],
      [TODAY, TODAY + DAY],
    ])
    expect(buckets.map(({ results }) => sums(results))).toEqual([
      simulator.totals('2026-11-17').total,
      simulator.totals('2026-11-18').total,
    ])
  })

  it('shows buckets without usage as empty, and names no dimension that was not grouped', async () => {
    const [before] = await walk(simulator, { start_time: TODAY - 60 * DAY, end_time: TODAY - 59 * DAY })
    expect(before?.results).toEqual([])
    const [row] = (await walk(simulator, { start_time: TODAY }))[0]?.results ?? []
    expect(DIMENSIONS.map(dimension => row?.[dimension])).toEqual([null, null, null, null, null, null])
  })

  it('keeps the parts of a row equal to their whole', async () => {
    const rows = (await walk(simulator, { start_time: TODAY - 3 * DAY, group_by: DIMENSIONS })).flatMap(b => b.results)
    expect(rows.length).toBeGreaterThan(100)
    for (const row of rows) {
      expect(row.input_cached_tokens + row.input_cache_write_tokens + row.input_uncached_tokens).toBe(row.input_tokens)
      expect(row.input_text_tokens + row.input_audio_tokens + row.input_image_tokens).toBe(row.input_uncached_tokens)
      expect(row.output_text_tokens + row.output_audio_tokens + row.output_image_tokens).toBe(row.output_tokens)
    }
  })

  it('gives one row for a combination, and the same sum for any grouping', async () => {
    const whole = simulator.totals('2026-11-17').total
    const day = { start_time: TODAY - DAY, end_time: TODAY }
    await fc.assert(
      fc.asyncProperty(fc.subarray([...DIMENSIONS]), async groupBy => {
        const rows = (await walk(simulator, { ...day, group_by: groupBy })).flatMap(({ results }) => results)
        expect(sums(rows)).toEqual(whole)
        expect(new Set(rows.map(row => JSON.stringify(groupBy.map(name => row[name])))).size).toBe(rows.length)
      }),
      { numRuns: 30 },
    )
  })

  it.each<[string, (row: CompletionsResult) => string | boolean | null]>([
    ['project_ids', row => row.project_id],
    ['user_ids', row => row.user_id],
    ['api_key_ids', row => row.api_key_id],
    ['models', row => row.model],
    ['batch', row => row.batch],
  ])('splits a day by the filter %s without loss', async (filter, of) => {
    const day = { start_time: TODAY - DAY, end_time: TODAY, group_by: DIMENSIONS }
    const rows = (await walk(simulator, day)).flatMap(({ results }) => results)
    // What was made without a key belongs to no filter by keys.
    const values = [...new Set(rows.map(of))].filter(value => value !== null)
    expect(values.length).toBeGreaterThan(1)
    for (const value of values) {
      const only = (await walk(simulator, { ...day, [filter]: String(value) })).flatMap(({ results }) => results)
      expect(only).toEqual(rows.filter(row => of(row) === value))
    }
  })

  it('knows several keys and people of each project, and some without a key', async () => {
    const day = { start_time: TODAY - DAY, end_time: TODAY, group_by: ['project_id', 'api_key_id', 'user_id'] }
    const rows = (await walk(simulator, day)).flatMap(({ results }) => results)
    for (const of of Map.groupBy(rows, row => row.project_id).values()) {
      expect(new Set(of.map(row => row.api_key_id)).size).toBeGreaterThan(1)
      expect(new Set(of.map(row => row.user_id)).size).toBeGreaterThan(1)
    }
    const keyless = rows.filter(row => row.api_key_id === null)
    expect(keyless.map(row => typeof row.user_id)).toEqual(['string'])
    expect(rows.some(row => row.api_key_id === '')).toBe(false)
  })

  it('reads a list as repeated keys, with brackets or without, and never with commas', async () => {
    const plain = await askPage(simulator, { start_time: TODAY, group_by: ['model', 'batch'] })
    expect(await askPage(simulator, { start_time: TODAY, 'group_by[]': ['model', 'batch'] })).toEqual(plain)
    expect((await ask(simulator, COMPLETIONS, { start_time: TODAY, group_by: 'model,batch' })).status).toBe(400)
  })

  it.each<[Question, string, string]>([
    [{}, 'start_time', 'missing_required_parameter'],
    [{ start_time: 'today' }, 'start_time', 'invalid_type'],
    [{ start_time: 1.5 }, 'start_time', 'invalid_type'],
    [{ start_time: -1 }, 'start_time', 'integer_below_min_value'],
    [{ start_time: TODAY, end_time: TODAY }, 'end_time', 'invalid_value'],
    [{ start_time: TODAY, limit: 0 }, 'limit', 'integer_below_min_value'],
    [{ start_time: TODAY, limit: 32 }, 'limit', 'integer_above_max_value'],
    [{ start_time: TODAY, bucket_width: '2h' }, 'bucket_width', 'invalid_value'],
    [{ start_time: TODAY, group_by: 'colour' }, 'group_by', 'invalid_value'],
    [{ start_time: TODAY, batch: 'maybe' }, 'batch', 'invalid_value'],
    [{ start_time: TODAY, page: 'page_nonsense' }, 'page', 'invalid_value'],
    [{ start_time: TODAY, service_tier: 'default' }, 'service_tier', 'unknown_parameter'],
  ])('refuses %j for its %s as %s', async (question, param, code) => {
    const answer = await ask(simulator, COMPLETIONS, question)
    const body = { error: { type: 'invalid_request_error', param, code, message: expect.any(String) } }
    expect([answer.status, await answer.json()]).toEqual([400, body])
  })

  it('gives cursors that break when they are not encoded, and only go with their own question', async () => {
    const question = { start_time: TODAY - 5 * DAY, limit: 2, group_by: 'model' }
    const { next_page } = await askPage(simulator, question)
    expect(next_page).toMatch(/^page_[A-Za-z0-9+/]{27}=$/)
    const page = String(next_page)
    expect((await askPage(simulator, { ...question, page })).data[0]?.start_time).toBe(TODAY - 3 * DAY)
    for (const other of [{ group_by: 'batch' }, { limit: 3 }, { start_time: TODAY - 4 * DAY }, { models: 'o3' }]) {
      expect([other, (await ask(simulator, COMPLETIONS, { ...question, ...other, page })).status]).toEqual([other, 400])
    }
    expect((await ask(simulator, COMPLETIONS, { page })).status).toBe(400)
  })
})

describe('completions of any ledger', () => {
  let simulator: Simulator
  afterEach(() => simulator.close())

  const event: fc.Arbitrary<EventInput> = fc.record({
    model: fc.constantFrom('gpt-4o-2024-08-06', 'gpt-4o-mini-2024-07-18', 'o3-2025-04-16'),
    serviceTier: fc.constantFrom('default', 'incentivized-tier', 'flex'),
    project: fc.constantFrom('proj_a', 'proj_b'),
    batch: fc.boolean(),
    time: fc.integer({ min: TODAY - 2 * DAY, max: TODAY + DAY - 1 }),
    visibleFrom: fc.integer({ min: TODAY - DAY, max: TODAY + DAY }),
    input: fc.nat(100_000),
    output: fc.nat(100_000),
  })

  it('adds up to the ledger at any width and page size, at any moment', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(event, { maxLength: 60 }),
        fc.constantFrom(['1d', 31], ['1h', 168], ['1m', 1440] as const),
        fc.integer({ min: 1, max: 1440 }),
        fc.integer({ min: TODAY, max: TODAY + DAY - 1 }),
        async (events, [bucket_width, max], wish, now) => {
          simulator = await startSimulator({ empty: true, now: () => now * 1000 })
          simulator.add(...events)
          const limit = bucket_width === '1m' ? Math.max(wish, 200) : Math.min(wish, Number(max))
          const grouped = { group_by: ['model', 'service_tier', 'project_id'] }
          const buckets = await walk(simulator, { start_time: TODAY - 2 * DAY, bucket_width, limit, ...grouped })
          const inside = (date: string) => simulator.totals(date, now)
          const starts = buckets.map(({ start_time }) => start_time)
          expect(new Set(starts).size).toBe(starts.length)
          for (const [date, day] of [
            ['2026-11-16', TODAY - 2 * DAY],
            ['2026-11-17', TODAY - DAY],
          ] as const) {
            const rows = buckets.filter(b => b.start_time >= day && b.start_time < day + DAY).flatMap(b => b.results)
            expect(sums(rows)).toEqual(inside(date).total)
            for (const [model, totals] of Object.entries(inside(date).by_model)) {
              expect(sums(rows.filter(row => row.model === model))).toEqual(totals)
            }
          }
          await simulator.close()
        },
      ),
      { numRuns: 60 },
    )
  })

  it('shows an event from its moment on, in the bucket of its time', async () => {
    let now = NOW
    simulator = await startSimulator({ empty: true, now: () => now })
    simulator.add({ model: 'gpt-4o-2024-08-06', input: 7, output: 3, time: TODAY - 60, visibleFrom: NOW / 1000 + 30 })
    const yesterday = { start_time: TODAY - DAY, end_time: TODAY }
    expect((await walk(simulator, yesterday))[0]?.results).toEqual([])
    now += 30_000
    expect(sums((await walk(simulator, yesterday))[0]?.results ?? []).total_tokens).toBe(10)
  })

  it('takes a correction to a day that had settled and was read before', async () => {
    simulator = await startSimulator({ empty: true, now: () => NOW })
    const day = { start_time: TODAY - DAY, end_time: TODAY, group_by: 'model' }
    simulator.add({ model: 'o3-2025-04-16', input: 100, output: 50, time: TODAY - 60 })
    expect(sums((await walk(simulator, day))[0]?.results ?? []).total_tokens).toBe(150)
    simulator.add({ model: 'o3-2025-04-16', input: -40, output: -10, requests: 0, time: TODAY - 60 })
    expect(sums((await walk(simulator, day))[0]?.results ?? [])).toMatchObject({ total_tokens: 100, requests: 1 })
  })

  it('begins the new day at midnight, with an empty bucket', async () => {
    simulator = await startSimulator({ empty: true, now: () => (TODAY + DAY) * 1000 })
    const page = await askPage(simulator, { start_time: TODAY + DAY })
    const bucket = { object: 'bucket', start_time: TODAY + DAY, end_time: TODAY + 2 * DAY, results: [] }
    expect(page).toEqual({ object: 'page', data: [bucket], has_more: false, next_page: null })
  })
})
