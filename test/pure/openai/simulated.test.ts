import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { HOSTILE_NAMES } from '../../../simulator/faults/hostile-names.ts'
import { PROJECTS, USERS } from '../../../simulator/organisation/organisation.ts'
import { type Simulator, startSimulator } from '../../../simulator/start-simulator.ts'
import { Budget } from '../../../src/budget.ts'
import type { Upstream } from '../../../src/openai/askOpenAI.ts'
import { LONGEST_SHOWN_NAME_CHARS } from '../../../src/openai/namePage.ts'
import { readCosts } from '../../../src/openai/readCosts.ts'
import { readKeys, readProjects, readServiceAccounts, readUsers } from '../../../src/openai/readNames.ts'
import { readUsage } from '../../../src/openai/readUsage.ts'
import { Secret } from '../../../src/secret.ts'

// The readers against the simulator, whose answers are held against OpenAI's published description.

const DAY = 86_400
const NOW = Date.parse('2026-11-18T15:30:20Z')
const TODAY = Date.parse('2026-11-18T00:00:00Z') / 1000
const SEARCH = 'proj_b7UcR2hXgPq9JyNs4ZtMfEw1'
/** Shares nothing, so that all of it is billed. */
const PRIVATE = 'proj_V6kLdAs0FoYi8CmTw3QnGxHr'

let simulator: Simulator
let upstream: Upstream
beforeEach(async () => {
  simulator = await startSimulator({ seed: 5, scale: 0.2, now: () => NOW })
  upstream = {
    baseUrl: simulator.baseUrl,
    adminKey: new Secret('sk-admin-test'),
    projectIds: [],
    signal: new AbortController().signal,
    budget: new Budget(40),
    now: () => NOW,
  }
})
afterEach(() => simulator.close())

async function costsOf(days: number) {
  const read = await readCosts(upstream, { start: TODAY - (days - 1) * DAY, end: null })
  if (!read.ok) throw new Error(JSON.stringify(read.fault))
  return read
}

const sorted = (rows: { project: string; lineItem: string; nanoUsd: number }[]) =>
  rows.map(row => JSON.stringify([row.project, row.lineItem, row.nanoUsd])).sort()
const ledgerOf = (start: number) =>
  sorted(
    simulator
      .costs(new Date(start * 1000).toISOString().slice(0, 10))
      .rows.map(row => ({ project: row.project, lineItem: row.line_item, nanoUsd: row.nano_usd })),
  )

describe('readCosts of an organisation', () => {
  it.each([
    ['as numbers', null],
    ['as text', 'string-cost'],
    ['with more decimals than a number holds', 'fine-cost'],
  ])('equals the ledger to the billionth, amounts %s', async (_, fault) => {
    if (fault !== null) simulator.fault(fault)
    const { days, spoiled, requests, simulated } = await costsOf(6)
    expect([days.map(({ start }) => start), spoiled, requests, simulated]).toEqual([
      [5, 4, 3, 2, 1, 0].map(ago => TODAY - ago * DAY),
      [],
      1,
      true,
    ])
    for (const { start, rows } of days) expect(sorted(rows)).toEqual(ledgerOf(start))
    expect(days.some(({ rows }) => rows.length > 10)).toBe(true)
  })

  it('walks 40 days in two pages', async () => {
    const { days, requests } = await costsOf(40)
    expect([days.length, requests]).toEqual([40, 2])
    for (const { start, rows } of days.slice(8, 12)) expect(sorted(rows)).toEqual(ledgerOf(start))
  })

  it('reads only the projects that are asked for', async () => {
    const shown = { time: TODAY - DAY, visibleFrom: TODAY }
    simulator.add({ model: 'o3-2025-04-16', input: 5, output: 5, project: 'proj_other', ...shown })
    upstream.projectIds = [PRIVATE]
    const { days } = await costsOf(2)
    expect(new Set(days.flatMap(({ rows }) => rows.map(({ project }) => project)))).toEqual(new Set([PRIVATE]))
  })

  it.each([
    ['euro-cost', 'results.0.amount.currency is not "usd"'],
    ['null-cost', 'results.0.amount.value is not number'],
  ])('%s spoils one day, and no other', async (fault, detail) => {
    simulator.fault(fault)
    const { days, spoiled } = await costsOf(3)
    expect([days.map(({ start }) => start), spoiled]).toEqual([
      [TODAY - DAY, TODAY],
      [{ start: TODAY - 2 * DAY, detail }],
    ])
  })

  it('follows late data and corrections, down too', async () => {
    const event = { model: 'gpt-4o-2024-08-06', project: 'proj_late', time: TODAY - DAY, visibleFrom: TODAY }
    const late = async () => {
      const { days } = await costsOf(2)
      expect(days.map(({ rows }) => sorted(rows))).toEqual([ledgerOf(TODAY - DAY), ledgerOf(TODAY)])
      return days[0]?.rows.filter(({ project }) => project === 'proj_late').map(({ nanoUsd }) => nanoUsd)
    }
    expect(await late()).toEqual([])
    simulator.add({ ...event, input: 1001, output: 0 })
    expect(await late()).toEqual([2_502_500])
    simulator.add({ ...event, input: -1, output: 0, requests: 0 })
    expect(await late()).toEqual([2_500_000])
    simulator.add({ ...event, input: -2000, output: 0, requests: 0 })
    expect(await late()).toEqual([-2_500_000])
  })
})

