import type { ReleaseCause } from '../../alerts/notices/brake.ts'
import type { FreeStops } from '../../alerts/notices/freeStopped.ts'
import type { WatchMessage } from '../../alerts/watchMessage.ts'
import type { TierBrake } from '../../brake/tierBrake.ts'
import type { PaceWatch } from '../../forecast/paceWatch.ts'
import type { UpstreamFault } from '../../openai/upstreamFault.ts'
import type { Tier } from '../../wire.ts'
import { first, type Sql } from './sql.ts'

/** What D1 is handed, each by itself: a table that fails holds up no other. `queue`: what a release before this one left. */
export const HISTORY_PARTS = ['queue', 'alerts', 'ticks', 'days', 'hours', 'usage', 'costs'] as const
export type HistoryPart = (typeof HISTORY_PARTS)[number]

/** Why D1 does not take a part, and since when (ms). */
export interface HistoryFault {
  reason: 'needs_migration' | 'failing'
  message: string
  since: number
  attempts: number
  /** Not before this time (ms), unless a poll comes first. */
  retryAt: number
}

/** What the tracker remembers of its polls. Times are Unix milliseconds, but for `lastSnapshotS`. */
export interface PollState {
  /** Rises with every commit; the revision of all that the commit wrote. */
  seq: number
  /** Days that ended before it were never watched, so nobody is alerted about them. */
  firstSuccess: number | null
  lastAttempt: number | null
  lastSuccess: number | null
  lastSnapshotS: number | null
  failures: number
  fault: UpstreamFault | null
  faultSince: number | null
  /** Since when each try fails, whatever its fault, or since when there is no key; null while polls succeed. */
  failingSince: number | null
  /** The message that the receivers are owed, or have got, about the tracker being blind; null while it sees. */
  blindTold: WatchMessage | null
  notBefore: number
  nextPoll: number | null
  simulated: boolean
  backfill: 'pending' | 'done'
  historyFaults: Partial<Record<HistoryPart, HistoryFault>>
  /** Frame numbers below this may have been sent. */
  framesReserved: number
  /** The configuration problems that were logged last, as JSON. */
  problemsLogged: string | null
  /** This installation's own name in the ids of messages: two trackers may have the same receiver. Empty before the first commit. */
  installation: string
  /** Of the settings that the last wake found; null: none yet. */
  upstreamPrint: string | null
  receiversPrint: string | null
  /** The hour (its number since 1970) in which D1 was last given the summaries of open days. */
  summariesHour: number
  /** When costs and names were last read (Unix seconds); 0 never. */
  costsReadS: number
  namesReadS: number
  /** Projects whose keys are still to be listed. */
  namesTodo: string[]
  /** Fingerprint of the ids whose names were read. */
  namesPrint: string
  /** The UTC dates on which the object and D1 last forgot what is too old. */
  prunedDate: string
  forgottenDate: string
  /** What the kinds of alerts remember from poll to poll. */
  foresight: ForesightState
  /** Polls since the first start, by what they came to: `ok`, or the code of the fault. A few codes are all there are. */
  polls: Readonly<Record<string, number>>
}

/** Bounded: two tiers, causes of a week. Unset where there is nothing to remember. */
export interface ForesightState {
  pace?: Partial<Record<Tier, PaceWatch>>
  freeStops?: FreeStops
  /** Causes of billed tokens that were told, with the date on which. */
  billedTold?: Record<string, string>
  /** Dedupe keys of a date that are known to have a row. */
  told?: { date: string; keys: string[] }
  /** When the last digest was told, or the first one asked for (Unix ms), and by which DIGEST_CRON. */
  digestAt?: number
  digestCron?: string
  brake?: BrakeState
}

/** What the brake remembers beside the projects that it has touched. Bounded: two tiers, one incident. */
export interface BrakeState {
  tiers: Partial<Record<Tier, TierBrake>>
  /** When the brake was set whose setting the receivers were told of (Unix ms), by tier. */
  toldSet?: Partial<Record<Tier, number>>
  /** The same of what BRAKE=watch has told: whoever turns it on then is told that it is set. */
  toldWould?: Partial<Record<Tier, number>>
  /** What is to be told once the last project is released; unset where nothing was set. */
  toRelease?: { tiers: { tier: Tier; percentage: number }[]; cause: ReleaseCause; date: string; projects: string[] }
  /** Since when something fails that the receivers were told of (Unix ms); it ends when nothing fails any more. */
  failedSince?: number
}

