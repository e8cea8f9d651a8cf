import { Simulation } from '../../simulator/simulation.ts'
import { readConfig } from '../../src/config/readConfig.ts'
import { readPolicy, writePolicy } from '../../src/openai/modelPermissions.ts'
import { readUsage } from '../../src/openai/readUsage.ts'
import { Tracker } from '../../src/tracker/tracker.ts'
import { plainSql } from '../../test/pure/tracker/plainSql.ts'

const MIDNIGHT_S = Date.parse('2026-03-10T00:00:00Z') / 1000
const DAY_S = 86_400
/** The tracker starts the day before, so that the day begins with a release. */
const DAYS_BEFORE = 1
/** What is changed so soon after midnight is the release of the day before. */
const RELEASED_WITHIN_S = 600
const HOST = 'http://simulator.example'

export interface Request {
  /** Of the day. */
  second: number
  tokens: number
  model: string
  project: string
}

export interface Braked {
  /** All tokens that were used on the day. */
  used: number
  denied: number
  /** `HH:MM`, when the first policy was changed after the night's release; null: never. */
  setAt: string | null
  writes: number
  /** Projects whose policy is not what it was, an hour after the reset. */
  left: string[]
}

/** One day of the real tracker against the simulator, on a clock that goes from one thing that is due to the next. */
export async function brakedDay({
  mode,
  lagMinutes,
  limit,
  requests,
}: {
  mode: 'on' | 'watch'
  lagMinutes: number
  limit: number
  requests: readonly Request[]
}): Promise<Braked> {
  let clock = (MIDNIGHT_S - DAYS_BEFORE * DAY_S) * 1000
  const simulation = new Simulation({ empty: true, now: () => clock })
  for (let day = -DAYS_BEFORE; day <= 0; day++) {
    const events = requests.map(({ second, tokens, model, project }) => {
      const time = MIDNIGHT_S + day * DAY_S + second
      return { model, project, input: tokens, output: 0, time, visibleFrom: time + lagMinutes * 60 }
    })
    simulation.add(events)
  }
  const writes: number[] = []
  globalThis.fetch = async (input, init = {}) => {
    const url = new URL(String(input))
    const method = init.method ?? 'GET'
    if (method !== 'GET') writes.push(clock)
    const authorization = new Headers(init.headers).get('authorization') ?? undefined
    const answer = simulation.answer({ method, url, authorization, body: String(init.body ?? '') }, undefined)
    return new Response(answer.body, { status: answer.status, headers: answer.headers })
  }
  const config = readConfig({
    OPENAI_ADMIN_KEY: 'sk-admin-bench',
    OPENAI_BASE_URL: `${HOST}/v1`,
    AUTH_MODE: 'open',
    PREMIUM_TIER_LIMIT: String(limit),
    POLL_CRON: '*/5 * * * *',
    BRAKE: mode,
    BRAKE_AT: '97',
  })
  const none = { ok: true as const, complete: true, requests: 1 }
  const tracker = new Tracker(
    {
      sql: plainSql(),
      now: () => clock,
      random: () => 0.5,
      config: () => config,
      readUsage,
      readCosts: async () => ({ ok: true, days: [], spoiled: [], requests: 1, simulated: true }),
      readProjects: async () => ({ ...none, names: [] }),
      readUsers: async () => ({ ...none, names: [] }),
      readKeys: async () => ({ ...none, keys: [], owners: [] }),
      readPolicy,
      writePolicy,
      writeHistory: async entries => ({ rowsWritten: entries.length, rowsRead: 0, statements: 1 }),
      sendWebhook: async () => ({ outcome: 'delivered', status: 200 }),
      sendHeartbeat: async () => ({ ok: true, status: 200 }),
      broadcast: () => {},
      connections: () => 0,
      log: record => {
        if (record.event === 'fault') throw new Error(JSON.stringify(record))
      },
    },
    () => {},
  )
  const end = (MIDNIGHT_S + DAY_S + 3600) * 1000
  while (clock < end) {
    await tracker.wake()
    await new Promise(resolve => setImmediate(resolve))
    clock = Math.max(clock + 1000, Math.min(...tracker.dues()))
  }
  const used = simulation.totals('2026-03-10').total
  const first = writes.find(at => at >= (MIDNIGHT_S + RELEASED_WITHIN_S) * 1000)
  return {
    used: used.total_tokens,
    denied: requests.length - used.requests,
    setAt: first === undefined ? null : new Date(first).toISOString().slice(11, 16),
    writes: writes.length,
    left: Object.entries(simulation.policies.list(clock / 1000)).flatMap(([project, policy]) =>
      policy === null || policy.models.length === 0 ? [] : [project],
    ),
  }
}
