import { afterEach, describe, expect, it, vi } from 'vitest'
import { Budget } from '../../../src/budget.ts'
import { LARGEST_PAGE_BYTES } from '../../../src/openai/askOpenAI.ts'
import { readCosts } from '../../../src/openai/readCosts.ts'
import { fakeUpstream } from './fakeUpstream.ts'

const DAY = 86_400
const QUERY = { start: 10 * DAY, end: null }
/** A row as OpenAI sends it; `value` is written into the JSON as it stands. */
const row = (value: string, more: object = {}) =>
  JSON.stringify({
    object: 'organization.costs.result',
    amount: { value: '@', currency: 'usd' },
    line_item: null,
    project_id: null,
    api_key_id: null,
    quantity: 1000,
    quantity_unit: 'tokens',
    ...more,
  }).replace('"@"', value)
const bucket = (day: number, rows: string[]) =>
  `{"object":"bucket","start_time":${day * DAY},"end_time":${(day + 1) * DAY},"results":[${rows.join()}]}`
const page = (buckets: string[], next: string | null = null) =>
  new Response(
    `{"object":"page","data":[${buckets.join()}],"has_more":${next !== null},"next_page":${JSON.stringify(next)}}`,
  )
const costs = async (...answers: Response[]) => readCosts(fakeUpstream(answers).upstream, QUERY)
const cost = (nanoUsd: number, project = '', lineItem = '') => ({ project, lineItem, nanoUsd })

afterEach(() => vi.unstubAllGlobals())

