import type { Config } from '../../config/readConfig.ts'
import type { Classify } from '../../models.ts'
import { requestIdOf } from '../../openai/upstreamFault.ts'
import type { Beat } from '../../receivers/heartbeat.ts'
import type { ChannelView, ConfigProblem, ReadView, StatusError, StatusView, TrackerState } from '../../wire.ts'
import { blindAt } from '../cycle/schedule.ts'
import type { Guarded, OwnFault } from '../foresight/guarded.ts'
import type { Memory } from '../memory.ts'
import { sideReadDate } from '../reads/sideReads.ts'
import type { HistoryBacklog } from '../store/owedStore.ts'
import { HISTORY_PARTS } from '../store/pollState.ts'
import { troubleOf } from '../watch/trouble.ts'

export interface StatusFacts {
  memory: Memory
  config: Config
  classify: Classify
  channels: ChannelView[]
  /** What fails by a fault of this program's own, and costs only itself. */
  ownFaults: ReadonlyMap<Guarded, OwnFault>
  heartbeat: { at: number; beat: Beat } | null
  brake: StatusView['brake']
  /** What only traffic tells of the settings. */
  trafficHints: ConfigProblem[]
  backlog: HistoryBacklog
  connections: number
  /** Unix milliseconds. */
  now: number
}

export const VERSION = '0.1.0'

/** `GET /api/status`. */
export function statusView(facts: StatusFacts): StatusView {
  const { memory, config, channels, backlog, now } = facts
  const { state } = memory
  return {
    state: trackerState(memory, config, now),
    simulated: state.simulated,
    upstream: new URL(config.baseUrl).host,
    auth_mode: config.auth.mode,
    poll_cron: config.pollCron,
    server_time: seconds(now),
    last_attempt: state.lastAttempt === null ? null : seconds(state.lastAttempt),
    last_success: state.lastSuccess === null ? null : seconds(state.lastSuccess),
    next_poll: state.nextPoll === null ? null : seconds(state.nextPoll),
    failures: state.failures,
    error: statusError(memory, config, now),
    // Without a receiver it is noted, and nobody told.
    blind_told_at: state.blindTold === null || config.channels.length === 0 ? null : state.blindTold.firedAt,
    thresholds: config.thresholds,
    limits: config.limits,
    limit_counts: config.limitCounts,
    alert_kinds: [...config.alertKinds],
    heartbeat: heartbeatView(facts),
    brake: facts.brake,
    open_days: [...memory.days.values()]
      .filter(day => !day.final)
      .map(day => day.date)
      .sort(),
    reads: [...readViews(memory), ...ownFaults(facts)],
    backfill: state.backfill,
    missed_ticks_pending: memory.gaps.length,
    history: historyStatus(memory),
    outbox: {
      pending: backlog.pending,
      parked: backlog.parked,
      oldest_at: backlog.oldestAt,
    },
    deliveries: {
      pending: channels.reduce((sum, { pending }) => sum + pending, 0),
      parked: channels.reduce((sum, { parked }) => sum + parked, 0),
      channels,
    },
    config_problems: config.problems,
    // The simulated organisation is polled every few seconds on purpose, and costs nothing.
    config_hints: [...config.hints, ...facts.trafficHints].filter(
      ({ name }) => !state.simulated || name !== 'POLL_CRON',
    ),
    unclassified_models: unclassifiedModels(facts),
    connections: facts.connections,
    version: VERSION,
  }
}

export function trackerState(memory: Memory, config: Config, now: number): TrackerState {
  const { state } = memory
  if (config.adminKey === null) return 'unconfigured'
  if (isBlind(memory, config, now)) return 'blind'
  if (state.failures > 0) return 'failing'
  return state.lastSuccess === null ? 'starting' : 'ok'
}

/** True when nothing has been heard for three intervals, so that nobody should rely on the silence. */
export function isBlind(memory: Memory, config: Config, now: number): boolean {
  const { lastSuccess, failingSince } = memory.state
  // Before the first success, silence counts from the first failure.
  const since = lastSuccess ?? failingSince
  return since !== null && now >= blindAt(config.pollCron, since)
}

