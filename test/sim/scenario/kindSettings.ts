import type { Random } from '../engine/random.ts'
import { type BrakeSettings, brakeVars } from './brakeSettings.ts'

/** The kinds of section 13, as ALERTS names them. */
export const KINDS = [
  'threshold',
  'pace',
  'billed',
  'free_stopped',
  'spike',
  'budget',
  'new_model',
  'leftover',
  'digest',
  'watch',
] as const
export type NamedKind = (typeof KINDS)[number]

/** When digests are due: at each so many hours of Unix time, and some minutes after. An oracle needs no cron for it. */
export interface DigestTimes {
  everyHours: 1 | 6 | 24
  /** After the full hour, and for a daily one the hour. */
  hour: number
  minute: number
}

/** What is told beside thresholds, and what is asked beside OpenAI. */
export interface KindSettings {
  alerts: readonly (NamedKind | 'brake')[]
  limitCounts: 'all' | 'free'
  budgetUsd: number | null
  budgetThresholds: number[]
  digest: DigestTimes | null
  leftoverHours: number
  heartbeat: boolean
  brake: BrakeSettings | null
}

/** As before there were other kinds than thresholds and the watch: for lives that are about something else. */
export const FEW_KINDS: KindSettings = {
  alerts: ['threshold', 'watch'],
  limitCounts: 'all',
  budgetUsd: null,
  budgetThresholds: [50, 80, 100],
  digest: null,
  leftoverHours: 0,
  heartbeat: false,
  brake: null,
}

export function kindSettingsOf(random: Random): KindSettings {
  return {
    alerts: random.pick([KINDS, KINDS, KINDS, someOf(random), ['threshold', 'watch', 'pace', 'spike']]),
    limitCounts: random.pick(['all', 'all', 'free']),
    budgetUsd: random.pick([null, 0.02, 0.08, 0.3]),
    budgetThresholds: random.pick([[50, 80, 100], [33.333], [1, 10, 100, 200]]),
    digest: random.pick([
      null,
      { everyHours: 24, hour: 7, minute: 0 },
      { everyHours: 6, hour: 0, minute: 30 },
      { everyHours: 1, hour: 0, minute: 15 },
    ]),
    leftoverHours: random.pick([0, 0, 2, 6.5, 12]),
    heartbeat: random.chance(0.6),
    brake: null,
  }
}

function someOf(random: Random): NamedKind[] {
  const some = KINDS.filter(() => random.chance(0.6))
  return some.length === 0 ? ['digest'] : some
}

/** Some of them changed. */
export function kindChange(random: Random): Partial<KindSettings> {
  const all = kindSettingsOf(random)
  const change: Partial<KindSettings> = {}
  if (random.chance(0.3)) change.alerts = all.alerts
  if (random.chance(0.2)) change.limitCounts = all.limitCounts
  if (random.chance(0.3)) Object.assign(change, { budgetUsd: all.budgetUsd, budgetThresholds: all.budgetThresholds })
  if (random.chance(0.3)) change.digest = all.digest
  if (random.chance(0.3)) change.leftoverHours = all.leftoverHours
  if (random.chance(0.2)) change.heartbeat = all.heartbeat
  return change
}

export function kindVars(settings: KindSettings, heartbeatUrl: string): Record<string, string> {
  const { digest, budgetUsd } = settings
  return {
    ALERTS: settings.alerts.join(','),
    LIMIT_COUNTS: settings.limitCounts,
    ...(budgetUsd !== null && { MONTHLY_BUDGET_USD: String(budgetUsd) }),
    BUDGET_THRESHOLD: settings.budgetThresholds.join(','),
    ...(digest !== null && { DIGEST_CRON: cronOf(digest) }),
    LEFTOVER_HOURS: String(settings.leftoverHours),
    ...(settings.heartbeat && { HEARTBEAT_URL: heartbeatUrl }),
    ...brakeVars(settings.brake),
  }
}

function cronOf({ everyHours, hour, minute }: DigestTimes): string {
  if (everyHours === 1) return `${minute} * * * *`
  return everyHours === 24 ? `${minute} ${hour} * * *` : `${minute} */${everyHours} * * *`
}
