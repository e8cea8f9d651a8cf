import type { Notice } from '../../alerts/message.ts'
import { type BrakeMessage, brakeNotice, MOST_NAMED_PROJECTS } from '../../alerts/notices/brake.ts'
import { isSet } from '../../brake/tierBrake.ts'
import { endOf } from '../../usage/utcDay.ts'
import { TIERS, type Tier } from '../../wire.ts'
import type { Desk } from '../desk.ts'
import { writeNotices } from '../messages/writeNotices.ts'
import { readKnownKeys } from '../store/alertStore.ts'
import type { BrakedProject } from '../store/brakeStore.ts'
import { readNames } from '../store/nameStore.ts'
import { type BrakeState, writePollState } from '../store/pollState.ts'
import { brakedTiers, brakeState, chosenProjects, todayOf } from './brakePlan.ts'

/** A fault that passes within so many tries is nobody's news; one that a setting causes is told at once. */
const TOLD_AFTER_TRIES = 3
const LASTING =
  /^(upstream_refused|upstream_missing_scope|upstream_unexpected_status|upstream_ip_blocked|brake_allow_list_empty)$/

/** Owes what has happened to the brake, with what it remembers of that, in one transaction. Returns the ids of the rows. */
export function tellBrake(desk: Desk): number[] {
  const before = brakeState(desk)
  const { notices, state } = found(desk, before)
  if (notices.length === 0 && state === before) return []
  const now = desk.ports.now()
  let ids: number[] = []
  desk.commit(memory => {
    const seq = memory.state.seq + 1
    ids = writeNotices(desk, fresh(desk, notices), seq, now)
    const next = { ...memory.state, seq, foresight: { ...memory.state.foresight, brake: state } }
    writePollState(desk.ports.sql, next)
    return { ...memory, state: next }
  })
  return ids
}

/** What a crash between a row and its note would tell twice. */
function fresh(desk: Desk, notices: readonly Notice[]): Notice[] {
  const keys = notices.flatMap(({ records }) => records.map(({ key }) => key))
  const known = readKnownKeys(desk.ports.sql, keys)
  return notices.filter(({ records }) => records.every(({ key }) => !known.has(key)))
}

function found(desk: Desk, before: BrakeState): { notices: Notice[]; state: BrakeState } {
  const { braked } = desk.memory
  const notices: Notice[] = []
  let state = before
  for (const tier of TIERS) {
    const since = before.tiers[tier]?.since ?? 0
    const would = wouldSet(desk, before, tier)
    const set = hasSet(desk, before, tier)
    if (would !== null) state = { ...state, toldWould: { ...state.toldWould, [tier]: since } }
    if (set !== null) state = { ...state, toldSet: { ...state.toldSet, [tier]: since } }
    notices.push(...[would, set].filter(notice => notice !== null))
  }
  const failing = braked.filter(isFailing)
  const [worst] = failing
  if (worst !== undefined && state.failedSince === undefined) {
    notices.push(failedNotice(desk, failing, worst))
    state = { ...state, failedSince: desk.ports.now() }
  }
  if (failing.length === 0 && braked.every(({ error }) => error === null) && state.failedSince !== undefined)
    state = without(state, 'failedSince')
  const released = state.toRelease
  if (released !== undefined && braked.every(({ wanted }) => wanted)) {
    notices.push(releasedNotice(desk, released))
    state = without(state, 'toRelease')
  }
  return { notices, state }
}

function without<Key extends keyof BrakeState>(state: BrakeState, key: Key): BrakeState {
  const { [key]: _gone, ...rest } = state
  return rest as BrakeState
}

/** With BRAKE=watch. */
function wouldSet(desk: Desk, { tiers, toldWould }: BrakeState, tier: Tier): Notice | null {
  const brake = tiers[tier]
  if (desk.config.brake.mode !== 'watch' || brake === undefined || toldWould?.[tier] === brake.since) return null
  if (!isSet(brake, todayOf(desk))) return null
  const { projects, beyond } = chosenProjects(desk)
  const message = messageOf(desk, 'would_set', [{ tier, percentage: brake.percentage }], projects, beyond)
  return brakeNotice(message, `brake would ${brake.date} ${tier}`)
}

/** Once every project was tried and one at least is set. */
function hasSet(desk: Desk, state: BrakeState, tier: Tier): Notice | null {
  const brake = state.tiers[tier]
  if (brake === undefined || state.toldSet?.[tier] === brake.since) return null
  if (!brakedTiers(desk, state.tiers).includes(tier)) return null
  const rows = desk.memory.braked.filter(({ wanted }) => wanted)
  const set = rows.filter(({ verified }) => verified)
  if (set.length === 0 || rows.some(row => !row.verified && row.attempts === 0)) return null
  const ids = set.map(({ project }) => project)
  const message = messageOf(desk, 'set', [{ tier, percentage: brake.percentage }], ids)
  return brakeNotice(
    { ...message, failing: rows.length - set.length },
    `brake set ${brake.date} ${tier} ${brake.since}`,
  )
}

function releasedNotice(desk: Desk, { tiers, cause, date, projects }: NonNullable<BrakeState['toRelease']>): Notice {
  const message = messageOf(desk, 'released', tiers, projects)
  return brakeNotice({ ...message, cause, date }, `brake released ${date} ${desk.memory.state.seq}`)
}

function failedNotice(desk: Desk, failing: readonly BrakedProject[], { error }: BrakedProject): Notice {
  const { tiers } = brakeState(desk)
  const concerned = TIERS.flatMap(tier => {
    const brake = tiers[tier]
    return brake === undefined ? [] : [{ tier, percentage: brake.percentage }]
  })
  const of = concerned.length > 0 ? concerned : TIERS.map(tier => ({ tier, percentage: 0 }))
  const ids = failing.map(({ project }) => project)
  const message = { ...messageOf(desk, 'failed', of, ids), trouble: error }
  return brakeNotice(message, `brake failed ${todayOf(desk)} ${desk.memory.state.seq}`)
}

function isFailing({ error, attempts }: BrakedProject): boolean {
  return error !== null && (attempts >= TOLD_AFTER_TRIES || LASTING.test(error.code))
}

function messageOf(
  desk: Desk,
  event: BrakeMessage['event'],
  tiers: BrakeMessage['tiers'],
  projects: readonly string[],
  beyond = 0,
): BrakeMessage {
  const { config, ports, memory } = desk
  const firedAt = Math.floor(ports.now() / 1000)
  const date = todayOf(desk)
  const shown = projects.slice(0, MOST_NAMED_PROJECTS)
  const names = readNames(ports.sql, 'project', shown)
  return {
    kind: 'brake',
    event,
    id: `brake-${memory.state.installation}-${date}-${event}-${memory.state.seq + 1}-${tiers.map(({ tier }) => tier).join('-')}`,
    date,
    firedAt,
    resetsAt: endOf(date),
    tiers,
    at: config.brake.at,
    counts: config.limitCounts,
    projects: shown.map(id => ({ id, name: names.get(id) ?? '' })),
    projectCount: projects.length + beyond,
    failing: 0,
    cause: 'limit',
    trouble: null,
  }
}
