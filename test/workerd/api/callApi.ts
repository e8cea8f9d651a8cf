import type { Ports } from '../../../src/api/call.ts'
import { handleRequest } from '../../../src/api/handleRequest.ts'
import type { HistoryReaders } from '../../../src/api/history/historyReaders.ts'
import type { Vars } from '../../../src/config/readConfig.ts'
import type { Env } from '../../../src/rpc/env.ts'
import type { TrackerStub } from '../../../src/rpc/trackerStub.ts'
import { contract } from '../contract/contract.ts'
import { leakWatch } from '../security/leakWatch.ts'
import { fakeTracker } from './fakeTracker.ts'

export const API_TOKEN = 'canary-api-token-0123456789abcdef0123456789abcdef'
export const ORIGIN = 'https://tracker.example'

export interface Setting {
  vars?: Vars
  tracker?: Partial<TrackerStub>
  history?: Partial<HistoryReaders>
  origin?: string
}

/** A tracker's HTTP side with its own isolate memory: `call('GET /api/usage', headers)`. Open unless `vars` say otherwise. */
export function api({ vars = { AUTH_MODE: 'open' }, tracker = {}, history = {}, origin = ORIGIN }: Setting = {}) {
  leakWatch.learnVars(vars)
  const fake = fakeTracker(tracker)
  const reads: string[] = []
  const waits: number[] = []
  const names: string[] = []
  const read = (line: string) => {
    reads.push(line)
    return Promise.resolve([])
  }
  const readers: HistoryReaders = {
    readSnapshots: (db, from, to) => history.readSnapshots?.(db, from, to) ?? read(`snapshots ${from} ${to}`),
    readHourTotals: (db, from, to) => history.readHourTotals?.(db, from, to) ?? read(`hourTotals ${from} ${to}`),
    readDays: (db, from, to) => history.readDays?.(db, from, to) ?? read(`days ${from} ${to}`),
    readHourModels: (db, page) => history.readHourModels?.(db, page) ?? read(`hourModels ${JSON.stringify(page)}`),
    readRowHours: (db, row) => history.readRowHours?.(db, row) ?? read(`rowHours ${JSON.stringify(row)}`),
    readUsageBy: (db, span) => history.readUsageBy?.(db, span) ?? read(`usageBy ${JSON.stringify(span)}`),
  }
  const ports: Ports = { history: readers, wait: async ms => void waits.push(ms) }
  const getByName: Env['USAGE_TRACKER']['getByName'] = (name, options) => {
    names.push([name, ...Object.values(options ?? {})].join(' in '))
    return fake.tracker
  }
  const env: Env = { ...vars, DB: {} as D1Database, USAGE_TRACKER: { getByName } }
  const background: Promise<unknown>[] = []
  const ctx = { waitUntil: (promise: Promise<unknown>) => void background.push(promise) }
  const call = async (line: string, headers: Record<string, string> = {}, body: BodyInit | null = null) => {
    const [method = 'GET', path = '/'] = line.split(' ')
    const request = new Request(`${origin}${path}`, { method, headers, body })
    leakWatch.sawRequest(request)
    const response = await handleRequest(request, env, ctx, ports)
    await contract.sawAnswer(request, response)
    await leakWatch.sawResponse(line, response)
    return response
  }
  return { ...fake, call, reads, waits, names, background, env }
}

export const bearer = (token = API_TOKEN) => ({ authorization: `Bearer ${token}` })
export const TOKEN_MODE: Vars = { AUTH_MODE: 'token', API_TOKEN }
