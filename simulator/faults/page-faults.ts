import type { CompletionsResult } from '../api/completions-result.ts'
import { FAULT_CURSOR } from '../api/cursor.ts'
import type { Bucket } from '../api/page.ts'
import type { Asked, Fault, UsagePage } from './fault.ts'
import { HOSTILE_NAMES } from './hostile-names.ts'
import { splitRow } from './split-row.ts'

type Spoil = (page: UsagePage, asked: Asked) => unknown
type Row = CompletionsResult

function page(summary: string, spoil: Spoil): Fault {
  return { kind: 'page', summary, spoil }
}

/** Changes the last row of the last bucket (of a date, where one is ordered) that has one: today's on most days. */
function lastRow(summary: string, change: (row: Row) => unknown[]): Fault {
  return page(summary, (whole, { date }) => {
    const bucket = whole.data.findLast(each => each.results.length > 0 && isOf(each, date))
    const row = bucket?.results.at(-1)
    if (bucket && row) bucket.results.splice(-1, 1, ...(change(row) as Row[]))
    return whole
  })
}

function isOf({ start_time }: Bucket<Row>, date: string | undefined): boolean {
  return date === undefined || new Date(start_time * 1000).toISOString().startsWith(date)
}

/** Only a row grouped by model can become rows of several models: else they would be one row sent twice. */
function named(row: Row, names: readonly string[]): Row[] {
  return row.model === null
    ? [row]
    : splitRow(
        row,
        names.map(model => ({ model })),
      )
}

function numbered(count: number): string[] {
  return Array.from({ length: count }, (_, i) => `sim-model-${String(i + 1).padStart(5, '0')}`)
}

function lastBucket(whole: UsagePage, change: (bucket: Bucket<Row>) => Bucket<Row>[]): UsagePage {
  const last = whole.data.at(-1)
  return last ? { ...whole, data: [...whole.data.slice(0, -1), ...change(last)] } : whole
}

/** Pages that are good JSON and a bad answer, or a good answer of an unusual kind. */
export const PAGE_FAULTS: Record<string, Fault> = {
  'spoiled-row': lastRow('one row has no output_tokens', ({ output_tokens: _, ...row }) => [row]),
  'split-rows': lastRow('one row as two of the same names, same sum: unusual, but right', row =>
    splitRow(row, [{}, {}]),
  ),
  'duplicate-rows': lastRow('one row twice, identical: a reader adds them', row => [row, row]),
  'conflicting-rows': lastRow('one row twice, with different numbers: a reader adds them', row => [
    row,
    { ...row, output_tokens: row.output_tokens + 1, output_text_tokens: row.output_text_tokens + 1 },
  ]),
  'duplicate-buckets': page('the last bucket twice, identical', whole => lastBucket(whole, last => [last, last])),
  'conflicting-buckets': page('the last bucket with rows twice, the second time with other numbers', whole => {
    const last = whole.data.findLast(({ results }) => results.length > 0)
    const more = last?.results.map(row => ({ ...row, input_tokens: row.input_tokens + 1 })) ?? []
    return last ? { ...whole, data: [...whole.data, { ...last, results: more }] } : whole
  }),
  'split-buckets': page('the last bucket as two with half the rows each: unusual, but right', whole => {
    return lastBucket(whole, last => [
      { ...last, results: last.results.filter((_, i) => i % 2 === 0) },
      { ...last, results: last.results.filter((_, i) => i % 2 === 1) },
    ])
  }),
  'no-empty-buckets': page('buckets without usage are left out', whole => {
    return { ...whole, data: whole.data.filter(({ results }) => results.length > 0) }
  }),
  'running-bucket-ends-now': page('end_time of the last bucket is now', (whole, { now }) => {
    return lastBucket(whole, last => [{ ...last, end_time: Math.min(last.end_time, Math.ceil(now)) }])
  }),
  'repeat-cursor': page('next_page never changes', (whole, { url }) => {
    return { ...whole, has_more: true, next_page: url.searchParams.get('page') ?? `${FAULT_CURSOR}cmVwZWF0AA==` }
  }),
  'missing-cursor': page('has_more without next_page', whole => ({ ...whole, has_more: true, next_page: null })),
  'stray-cursor': page('has_more false, yet a next_page', whole => {
    return { ...whole, has_more: false, next_page: whole.next_page ?? `${FAULT_CURSOR}c3RyYXkAAA==` }
  }),
  'endless-pages': page('always one more page, always a new cursor', whole => {
    endlessPages += 1
    const label = Buffer.from(`endless ${endlessPages}`).toString('base64')
    return { ...whole, has_more: true, next_page: `${FAULT_CURSOR}${label}` }
  }),
  'empty-page': page('an empty page with a cursor before the real first page', (whole, { url }) => {
    if (url.searchParams.has('page')) return whole
    return { ...whole, data: [], has_more: true, next_page: `${FAULT_CURSOR}Zmlyc3QAAA==` }
  }),
  zeros: page('every bucket empty, as for a key of another organisation', whole => {
    return { ...whole, data: whole.data.map(bucket => ({ ...bucket, results: [] })) }
  }),
  'no-data': page('an empty page and no more', whole => ({ ...whole, data: [], has_more: false, next_page: null })),
  'future-buckets': page('three buckets of usage after the running one', whole => {
    return lastBucket(whole, last => [0, 1, 2, 3].map(ahead => later(last, ahead)))
  }),
  'unknown-models': lastRow('half a row belongs to models nobody has heard of', row => {
    return row.model === null
      ? [row]
      : named(row, [row.model, 'gpt-99-omega-2027-01-01', 'ft:gpt-4o-2024-08-06:acme::a1'])
  }),
  'models-1000': lastRow('one row as 1,000 models, same sum', row => named(row, numbered(1_000))),
  'models-10000': lastRow('one row as 10,000 models, same sum', row => named(row, numbered(10_000))),
  'hostile-names': lastRow('one row under script, markup, right-to-left and endless names, same sum', row => {
    if (row.model === null) return [row]
    const project = (name: string) => (row.project_id === null ? {} : { project_id: name })
    return splitRow(
      row,
      HOSTILE_NAMES.map(name => ({ model: name, ...project(name) })),
    )
  }),
}

let endlessPages = 0

function later(bucket: Bucket<Row>, ahead: number): Bucket<Row> {
  const step = (bucket.end_time - bucket.start_time) * ahead
  return { ...bucket, start_time: bucket.start_time + step, end_time: bucket.end_time + step }
}
