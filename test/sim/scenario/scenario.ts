import type { Blow, PortCall } from '../engine/faultPoints.ts'
import type { D1Fault } from '../world/historyDatabase.ts'
import type { LastingFault } from '../world/lastingFault.ts'
import type { Use } from '../world/ledger.ts'
import type { NO_POLICY_FORMS, PermissionFault } from '../world/modelPermissions.ts'
import type { OwnerEdit } from '../world/policyEdits.ts'
import type { ReceiverMode } from '../world/receivers.ts'
import type { UpstreamFault } from '../world/upstreamFaults.ts'
import type { KindSettings } from './kindSettings.ts'

export const ALPHABETS = ['ordinary', 'adversarial', 'nemesis'] as const
/** Lives that are long, or of a large organisation, or sick for long: a few of them, each with checks of its own. */
export const LONG_ALPHABETS = ['age', 'size', 'lasting', 'brake'] as const
export type Alphabet = (typeof ALPHABETS)[number] | (typeof LONG_ALPHABETS)[number]

/** Something that happens to the product. Times are true ms. Every one can be left out: that is how a failure is shrunk. */
export type Op = { at: number } & (
  | { kind: 'upstream'; until: number; fault: UpstreamFault; share: number }
  | { kind: 'd1'; until: number; fault: D1Fault }
  | { kind: 'receiver'; until: number; receiver: number; mode: ReceiverMode }
  | { kind: 'strike'; nth: number; blow: Blow; only: PortCall | null; loses: boolean; ever?: boolean }
  | { kind: 'crash'; loses: boolean }
  | { kind: 'evict' }
  | { kind: 'loseAlarm' }
  | { kind: 'clock'; until: number; skew: number }
  | { kind: 'down'; until: number }
  | { kind: 'configure'; change: Settings }
  | { kind: 'migrate' }
  | { kind: 'lasting'; until: number; fault: LastingFault }
  | { kind: 'poll' }
  | { kind: 'reconcile'; daysAgo: number }
  | { kind: 'look' }
  | { kind: 'connect'; broken: boolean }
  | { kind: 'permissions'; until: number; fault: PermissionFault; share: number }
  | { kind: 'noPolicyForm'; form: (typeof NO_POLICY_FORMS)[number] }
  | { kind: 'owner'; project: string; edit: OwnerEdit }
  | { kind: 'brake'; act: 'set' | 'release' }
)

export interface Settings extends Partial<KindSettings> {
  premiumLimit?: number
  miniLimit?: number
  thresholds?: number[]
  /** Indices of RECEIVER_URLS. */
  receivers?: number[]
}

export interface Scenario {
  seed: number
  alphabet: Alphabet
  start: number
  /** Faults stop, and soon afterwards the usage too. */
  heal: number
  everyMinutes: number
  settings: Required<Settings>
  /** Odd pages: other sizes than asked for, buckets in parts, repeats. */
  odd: boolean
  /** Whether the days close while the tracker is awake or while it is away. */
  closesAwake: boolean
  migratedAtStart: boolean
  /** How often the cron trigger looks whether the alarm is set. */
  watchdogMinutes: number
  uses: Use[]
  ops: Op[]
}

/** After `heal`, in order. The first look, once everything owed shall be done. */
export const SETTLE_MS = 3 * 3_600_000
/** Usage ends this long after `heal`, so that its last hour is over at the first look. */
export const USE_GOES_ON_MS = 3_600_000
/** The second look, once every day of the run has closed. */
export const CLOSED_MS = SETTLE_MS + 78 * 3_600_000
/** Figures of closed days that OpenAI changes even later; an operator re-reads those days. */
export const VERY_LATE_MS = CLOSED_MS + 600_000
