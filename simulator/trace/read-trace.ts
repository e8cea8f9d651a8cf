import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'

/** One request of a recorded hour: seconds since the first one, and its tokens. */
export type TraceRow = { offset: number; input: number; output: number }

/** Reads a CSV file, gzipped or not. */
export function readTrace(file: string): TraceRow[] {
  const bytes = readFileSync(file)
  const gzipped = bytes[0] === 0x1f && bytes[1] === 0x8b
  return parseTrace((gzipped ? gunzipSync(bytes) : bytes).toString(), file)
}

/**
 * The header decides the columns: a time, the input tokens (ContextTokens, input..., prompt...) and the output tokens
 * (GeneratedTokens, output..., completion...). Times are dates (UTC unless they say otherwise) or seconds.
 */
export function parseTrace(csv: string, name = 'trace'): TraceRow[] {
  const [header = '', ...lines] = csv.split(/\r?\n/).filter(line => line.trim() !== '')
  const columns = header.split(',').map(cell => cell.trim().toLowerCase())
  const column = (pattern: RegExp, what: string) => {
    const index = columns.findIndex(cell => pattern.test(cell))
    if (index < 0) throw new Error(`${name}: no column for the ${what} in the header '${header}'.`)
    return index
  }
  const time = column(/^time|date|arriv/, 'time')
  const input = column(/context|input|prompt|request tokens/, 'input tokens')
  const output = column(/generated|output|completion|response tokens/, 'output tokens')
  const rows = lines.map((line, i) => {
    const cells = line.split(',')
    const count = (index: number) => whole(cells[index], `${name}:${i + 2}`)
    return { offset: seconds(cells[time], `${name}:${i + 2}`), input: count(input), output: count(output) }
  })
  if (rows.length === 0) throw new Error(`${name}: no requests in it.`)
  rows.sort((a, b) => a.offset - b.offset)
  const first = rows[0]?.offset ?? 0
  return rows.map(row => ({ ...row, offset: row.offset - first }))
}

function seconds(cell = '', place: string): number {
  if (/^\d+(\.\d+)?$/.test(cell)) return Number(cell)
  // Date reads three decimals; the recorded hour has seven.
  const [, stem, fraction = ''] = /^(.*:\d\d)(\.\d+)?/.exec(cell.trim().replace(' ', 'T')) ?? []
  const parsed = Date.parse(`${stem}Z`) / 1000 + Number(`0${fraction}`)
  if (Number.isNaN(parsed)) throw new Error(`${place}: '${cell}' is not a time.`)
  return parsed
}

function whole(cell = '', place: string): number {
  const count = Number(cell)
  if (cell.trim() === '' || !Number.isSafeInteger(count) || count < 0)
    throw new Error(`${place}: '${cell}' is not a count of tokens.`)
  return count
}