describe('the readers of names', () => {
  it('know every project, user, key and service account of the organisation', async () => {
    expect(await readProjects(upstream)).toEqual({
      ...{ ok: true, complete: true, requests: 1 },
      names: PROJECTS.map(({ id, name }) => ({ id, name })),
    })
    expect(await readUsers(upstream)).toMatchObject({
      names: USERS.map(({ id, name, email }) => ({ id, name: name ?? email })),
    })
    expect(await readServiceAccounts(upstream, SEARCH)).toMatchObject({
      names: [{ id: 'svc_acct_Tn5RvKc2XwLhPe8J', name: 'Nightly index' }],
    })
    expect(await readKeys(upstream, SEARCH)).toEqual({
      ...{ ok: true, complete: true, requests: 1 },
      keys: [
        { id: 'key_4xTqMzBn8WcJr5Le', name: 'Search API' },
        { id: 'key_Zd7mPq2KvXs9RtHb', name: 'Summaries' },
        { id: 'key_w1CfUy5NgAo8EiLj', name: 'Nightly index' },
      ],
      owners: [
        { id: 'user-h4Ty8NqAz2PbVcJm', name: 'Amina Okafor' },
        { id: 'svc_acct_Tn5RvKc2XwLhPe8J', name: 'Nightly index' },
      ],
    })
    expect(await readKeys(upstream, PRIVATE)).toMatchObject({
      keys: [{ name: 'Reports' }, { name: 'Data export' }],
    })
    expect(await readKeys(upstream, 'proj_nobody')).toMatchObject({ fault: { kind: 'unexpectedStatus', status: 404 } })
  })

  it('walk 250 keys in three pages', async () => {
    simulator.change(
      ...Array.from({ length: 249 }, (_, n) => ({ kind: 'key' as const, id: `key_${n}`, name: `k${n}` })),
    )
    const read = await readKeys(upstream, 'proj_sim')
    expect([read.requests, read.ok && read.complete, read.ok && read.keys.length]).toEqual([3, true, 250])
    expect(read.ok && read.keys.at(-1)).toEqual({ id: 'key_248', name: 'k248' })
  })

  it('show nothing of hostile names that could hide, reorder or go on without end', async () => {
    HOSTILE_NAMES.forEach((_, n) => {
      simulator.change({ kind: 'user', id: `user-${n}` })
    })
    simulator.fault('hostile-list')
    const read = await readUsers(upstream)
    const names = read.ok ? read.names.map(({ name }) => name) : []
    expect(names.length).toBe(HOSTILE_NAMES.length + USERS.length)
    for (const name of names) {
      expect([...name].length).toBeLessThanOrEqual(LONGEST_SHOWN_NAME_CHARS)
      expect(name).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u)
    }
  })

  it.each([
    ['api.usage.read', [false, false, true, true]],
    ['api.management.read', [true, true, false, false]],
    ['api.management.write', [true, true, true, true]],
  ] as const)('say that %s is missing where it is needed, and all else works', async (missing, works) => {
    const all = ['api.usage.read', 'api.management.read', 'api.management.write'] as const
    simulator.setScopes(...all.filter(scope => scope !== missing))
    const reads = [
      await readUsage(upstream, { width: '1d', start: TODAY, end: null }),
      await readCosts(upstream, { start: TODAY, end: null }),
      await readProjects(upstream),
      await readKeys(upstream, SEARCH),
    ]
    expect(reads.map(({ ok }) => ok)).toEqual(works)
    for (const read of reads) {
      if (!read.ok) expect(read.fault).toMatchObject({ kind: 'refused', status: 403, missingScope: missing })
    }
  })
})
