import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'

export const WINDOW_S = 600
export const WINDOWS_A_DAY = 144
export const DAYS = 14
const HEAD = 'series,window,requests,input_tokens,output_tokens'
const FILE = join(import.meta.dirname, '../data/llm-traffic-14-days.csv.gz')

/** Two weeks of a client, or of several together. */
export interface Series {
  name: string
  /** Of each day: its running total at each full ten minutes, from 00:00 to 24:00 (145 figures). */
  days: Float64Array[]
  /** Total of each day. */
  totals: number[]
  meanDay: number
}

export function readSeries(): Series[] {
  const [head, ...lines] = gunzipSync(readFileSync(FILE)).toString('utf8').trim().split('\n')
  if (head !== HEAD) throw new Error(`${FILE}: the first line is ${JSON.stringify(head)}, wanted ${HEAD}`)
  const windows = new Map<string, Float64Array>()
  for (const line of lines) {
    const [name = '', ...figures] = line.split(',')
    const [window = Number.NaN, , input = Number.NaN, output = Number.NaN] = figures.map(Number)
    if (!(window >= 0 && window < DAYS * WINDOWS_A_DAY && input + output >= 0)) throw new Error(`bad line: ${line}`)
    const tokens = windows.get(name) ?? new Float64Array(DAYS * WINDOWS_A_DAY)
    windows.set(name, tokens)
    tokens[window] = input + output
  }
  return [...windows].map(([name, tokens]) => seriesOf(name, tokens))
}

function seriesOf(name: string, tokens: Float64Array): Series {
  const days = Array.from({ length: DAYS }, (_, day) => {
    const running = new Float64Array(WINDOWS_A_DAY + 1)
    for (let window = 0; window < WINDOWS_A_DAY; window++) {
      running[window + 1] = (running[window] ?? 0) + (tokens[day * WINDOWS_A_DAY + window] ?? 0)
    }
    return running
  })
  const totals = days.map(running => running[WINDOWS_A_DAY] ?? 0)
  return { name, days, totals, meanDay: totals.reduce((sum, total) => sum + total, 0) / DAYS }
}

/** When a day's total reached `limit`, in seconds from 00:00; straight inside a window; null: not on that day. */
export function reachedAt(day: Float64Array, limit: number): number | null {
  const after = day.findIndex(total => total >= limit)
  if (after <= 0) return null
  const from = day[after - 1] ?? 0
  return (after - 1 + (limit - from) / ((day[after] ?? 0) - from)) * WINDOW_S
}