describe('readCosts', () => {
  it('asks by project and line item, a month a page, and joins the pages, the days oldest first', async () => {
    const answers = [
      page([bucket(11, [row('1', { project_id: 'p1', line_item: 'gpt-4o, input' })])], 'c 1'),
      page([bucket(10, []), bucket(11, [row('2', { project_id: 'p1', line_item: 'gpt-4o, output' })])]),
    ]
    const { upstream, asked } = fakeUpstream(answers, { projectIds: ['p1', 'p&2'] })
    expect(await readCosts(upstream, { start: 10 * DAY, end: 12 * DAY })).toEqual({
      ok: true,
      days: [
        { start: 10 * DAY, rows: [] },
        {
          start: 11 * DAY,
          rows: [cost(1_000_000_000, 'p1', 'gpt-4o, input'), cost(2_000_000_000, 'p1', 'gpt-4o, output')],
        },
      ],
      spoiled: [],
      requests: 2,
      simulated: false,
    })
    const url =
      '/organization/costs?start_time=864000&end_time=1036800&bucket_width=1d&limit=31' +
      '&group_by=project_id&group_by=line_item&project_ids=p1&project_ids=p%262'
    expect(asked()).toEqual([url, `${url}&page=c+1`])
  })

  it('asks without an end for a window into the present, and not at all for one of no length', async () => {
    const { upstream, asked } = fakeUpstream([page([])])
    expect(await readCosts(upstream, QUERY)).toMatchObject({ ok: true, requests: 1 })
    expect(asked()[0]).not.toContain('end_time')
    expect(await readCosts(upstream, { start: DAY, end: DAY })).toEqual({
      ...{ ok: true, days: [], spoiled: [], requests: 0, simulated: false },
    })
    expect(asked().length).toBe(1)
  })

  it.each<[string, number]>([
    ['0.06', 60_000_000],
    ['"0.06"', 60_000_000],
    ['1e-7', 100],
    ['"1E-7"', 100],
    ['-3.5', -3_500_000_000],
    // As a number it would be one billionth more.
    ['4503599.6273704955', 4_503_599_627_370_496],
    ['4503599.62737049549999999', 4_503_599_627_370_495],
    ['0.12345678949999999999999999', 123_456_789],
  ])('reads the amount %s to the billionth', async (value, nanoUsd) => {
    expect(await costs(page([bucket(10, [row(value)])]))).toMatchObject({
      days: [{ start: 10 * DAY, rows: [cost(nanoUsd)] }],
    })
  })

  it('adds the rows of one project and line item; no name and an empty one are the same', async () => {
    const rows = [
      row('0.1', { project_id: 'p', line_item: 'x' }),
      row('"0.2"', { project_id: 'p', line_item: 'x', api_key_id: 'key_1' }),
      row('-0.05', { project_id: 'p', line_item: 'x' }),
      row('1', { project_id: 'p', line_item: '' }),
      row('1', { project_id: 'p' }),
      row('7', { project_id: undefined, line_item: '__proto__' }),
    ]
    expect(await costs(page([bucket(10, rows)]))).toMatchObject({
      days: [{ rows: [cost(250_000_000, 'p', 'x'), cost(2_000_000_000, 'p'), cost(7_000_000_000, '', '__proto__')] }],
    })
  })

  it('takes hundreds of line items, and cuts endless names', async () => {
    const rows = Array.from({ length: 900 }, (_, n) => row('0.000000001', { line_item: `item ${n}` }))
    const long = await costs(page([bucket(10, [...rows, row('1', { line_item: 'x'.repeat(9000) })])]))
    const items = long.ok ? (long.days[0]?.rows ?? []) : []
    expect(items.length).toBe(901)
    expect(items.at(-1)?.lineItem).toBe(`${'x'.repeat(5999)}…`)
  })

  it.each<[string, string, string]>([
    [
      'an amount in another currency',
      row('1', { amount: { value: 1, currency: 'eur' } }),
      'amount.currency is not "usd"',
    ],
    ['an amount that is true', row('true'), 'amount.value is not number'],
    ['an amount that is null', row('null'), 'amount.value is not number'],
    ['an amount of words', row('"a canary"'), 'amount.value is not number'],
    ['an amount beyond counting', row('1e999'), 'amount.value is not number'],
    ['no amount', row('1', { amount: undefined }), 'amount is missing'],
    ['an amount without a value', row('1', { amount: { currency: 'usd' } }), 'amount.value is missing'],
    ['a project that is no text', row('1', { project_id: 5 }), 'project_id is not string'],
  ])('calls a day with %s spoiled, says what it is, and keeps the other days', async (_, bad, detail) => {
    expect(await costs(page([bucket(10, [row('1'), bad]), bucket(11, [row('1')])]))).toEqual({
      ok: true,
      days: [{ start: 11 * DAY, rows: [cost(1_000_000_000)] }],
      spoiled: [{ start: 10 * DAY, detail: `results.1.${detail}` }],
      requests: 1,
      simulated: false,
    })
  })

  it.each([
    ['USD', row('1', { amount: { value: 1, currency: 'USD' } })],
    ['none', row('1', { amount: { value: '1' } })],
    ['null', row('1', { amount: { value: '1', currency: null } })],
  ])('takes the currency %s for dollars', async (_, given) => {
    expect(await costs(page([bucket(10, [given])]))).toMatchObject({ days: [{ rows: [cost(1_000_000_000)] }] })
  })

  it('calls a day spoiled whose sum is beyond counting', async () => {
    expect(await costs(page([bucket(10, [row('9000000'), row('9000000')])]))).toMatchObject({
      days: [],
      spoiled: [{ start: 10 * DAY, detail: 'results add up to more than can be counted' }],
    })
  })

  it('takes a day that comes again as one, and is void when the two do not agree', async () => {
    const days = (second: string) => page([bucket(10, [row('1')]), bucket(10, [row(second)])])
    expect(await costs(days('"1.0"'))).toMatchObject({ ok: true, days: [{ rows: [cost(1_000_000_000)] }] })
    expect(await costs(days('1.000000001'))).toEqual({
      ok: false,
      fault: { kind: 'malformed', detail: 'a bucket came twice, and the two do not agree', requestId: null },
      requests: 1,
    })
  })

  const malformed = (detail: string) => ({ kind: 'malformed' as const, detail, requestId: null })
  it.each([
    [
      'goes in a circle',
      [page([], 'a'), page([], 'b'), page([], 'a')],
      malformed('a next_page came twice, so the pages go in a circle'),
    ],
    ['is not JSON', [page([], 'a'), new Response('<html>')], malformed('the body is not JSON')],
    ['is nested without end', [new Response('['.repeat(1e6))], malformed('the body is not JSON')],
    [
      'is refused',
      [page([], 'a'), new Response('', { status: 404 })],
      { kind: 'unexpectedStatus', status: 404, requestId: null },
    ],
    [
      'has more than 30 pages',
      Array.from({ length: 31 }, (_, n) => page([], `c${n}`)),
      malformed('there are more than 30 pages'),
    ],
  ])('has no half answer where a walk %s', async (_, answers, fault) => {
    const { upstream, asked } = fakeUpstream(answers)
    expect(await readCosts(upstream, QUERY)).toEqual({ ok: false, fault, requests: asked().length })
  })

  it('says which scope is missing, and waits for the next wake when the budget is used up', async () => {
    const refusal = new Response('{"error":"Missing scopes: api.usage.read."}', { status: 403 })
    expect(await costs(refusal)).toMatchObject({ fault: { kind: 'refused', missingScope: 'api.usage.read' } })
    const { upstream } = fakeUpstream([page([], 'c'), page([])], { budget: new Budget(1) })
    expect(await readCosts(upstream, QUERY)).toEqual({ ok: false, fault: { kind: 'postponed' }, requests: 1 })
  })

  it('asks for fewer days a page while one is too large, and counts those requests', async () => {
    const huge = () => new Response(' '.repeat(LARGEST_PAGE_BYTES + 1))
    const headers = { 'x-openai-simulator': '1' }
    const last = new Response('{"data":[],"has_more":false}', { headers })
    const { upstream, asked } = fakeUpstream([huge(), huge(), page([bucket(10, [])], 'c'), last])
    expect(await readCosts(upstream, QUERY)).toMatchObject({ ok: true, requests: 4, simulated: true })
    expect(asked().map(url => /limit=(\d+)/.exec(url)?.[1])).toEqual(['31', '4', '1', '1'])
  })
})
