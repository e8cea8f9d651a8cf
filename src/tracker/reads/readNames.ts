import { fingerprint } from '../../config/fingerprint.ts'
import type { UpstreamFault } from '../../openai/upstreamFault.ts'
import { DAY_S, dateOf, floorTo, HOUR_S } from '../../usage/utcDay.ts'
import type { Desk, Unanswered } from '../desk.ts'
import { type Memory, sideReadOf } from '../memory.ts'
import { type NamedKind, unknownIds, writeNames } from '../store/nameStore.ts'
import { type PollState, writePollState } from '../store/pollState.ts'
import type { Sql } from '../store/sql.ts'
import { fromFault, type ReadOutcome } from './readOutcome.ts'
import { isSideReadDue } from './sideRead.ts'

/** Names change seldom; a new id waits for an hour at most. */
const REFRESHED_AFTER_S = DAY_S
/** One listing a project: they are spread over the wakes. */
const PROJECTS_PER_READ = 3

/** Whether names are to be looked up: daily, hourly where an id is new, and until the keys of all projects were listed. */
export function areNamesDue(sql: Sql, memory: Memory, now: number): boolean {
  const failed = sideReadOf(memory, 'names', '')
  if (failed !== null) return isSideReadDue(failed, now)
  const { namesReadS, namesTodo } = memory.state
  const age = now / 1000 - namesReadS
  if (age < 0 || age >= REFRESHED_AFTER_S || namesTodo.length > 0) return true
  if (age < HOUR_S || !beginsHour(memory, Math.floor(now / 1000))) return false
  const ids = idsOf(memory)
  return printOf(ids) !== memory.state.namesPrint && hasUnknown(sql, ids)
}

/** Of the ids whose names were last read: an organisation names the same ones for days, and a look at each costs a row. */
function printOf(ids: Ids): string {
  return fingerprint([...ids.project, ...ids.api_key, ...ids.user].sort())
}

/** An hour has begun whose hourly reads are still to come: the look at all ids is made once an hour. */
function beginsHour({ days }: Memory, nowS: number): boolean {
  const today = days.get(dateOf(nowS))
  return today === undefined || floorTo(today.hoursReadS, HOUR_S) !== floorTo(nowS, HOUR_S)
}

type Ids = Record<NamedKind, Set<string>> & { projectOf: Map<string, string> }

/** The ids that the unsettled days name, with the projects of the keys. */
function idsOf({ days }: Memory): Ids {
  const ids = { project: new Set<string>(), api_key: new Set<string>(), user: new Set<string>(), projectOf: new Map() }
  for (const day of days.values()) {
    for (const { project, apiKey, user } of day.groups.values()) {
      if (project !== '') ids.project.add(project)
      if (user !== '') ids.user.add(user)
      if (apiKey === '') continue
      ids.api_key.add(apiKey)
      ids.projectOf.set(apiKey, project)
    }
  }
  return ids
}

function hasUnknown(sql: Sql, ids: Ids): boolean {
  return (['project', 'api_key', 'user'] as const).some(kind => unknownIds(sql, kind, ids[kind]).length > 0)
}

/**
 * Looks up names: projects and users first, then the keys of the projects that are used, a few projects a read. What OpenAI
 * no longer has keeps its last known name; what never had one is marked as looked up.
 */
export async function readNames(desk: Desk): Promise<ReadOutcome> {
  const { state } = desk.memory
  const ids = idsOf(desk.memory)
  let requests = 0
  let todo = state.namesTodo
  if (todo.length === 0) {
    const listed = await desk.ask(upstream => desk.ports.readProjects(upstream))
    requests += listed.requests
    if (!listed.ok) return fromFault({ ...listed, requests })
    const users = await desk.ask(upstream => desk.ports.readUsers(upstream))
    requests += users.requests
    if (!users.ok) return fromFault({ ...users, requests })
    todo = [...new Set(ids.projectOf.values())].filter(project => project !== '').sort()
    desk.commit(memory => {
      store(desk.ports.sql, 'project', listed.names, ids.project)
      store(desk.ports.sql, 'user', users.names, todo.length === 0 ? ids.user : new Set())
      return keep(desk, memory, {
        ...memory.state,
        namesTodo: todo,
        namesReadS: Math.floor(desk.ports.now() / 1000),
        namesPrint: printOf(ids),
      })
    })
  }
  let failed: Unanswered | null = null
  for (const project of todo.slice(0, PROJECTS_PER_READ)) {
    const keys = await desk.ask(upstream => desk.ports.readKeys(upstream, project))
    requests += keys.requests
    if (!keys.ok && !isItsOwn(keys.fault)) return fromFault({ ...keys, requests })
    // A project that is gone has no keys to list.
    if (!keys.ok && keys.fault.kind !== 'unexpectedStatus') failed = keys
    desk.commit(memory => {
      const ofProject = new Set([...ids.projectOf].filter(([, of]) => of === project).map(([key]) => key))
      if (keys.ok || keys.fault.kind === 'unexpectedStatus')
        store(desk.ports.sql, 'api_key', keys.ok ? keys.keys : [], ofProject)
      if (keys.ok) writeNames(desk.ports.sql, 'user', keys.owners)
      // One project that cannot be listed holds up no other: its turn comes again the next day.
      const left = memory.state.namesTodo.filter(other => other !== project)
      if (left.length === 0) store(desk.ports.sql, 'user', [], ids.user)
      return keep(desk, memory, { ...memory.state, namesTodo: left })
    })
  }
  return failed === null ? { ok: true, requests } : fromFault({ ...failed, requests })
}

/** The fault may be this project's alone. */
function isItsOwn({ kind }: UpstreamFault): boolean {
  return kind === 'unexpectedStatus' || kind === 'serverError' || kind === 'malformed' || kind === 'timedOut'
}

/** The names, and an empty one for each id that is used and not among them, so that it is not looked up every hour. */
function store(
  sql: Sql,
  kind: NamedKind,
  names: readonly { id: string; name: string }[],
  used: ReadonlySet<string>,
): void {
  writeNames(sql, kind, names)
  writeNames(
    sql,
    kind,
    unknownIds(sql, kind, used).map(id => ({ id, name: '' })),
  )
}

function keep(desk: Desk, memory: Memory, changed: PollState): Memory {
  const state = { ...changed, seq: changed.seq + 1 }
  writePollState(desk.ports.sql, state)
  return { ...memory, state }
}