function statusError({ state }: Memory, config: Config, now: number): StatusError | null {
  const trouble = troubleOf(state, config)
  if (trouble === null) return null
  const fault = config.adminKey === null ? null : state.fault
  return {
    ...trouble,
    since: seconds(state.faultSince ?? now),
    upstream_status: fault !== null && 'status' in fault ? fault.status : null,
    request_id: fault === null ? null : requestIdOf(fault),
  }
}

function historyStatus({ state }: Memory): StatusView['history'] {
  const failing = HISTORY_PARTS.flatMap(part => {
    const fault = state.historyFaults[part]
    return fault === undefined ? [] : [{ part, ...fault }]
  })
  const fault = failing.find(({ reason }) => reason === 'needs_migration') ?? failing[0]
  if (fault === undefined) return { state: 'ok', message: null, action: null, since: null }
  const since = seconds(Math.min(...failing.map(each => each.since)))
  if (fault.reason === 'needs_migration') {
    return {
      state: 'needs_migration',
      message: `D1 lacks tables (${fault.message})`,
      action:
        'Run the migrations: npm run db:migrate (locally: npm run db:migrate:local). Everything is kept until then.',
      since,
    }
  }
  const parts = failing.map(({ part }) => part).join(', ')
  return {
    state: 'failing',
    message: `D1 does not take ${parts}: ${fault.message}`,
    action: 'Nothing to do: rows wait in the object and are written when D1 answers again.',
    since,
  }
}

/** What fails beside the poll. A read that was given up has no next attempt. */
function readViews({ reads }: Memory): ReadView[] {
  return reads.flatMap(read => {
    if (read.error === null || read.kind === 'filter') return []
    const date = sideReadDate(read)
    return [
      {
        kind: read.kind,
        ...(date !== null && { date }),
        since: seconds(read.since),
        attempts: read.attempts,
        next_attempt_at: read.nextAt === null ? null : seconds(read.nextAt),
        error: read.error,
      },
    ]
  })
}

const LOST: Record<Guarded, string> = {
  forecast: 'No forecast could be made, and no alert but thresholds',
  budget: 'The costs could not be compared with the budget',
}

function ownFaults({ ownFaults: faults }: StatusFacts): ReadView[] {
  return [...faults].map(([of, { since, attempts, message }]) => ({
    kind: of,
    since: seconds(since),
    attempts,
    next_attempt_at: null,
    error: {
      code: `${of}_failed`,
      message: `${LOST[of]} (${message}).`,
      action: 'All else goes on. It is a fault of this program: please report it with its log.',
    },
  }))
}

function heartbeatView({ config, heartbeat }: StatusFacts): StatusView['heartbeat'] {
  if (config.heartbeatUrl === null) return null
  if (heartbeat === null) return { last_at: null, ok: null, detail: null }
  const { at, beat } = heartbeat
  return { last_at: seconds(at), ok: beat.ok, detail: beat.ok ? null : beat.detail }
}

function unclassifiedModels({ memory, classify }: StatusFacts): string[] {
  const names = [...memory.days.values()].flatMap(day => [...day.groups.values()].map(group => group.model))
  return [...new Set(names)]
    .filter(model => classify(model).unclassified)
    .sort()
    .slice(0, 100)
}

const MANY_ROWS = 30

/** What a change of status is: everything but the clock and the counts that every poll moves. */
export function statusKey(status: StatusView): string {
  const {
    server_time: _1,
    last_attempt: _2,
    last_success: _3,
    next_poll: _4,
    connections: _5,
    outbox,
    heartbeat,
    ...rest
  } = status
  // An ordinary poll's few rows come and go; many are days or hours on their way, and whoever shows history waits for them.
  const waiting = status.history.state === 'ok' ? outbox.pending > MANY_ROWS : outbox.pending
  return JSON.stringify({ ...rest, waiting, parked: outbox.parked, beat: heartbeat?.detail })
}

function seconds(ms: number): number {
  return Math.floor(ms / 1000)
}
