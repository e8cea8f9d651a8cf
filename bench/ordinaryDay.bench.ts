import { applyD1Migrations, evictDurableObject, runDurableObjectAlarm } from 'cloudflare:test'
import { env, exports } from 'cloudflare:workers'
import { expect, it, vi } from 'vitest'
import { TRACKER_NAME } from '../src/rpc/trackerStub.ts'
import { answerUsage } from './ordinaryOrganisation.ts'

const START = Date.parse('2026-11-23T00:00:00Z')
const TICK_MS = 300_000
const TICKS = 288
const DASHBOARDS = 5

interface LogLine {
  event: string
  rows_written?: number
  rows_read?: number
  upstream_requests?: number
  entries?: number
}

it('prints what an ordinary day costs', async () => {
  const lines: LogLine[] = []
  vi.spyOn(console, 'log').mockImplementation(text => {
    if (typeof text === 'string' && text.startsWith('{')) lines.push(JSON.parse(text))
  })
  vi.useFakeTimers({ toFake: ['Date'], now: START - 2 * 3600_000 })
  vi.stubGlobal('fetch', async (input: RequestInfo | URL) =>
    answerUsage(new URL(input instanceof Request ? input.url : input), Math.floor(Date.now() / 1000)),
  )
  await applyD1Migrations(env.DB, env.TEST_MIGRATIONS)
  Object.assign(env, { OPENAI_ADMIN_KEY: 'sk-admin-bench', AUTH_MODE: 'open' })
  const stub = env.USAGE_TRACKER.getByName(TRACKER_NAME)
  await stub.watch()
  // The evening before: backfill and first readings are not part of an ordinary day.
  for (let wake = 0; wake < 20; wake++) await runDurableObjectAlarm(stub)
  for (let tick = -24; tick < 0; tick++) await wakeAt(START + tick * TICK_MS)
  for (let socket = 0; socket < DASHBOARDS; socket++) await connect()

  lines.length = 0
  const perWake: number[] = []
  for (let tick = 0; tick < TICKS; tick++) {
    const from = lines.length
    await wakeAt(START + tick * TICK_MS)
    const of = lines.slice(from)
    perWake.push(sum(of, 'upstream_requests') + of.filter(line => line.event === 'history').length * 5)
    // Every tick of five minutes finds the object asleep.
    await evictDurableObject(stub)
  }

  const of = (event: string) => lines.filter(line => line.event === event)
  const d1Written = sum(of('history'), 'rows_written')
  const figures = {
    'D1 rows written': [d1Written, 100_000],
    'D1 rows read': [sum(of('history'), 'rows_read'), 5_000_000],
    'object rows written (polls, hours, alarms)': [sum(of('wake'), 'rows_written'), 100_000],
    'object rows read': [sum(of('wake'), 'rows_read'), 5_000_000],
    'object requests (alarms and upgrades)': [of('wake').length + DASHBOARDS, 100_000],
    'requests to OpenAI': [sum(of('poll'), 'upstream_requests') + sum(of('read'), 'upstream_requests'), Number.NaN],
    'most subrequests in one wake (D1 write counted as 5)': [Math.max(...perWake), 50],
  } as const
  const table = Object.entries(figures).map(([name, [value, allowance]]) => {
    const of = Number.isNaN(allowance)
      ? ''
      : `of ${allowance.toLocaleString('en')} (${((100 * value) / allowance).toFixed(2)} %)`
    return `${name.padEnd(54)} ${value.toLocaleString('en').padStart(10)} ${of}`
  })
  vi.restoreAllMocks()
  console.log(`An ordinary day: 15 models, 3 projects, ${TICKS} ticks, ${DASHBOARDS} dashboards\n${table.join('\n')}`)
  expect(of('poll').length).toBe(TICKS)
  expect(d1Written).toBeLessThan(2_500)

  async function wakeAt(ms: number): Promise<void> {
    vi.setSystemTime(ms + 5)
    await runDurableObjectAlarm(stub)
  }
})

async function connect(): Promise<void> {
  const worker = (exports as unknown as { default: Fetcher }).default
  const response = await worker.fetch('http://localhost/api/live', { headers: { upgrade: 'websocket' } })
  response.webSocket?.accept()
}

function sum(lines: LogLine[], field: 'rows_written' | 'rows_read' | 'upstream_requests'): number {
  return lines.reduce((total, line) => total + (line[field] ?? 0), 0)
}
