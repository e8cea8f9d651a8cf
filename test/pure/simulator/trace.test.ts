import { existsSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { afterEach, describe, expect, it } from 'vitest'
import { randomFrom } from '../../../simulator/organisation/random.ts'
import { type Simulator, startSimulator } from '../../../simulator/start-simulator.ts'
import { parseTrace, readTrace } from '../../../simulator/trace/read-trace.ts'
import { replay } from '../../../simulator/trace/replay.ts'
import { NOW, sums, TODAY, walk } from './ask.ts'

// Kept beside the repository: one recorded hour, CC BY 4.0.
const RECORDED = fileURLToPath(new URL('../../../../shared/data/azure-llm-trace-conv-2023.csv.gz', import.meta.url))
const models = [{ name: 'gpt-4o-2024-08-06', weight: 1 }]
const now = NOW / 1000

/** An hour of 500 made-up requests in the form of the recorded one. */
function madeUp(): string {
  const random = randomFrom('made-up trace')
  const lines = Array.from({ length: 500 }, (_, i) => {
    const time = new Date(Date.UTC(2023, 10, 16, 18, 15, 46) + i * 7200)
      .toISOString()
      .replace('T', ' ')
      .replace('Z', '6800')
    return `${time},${Math.floor(random() * 4000)},${Math.floor(random() * 500)}`
  })
  return ['TIMESTAMP,ContextTokens,GeneratedTokens', ...lines].join('\n')
}

const rows = parseTrace(madeUp())
const total = {
  input: rows.reduce((sum, row) => sum + row.input, 0),
  output: rows.reduce((sum, row) => sum + row.output, 0),
}

describe('readTrace', () => {
  it('reads a gzipped file like a plain one', () => {
    const folder = mkdtempSync(join(tmpdir(), 'trace-'))
    writeFileSync(join(folder, 'plain.csv'), madeUp())
    writeFileSync(join(folder, 'packed.csv.gz'), gzipSync(madeUp()))
    expect(readTrace(join(folder, 'packed.csv.gz'))).toEqual(readTrace(join(folder, 'plain.csv')))
  })

  it('counts seconds from the first request, to the fraction', () => {
    const csv =
      'TIMESTAMP,ContextTokens,GeneratedTokens\n2023-11-16 23:59:59.7500000,1,2\n2023-11-17 00:00:01.0000000,3,4'
    expect(parseTrace(csv)).toEqual([
      { offset: 0, input: 1, output: 2 },
      { offset: 1.25, input: 3, output: 4 },
    ])
  })

  it('knows other names of the columns, in any order', () => {
    expect(parseTrace('output_tokens,prompt_tokens,time\n9,5,100\n8,4,130.5')).toEqual([
      { offset: 0, input: 5, output: 9 },
      { offset: 30.5, input: 4, output: 8 },
    ])
  })

  it.each([
    ['a,b,c\n1,2,3', /no column for the time in the header 'a,b,c'/],
    ['time,input,output', /no requests/],
    ['time,input,output\n1,-5,3', /trace:2: '-5' is not a count/],
    ['time,input,output\nnever,5,3', /trace:2: 'never' is not a time/],
  ])('refuses %j', (csv, message) => {
    expect(() => parseTrace(csv)).toThrow(message)
  })
})

describe('replay', () => {
  it('starts now at its speed, and shows each request at its time', () => {
    const { events, startsAt, endsAt, note } = replay(rows, { speed: 60, models }, now)
    expect([startsAt, note]).toEqual([now, null])
    expect(endsAt - startsAt).toBeCloseTo((rows.at(-1)?.offset ?? 0) / 60, 3)
    expect(events.every(({ time, visibleFrom }) => visibleFrom - time < 1)).toBe(true)
  })

  it('dates a replay back that would cross midnight, and says so', () => {
    const late = TODAY + 86_400 - 20
    const { events, startsAt, note } = replay(rows, { speed: 10, models }, late)
    expect(note).toMatch(/dated back to start at 23:5\d:\d\d/)
    expect(startsAt).toBeLessThan(late)
    expect(Math.max(...events.map(({ time }) => time))).toBe(TODAY + 86_399)
  })

  it('refuses a speed at which the day is too short, and names one that will do', () => {
    expect(() => replay(rows, { speed: 0.01, models }, now)).toThrow(/more than a day. Use 0.1 or more/)
  })

  it.each([0, 1, 600, 86_399])('keeps an instant replay on its date, %i s after midnight', seconds => {
    const { events, endsAt } = replay(rows, { speed: 'instant', models }, TODAY + seconds)
    expect(endsAt).toBe(TODAY + seconds)
    expect(events.every(({ time }) => time >= TODAY && time <= TODAY + seconds)).toBe(true)
  })

  it('shares requests out by weight, the same way each time', () => {
    const shared = { speed: 60, models: [...models, { name: 'gpt-4o-mini-2024-07-18', weight: 3 }] }
    const names = replay(rows, shared, now).events.map(({ model }) => model)
    expect(replay(rows, { ...shared, speed: 'instant' }, now + 999).events.map(({ model }) => model)).toEqual(names)
    expect(names.filter(name => name === 'gpt-4o-mini-2024-07-18').length / names.length).toBeCloseTo(0.75, 1)
  })
})

describe('a simulator with a trace', () => {
  let simulator: Simulator
  afterEach(() => simulator.close())

  it('is complete when its last request shows, and then has every token', async () => {
    let clock = NOW
    simulator = await startSimulator({ trace: { source: rows, speed: 60, lag: 5 }, now: () => clock })
    expect(simulator.state().replay).toMatchObject({ complete: false, requests: { shown: 0, all: 500 } })
    clock += 30_000
    expect(simulator.state().replay?.complete).toBe(false)
    expect(simulator.totals().total.input_tokens).toBe(simulator.state().replay?.input_tokens.shown)
    clock += 40_000
    expect(simulator.state().replay?.complete).toBe(true)
    const minutes = await walk(simulator, { start_time: TODAY, bucket_width: '1m', limit: 1440, group_by: 'model' })
    expect(sums(minutes.flatMap(({ results }) => results))).toMatchObject({
      input_tokens: total.input,
      output_tokens: total.output,
    })
  })

  it.skipIf(!existsSync(RECORDED))('gives the recorded hour to the token', async () => {
    simulator = await startSimulator({ trace: { source: RECORDED, speed: 'instant' }, now: () => NOW })
    const [today] = await walk(simulator, { start_time: TODAY })
    expect(sums(today?.results ?? [])).toMatchObject({
      input_tokens: 22_361_870,
      output_tokens: 4_088_665,
      requests: 19_366,
    })
    expect(simulator.totals().total.total_tokens).toBe(26_450_535)
  })
})