export const FRESH_STATE: PollState = {
  seq: 0,
  firstSuccess: null,
  lastAttempt: null,
  lastSuccess: null,
  lastSnapshotS: null,
  failures: 0,
  fault: null,
  faultSince: null,
  failingSince: null,
  blindTold: null,
  notBefore: 0,
  nextPoll: null,
  simulated: false,
  backfill: 'pending',
  historyFaults: {},
  framesReserved: 0,
  problemsLogged: null,
  installation: '',
  upstreamPrint: null,
  receiversPrint: null,
  summariesHour: 0,
  costsReadS: 0,
  namesReadS: 0,
  namesTodo: [],
  namesPrint: '',
  prunedDate: '',
  forgottenDate: '',
  foresight: {},
  polls: {},
}

interface Row {
  seq: number
  first_success_ms: number | null
  last_attempt_ms: number | null
  last_success_ms: number | null
  last_snapshot_s: number | null
  failures: number
  fault: string | null
  fault_since_ms: number | null
  not_before_ms: number
  next_poll_ms: number | null
  simulated: number
  backfill: string
  history_fault: string | null
  frames_reserved: number
  problems_logged: string | null
  failing_since_ms: number | null
  blind_told: string | null
  installation: string | null
  upstream_print: string | null
  receivers_print: string | null
  summaries_hour: number
  costs_read_s: number
  names_read_s: number
  names_todo: string
  names_print: string
  pruned_date: string
  forgotten_date: string
  foresight: string
  polls: string
}

export function readPollState(sql: Sql): PollState {
  const row = first<Row>(sql, 'SELECT * FROM poll_state WHERE id = 1')
  if (row === null) return FRESH_STATE
  return {
    seq: row.seq,
    firstSuccess: row.first_success_ms,
    lastAttempt: row.last_attempt_ms,
    lastSuccess: row.last_success_ms,
    lastSnapshotS: row.last_snapshot_s,
    failures: row.failures,
    fault: row.fault === null ? null : JSON.parse(row.fault),
    faultSince: row.fault_since_ms,
    failingSince: row.failing_since_ms,
    blindTold: row.blind_told === null ? null : JSON.parse(row.blind_told),
    notBefore: row.not_before_ms,
    nextPoll: row.next_poll_ms,
    simulated: row.simulated === 1,
    backfill: row.backfill === 'done' ? 'done' : 'pending',
    historyFaults: row.history_fault === null ? {} : JSON.parse(row.history_fault),
    framesReserved: row.frames_reserved,
    problemsLogged: row.problems_logged,
    installation: row.installation ?? '',
    upstreamPrint: row.upstream_print,
    receiversPrint: row.receivers_print,
    summariesHour: row.summaries_hour,
    costsReadS: row.costs_read_s,
    namesReadS: row.names_read_s,
    namesTodo: JSON.parse(row.names_todo) as string[],
    namesPrint: row.names_print,
    prunedDate: row.pruned_date,
    forgottenDate: row.forgotten_date,
    foresight: JSON.parse(row.foresight) as ForesightState,
    polls: JSON.parse(row.polls) as PollState['polls'],
  }
}

export function writePollState(sql: Sql, state: PollState): void {
  sql.all(
    `INSERT OR REPLACE INTO poll_state
      (id, seq, first_success_ms, last_attempt_ms, last_success_ms, last_snapshot_s, failures, fault, fault_since_ms,
       not_before_ms, next_poll_ms, simulated, backfill, history_fault, frames_reserved, problems_logged,
       failing_since_ms, blind_told, installation, upstream_print, receivers_print, summaries_hour, costs_read_s,
       names_read_s, names_todo, names_print, pruned_date, forgotten_date, foresight, polls)
     VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    state.seq,
    state.firstSuccess,
    state.lastAttempt,
    state.lastSuccess,
    state.lastSnapshotS,
    state.failures,
    state.fault === null ? null : JSON.stringify(state.fault),
    state.faultSince,
    state.notBefore,
    state.nextPoll,
    state.simulated ? 1 : 0,
    state.backfill,
    Object.keys(state.historyFaults).length === 0 ? null : JSON.stringify(state.historyFaults),
    state.framesReserved,
    state.problemsLogged,
    state.failingSince,
    state.blindTold === null ? null : JSON.stringify(state.blindTold),
    state.installation,
    state.upstreamPrint,
    state.receiversPrint,
    state.summariesHour,
    state.costsReadS,
    state.namesReadS,
    JSON.stringify(state.namesTodo),
    state.namesPrint,
    state.prunedDate,
    state.forgottenDate,
    JSON.stringify(state.foresight),
    JSON.stringify(state.polls),
  )
}

/** With one more that came to `result`. */
export function countPoll(polls: PollState['polls'], result: string): PollState['polls'] {
  return { ...polls, [result]: (polls[result] ?? 0) + 1 }
}
