import fc from 'fast-check'
import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { arePlain, LONGEST_NAME_CHARS, type PageBucket, parsePage, Results } from '../../../src/openai/usagePage.ts'

const result = {
  object: 'organization.usage.completions.result',
  input_tokens: 1000,
  input_cached_tokens: 400,
  input_cache_write_tokens: 100,
  input_uncached_tokens: 500,
  output_tokens: 500,
  num_model_requests: 5,
  model: null,
  service_tier: null,
  project_id: null,
  user_id: null,
  api_key_id: null,
  batch: null,
}
const group = {
  ...{ model: '', serviceTier: '', project: '', apiKey: '', user: '' },
  ...{ input: 1000, output: 500, cached: 400, requests: 5 },
}
const START = 1_730_419_200
const body = (results: unknown, rest: object = {}) =>
  JSON.stringify({
    object: 'page',
    data: [{ object: 'bucket', start_time: 1_730_419_200, end_time: 1_730_505_600, results }],
    has_more: false,
    next_page: null,
    ...rest,
  })

/** The buckets of a page that is taken. */
function bucketsIn(text: string, width: '1m' | '1h' | '1d'): PageBucket[] {
  const parsed = parsePage(text, width)
  if (!parsed.ok) throw new Error(parsed.detail)
  return parsed.page.buckets
}

/** All that is said to be wrong with a page or its buckets. */
function detailsIn(text: string): string[] {
  const parsed = parsePage(text, '1d')
  if (!parsed.ok) return [parsed.detail]
  return parsed.page.buckets.flatMap(bucket => ('detail' in bucket ? [bucket.detail] : []))
}

