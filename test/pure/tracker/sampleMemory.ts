import { type Config, readConfig, type Vars } from '../../../src/config/readConfig.ts'
import type { Memory } from '../../../src/tracker/memory.ts'
import type { SideRead } from '../../../src/tracker/reads/sideRead.ts'
import type { Day } from '../../../src/tracker/store/dayStore.ts'
import { FRESH_STATE, type PollState } from '../../../src/tracker/store/pollState.ts'
import { type GroupMap, groupMap, type UsageGroup } from '../../../src/usage/usageGroup.ts'

/** Noon of 2027-03-10, in Unix seconds. */
export const NOON_S = Date.UTC(2027, 2, 10, 12) / 1000

export function configOf(vars: Vars = {}): Config {
  return readConfig({ AUTH_MODE: 'open', OPENAI_ADMIN_KEY: 'sk-admin-x', ...vars })
}

/** A tracker that has polled for months, at noon. */
export function memoryOf(partial: Partial<Omit<Memory, 'state'>> & { state?: Partial<PollState> } = {}): Memory {
  const { state, ...rest } = partial
  const before = {
    ...FRESH_STATE,
    seq: 7,
    firstSuccess: Date.UTC(2027, 0, 1),
    lastAttempt: NOON_S * 1000,
    lastSuccess: NOON_S * 1000,
    lastSnapshotS: NOON_S,
    backfill: 'done' as const,
    installation: 'abcd1234',
  }
  return { state: { ...before, ...state }, days: new Map(), gaps: [], reads: [], braked: [], ...rest }
}

/** An open day whose hours were read at noon and add up to it. */
export function dayOf(date: string, partial: Partial<Day> = {}): Day {
  return {
    date,
    revision: 3,
    acked: 0,
    final: false,
    settled: false,
    handed: false,
    tracked: true,
    limits: { premium: 1_000_000, mini: 10_000_000 },
    groupsRevision: 3,
    hoursRevision: 3,
    hoursReadS: NOON_S,
    hourEntries: 0,
    ticksFromS: 0,
    usageAcked: 0,
    fired: { premium: [], mini: [] },
    told: {},
    groups: new Map(),
    ...partial,
  }
}

export function daysOf(...days: Day[]): ReadonlyMap<string, Day> {
  return new Map(days.map(day => [day.date, day]))
}

/** A read that has failed once, due again a minute after noon. */
export function sideReadOf(partial: Partial<SideRead> = {}): SideRead {
  return {
    kind: 'hours',
    key: '2027-03-10',
    since: NOON_S * 1000,
    attempts: 1,
    nextAt: NOON_S * 1000 + 60_000,
    error: { code: 'upstream_error', message: 'OpenAI answers with status 500.', action: 'Nothing to do.' },
    ...partial,
  }
}

export function groupOf(partial: Partial<UsageGroup> = {}): UsageGroup {
  const names = { model: 'gpt-4o', serviceTier: '', project: '', apiKey: '', user: '' }
  return { ...names, input: 0, output: 0, cached: 0, requests: 0, ...partial }
}

/** Tokens of a premium and of a mini model. */
export function used(premium: number, mini = 0): GroupMap {
  return groupMap([
    ...(premium > 0 ? [groupOf({ input: premium })] : []),
    ...(mini > 0 ? [groupOf({ model: 'gpt-4o-mini', output: mini })] : []),
  ])
}
