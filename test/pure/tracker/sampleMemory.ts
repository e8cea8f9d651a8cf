import { type Config, readConfig, type Vars } from '../../../src/config/readConfig.ts'
import type { Memory } from '../../../src/tracker/memory.ts'
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
  }
  return { state: { ...before, ...state }, days: new Map(), fired: new Map(), gaps: [], ...rest }
}

export function dayOf(date: string, partial: Partial<Day> = {}): Day {
  return {
    date,
    revision: 3,
    final: false,
    tracked: true,
    limits: { premium: 1_000_000, mini: 10_000_000 },
    hoursReadS: NOON_S,
    hoursRevision: 3,
    groups: new Map(),
    ...partial,
  }
}

export function daysOf(...days: Day[]): ReadonlyMap<string, Day> {
  return new Map(days.map(day => [day.date, day]))
}

export function groupOf(partial: Partial<UsageGroup> = {}): UsageGroup {
  return { model: 'gpt-4o', serviceTier: '', project: '', input: 0, output: 0, cached: 0, requests: 0, ...partial }
}

/** Tokens of a premium and of a mini model. */
export function used(premium: number, mini = 0): GroupMap {
  return groupMap([
    ...(premium > 0 ? [groupOf({ input: premium })] : []),
    ...(mini > 0 ? [groupOf({ model: 'gpt-4o-mini', output: mini })] : []),
  ])
}