describe('parsePage', () => {
  it('reads the example of the published description', () => {
    expect(parsePage(body([result]), '1d')).toEqual({
      ok: true,
      page: {
        buckets: [
          {
            start: 1_730_419_200,
            groups: [group],
          },
        ],
        hasMore: false,
        nextPage: null,
      },
    })
  })

  it.each([
    ['1d', { apiKey: 'key_1', user: 'user-1' }],
    ['1h', { apiKey: '', user: '' }],
    ['1m', { apiKey: '', user: '' }],
  ] as const)('takes from buckets of %s only the names that were asked for: %j', (width, who) => {
    const names = { model: 'm', service_tier: 's', project_id: 'p', api_key_id: 'key_1', user_id: 'user-1' }
    const what = { model: 'm', serviceTier: 's', project: 'p' }
    expect(bucketsIn(body([{ ...result, ...names }]), width)).toEqual([
      { start: START, groups: [{ ...group, ...what, ...who }] },
    ])
  })

  it('adds the rows of one group, whatever they are split by; no name and an empty one are the same', () => {
    const rows = [
      { ...result, batch: true },
      { ...result, batch: true, model: 'm' },
      { ...result, batch: false, service_tier: '', api_key_id: '' },
      { ...result, user_id: 'user-1' },
      { ...result, model: undefined, input_tokens: 1, output_tokens: 2, num_model_requests: 3, input_cached_tokens: 0 },
    ]
    expect(bucketsIn(body(rows), '1d')).toEqual([
      {
        start: START,
        groups: [
          { ...group, input: 2001, output: 1002, cached: 800, requests: 13 },
          { ...group, model: 'm' },
          { ...group, user: 'user-1' },
        ],
      },
    ])
  })

  it('spoils a bucket whose rows are whole numbers and their sum is none', () => {
    const most = { ...result, output_tokens: Number.MAX_SAFE_INTEGER }
    const detail = 'results add up to more than can be counted'
    expect(bucketsIn(body([most, { ...result, model: 'm' }]), '1d')).toMatchObject([{ groups: [{}, {}] }])
    expect(bucketsIn(body([most, result]), '1d')).toEqual([{ start: START, detail }])
  })

  it('lets a bad bucket spoil its own date only', () => {
    const at = (start_time: number, results: unknown) => ({ start_time, results })
    const text = JSON.stringify({
      data: [
        at(0, [result]),
        at(86_400, [result, { ...result, output_tokens: '2' }]),
        at(172_800, []),
        { start_time: 259_200 },
      ],
      has_more: true,
      next_page: 'c',
    })
    expect(parsePage(text, '1d')).toEqual({
      ok: true,
      page: {
        buckets: [
          { start: 0, groups: [group] },
          { start: 86_400, detail: 'results.1.output_tokens is not number' },
          { start: 172_800, groups: [] },
          { start: 259_200, detail: 'results is missing' },
        ],
        hasMore: true,
        nextPage: 'c',
      },
    })
  })

  it('never throws, on any text or JSON, and repeats nothing that was sent', () => {
    const secret = 'canary-7d1f'
    const json = fc.jsonValue({ maxDepth: 4 }).map(value => JSON.stringify(value))
    const nearly = fc
      .record(
        {
          data: fc.oneof(fc.jsonValue(), fc.array(fc.record({ start_time: fc.jsonValue(), results: fc.jsonValue() }))),
          has_more: fc.oneof(fc.boolean(), fc.jsonValue()),
          next_page: fc.jsonValue(),
          [secret]: fc.constant(secret),
        },
        { requiredKeys: [] },
      )
      .map(value => JSON.stringify(value))
    fc.assert(
      fc.property(fc.oneof(fc.string(), json, nearly), text => {
        expect(detailsIn(text).join()).not.toContain(secret)
      }),
      { numRuns: 500 },
    )
    for (const value of [secret, [secret], { [secret]: 1 }]) {
      expect(detailsIn(body([{ ...result, input_tokens: value }]))).toEqual(['results.0.input_tokens is not number'])
    }
  })

  it.each([
    ['input_tokens', -1],
    ['input_tokens', 1.5],
    ['input_tokens', '10'],
    ['input_tokens', null],
    ['input_tokens', true],
    ['input_tokens', 2 ** 53],
    ['output_tokens', undefined],
    ['num_model_requests', undefined],
    ['input_cached_tokens', -1],
    ['input_cached_tokens', '1'],
    ['model', 4],
    ['model', {}],
    ['project_id', []],
    ['service_tier', false],
    ['api_key_id', 7],
    ['user_id', {}],
  ])('%s: %j spoils the bucket', (field, value) => {
    const detail = expect.stringContaining(`results.0.${field} is `)
    expect(bucketsIn(body([{ ...result, [field]: value }]), '1h')).toEqual([{ start: START, detail }])
  })

  it.each(['1e999', 'NaN', '-0.5', '9007199254740992', '1e400', '1_000'])('%s is no count', text => {
    expect(detailsIn(body([result]).replace('"input_tokens":1000', `"input_tokens":${text}`)).length).toBe(1)
  })

  it.each([-1, 1.5, 253_402_300_800, '2027-03-10', null])('%j is no start of a bucket', start_time => {
    const text = JSON.stringify({ data: [{ start_time, results: [] }], has_more: false, next_page: null })
    expect(parsePage(text, '1d').ok).toBe(false)
  })

  it.each(['__proto__', 'constructor', 'toString', '\u202eevil', "'; DROP TABLE day; --"])(
    'takes the name %j as a name',
    model => {
      const text = body([result]).replace('"model":null', `"model":${JSON.stringify(model)}`)
      expect(bucketsIn(text, '1d')).toEqual([{ start: START, groups: [{ ...group, model }] }])
    },
  )

  it.each([
    ['{', 'the body is not JSON'],
    ['null', 'the page is not Object'],
    ['[]', 'data is missing'],
    [body([result], { has_more: 1 }), 'has_more is not boolean'],
    [body([]).replace('start_time', 'start'), 'data.0.start_time is missing'],
  ])('says in one line what is wrong with %s', (text, detail) => {
    expect(parsePage(text, '1d')).toEqual({ ok: false, detail })
  })

  it('refuses a page of more buckets than OpenAI ever sends', () => {
    const data = (count: number) => JSON.stringify({ data: Array(count).fill({ start_time: 0 }), has_more: false })
    expect(parsePage(data(10_000), '1m').ok).toBe(true)
    expect(parsePage(data(10_001), '1m')).toEqual({ ok: false, detail: 'data is not <=10000' })
  })

  it.each([
    [[{ ...result, output_tokens: -1 }], 'results.0.output_tokens is not >=0'],
    [[result, { ...result, output_tokens: 0.5 }], 'results.1.output_tokens is not valid'],
    [[null], 'results.0 is not Object'],
    [{}, 'results is not Array'],
    [undefined, 'results is missing'],
  ])('says in one line what is wrong with the rows %j', (rows, detail) => {
    expect(bucketsIn(body(rows), '1d')).toEqual([{ start: START, detail }])
  })

  it('makes names storable: well-formed, and bounded', () => {
    const longest = 'b'.repeat(LONGEST_NAME_CHARS)
    const names = { model: 'a'.repeat(10_000), project_id: '\ud800x', service_tier: longest, user_id: '\udfff' }
    const held = {
      model: `${'a'.repeat(LONGEST_NAME_CHARS - 1)}…`,
      project: '\ufffdx',
      serviceTier: longest,
      user: '\ufffd',
    }
    expect(bucketsIn(body([{ ...result, ...names }]), '1d')).toEqual([
      { start: START, groups: [{ ...group, ...held }] },
    ])
  })
})

describe('arePlain', () => {
  /** What may stand in a field: right, nothing, or wrong by a little. */
  const value = fc.oneof(
    fc.nat(),
    fc.constantFrom(null, undefined, '', 'gpt-5', -1, 0.5, -0, 2 ** 53, Number.NaN, Number.POSITIVE_INFINITY, true, {}),
    fc.jsonValue(),
  )
  const count = fc.oneof({ weight: 9, arbitrary: fc.nat() }, value)
  const name = fc.oneof({ weight: 9, arbitrary: fc.constantFrom(null, undefined, 'gpt-5') }, value)
  const row = fc.record(
    {
      ...{ input_tokens: count, output_tokens: count, num_model_requests: count, input_cached_tokens: count },
      ...{ model: name, service_tier: name, project_id: name, api_key_id: name, user_id: name },
    },
    { requiredKeys: ['input_tokens', 'output_tokens', 'num_model_requests'] },
  )

  it('says of any rows what the schema says', () => {
    fc.assert(
      fc.property(fc.oneof(fc.array(row, { maxLength: 3 }), fc.jsonValue(), fc.array(fc.jsonValue())), rows => {
        expect(arePlain(rows)).toBe(v.is(Results, rows))
      }),
      { numRuns: 2000 },
    )
  })
})
