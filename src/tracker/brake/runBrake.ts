import {
  type BrakeMarks,
  brakedPolicy,
  isSamePolicy,
  mergedMarks,
  NO_MARKS,
  ownersPolicy,
  type Policy,
} from '../../brake/policy.ts'
import { faultWords, retryAfterOf, type UpstreamFault } from '../../openai/upstreamFault.ts'
import type { Desk } from '../desk.ts'
import type { SideFault } from '../reads/sideRead.ts'
import { type BrakedProject, deleteBrakedProject, writeBrakedProject } from '../store/brakeStore.ts'
import { brakedTiers, brakeState, wantedOf } from './brakePlan.ts'
import { withRows } from './decideBrake.ts'

// Each project by itself: read its policy, write down what the brake is about to change, change it, read it back. There is no
// conditional write at OpenAI, so what differs afterwards is done once more. Killed at any moment, the row says what may be there.

/** How often a policy that the brake has set is looked at: others may change it. */
const VERIFY_EVERY_MS = 600_000
/** How long a write whose answer was lost may still arrive. Until then a project that was released is looked at again. */
const UNSURE_MS = 900_000
/** How long an answer that there is no policy is doubted where one should be: a gateway may say so, and the owner's would never come back. */
const DOUBT_MS = 900_000
const LOOK_AGAIN_MS = 60_000
const FIRST_RETRY_MS = 5_000
const LONGEST_RETRY_MS = 300_000
/** Read, write, read back. */
const REQUESTS_A_PROJECT = 3

const ALLOW_LIST_EMPTY: SideFault = {
  code: 'brake_allow_list_empty',
  message:
    'the project has an allow list with nothing but models of the braked tiers; an empty one might permit all, so it is left alone.',
  action: 'Add a model of another tier to its allow list, or leave the project out of BRAKE_PROJECTS.',
}
const CHANGED_MEANWHILE: SideFault = {
  code: 'brake_not_kept',
  message: "OpenAI took the change, but the project's policy is not what was written.",
  action: 'Nothing to do if it passes: somebody else changes it at the same time, or it takes effect later.',
}
const POLICY_GONE: SideFault = {
  code: 'brake_policy_gone',
  message:
    'OpenAI answers that the project has no model permissions, though the brake has put some there; that is doubted for fifteen minutes.',
  action: 'Nothing to do if the policy or the project was deleted. If not, check OPENAI_BASE_URL.',
}

/** When a project is next to be looked at (Unix ms); null where there is none. */
export function brakeDueAt({ memory, ports }: Desk): number | null {
  const dues = memory.braked.map(row => dueAt(row, ports.now()))
  return dues.length === 0 ? null : Math.min(...dues)
}

/** A time beyond any wait was noted by a clock that has jumped back since: due. */
function dueAt({ nextAt }: BrakedProject, now: number): number {
  return nextAt > now + 2 * UNSURE_MS ? now : nextAt
}

/** Does what is due, as far as `leave` requests of this wake are left for others. Throws where storage refuses. */
export async function runBrake(desk: Desk, leave: number): Promise<void> {
  const begun = desk.ports.now()
  const due = desk.memory.braked.filter(row => dueAt(row, begun) <= begun).sort((a, b) => a.nextAt - b.nextAt)
  for (const { project } of due) {
    if (desk.budget.left < REQUESTS_A_PROJECT + leave) return
    const fault = await attend(desk, project)
    // The next project would hear the same.
    if (fault !== null && !isOneProjects(fault)) return postpone(desk, due, fault)
  }
}

async function attend(desk: Desk, project: string): Promise<UpstreamFault | null> {
  const read = await desk.ask(upstream => desk.ports.readPolicy(upstream, project), [])
  if (!read.ok) return failed(desk, project, read.fault)
  const row = rowOf(desk, project)
  if (row === null || isDoubted(desk, row, read.isStated)) return null
  const step = stepOf(desk, row, read.policy)
  if (step === null) {
    keep(desk, project, held => ({ ...retried(desk, held), error: ALLOW_LIST_EMPTY }))
    return null
  }
  if (isSamePolicy(read.policy, step.policy)) {
    seen(desk, project, step.marks)
    return null
  }
  const now = desk.ports.now()
  const unsureBefore = row.unsureUntil > now ? row.unsureUntil : 0
  keep(desk, project, held => ({
    ...held,
    original: step.original,
    marks: mergedMarks(held.marks, step.marks),
    unsureUntil: now + UNSURE_MS,
    verified: false,
  }))
  const written = await desk.ask(upstream => desk.ports.writePolicy(upstream, project, step.policy), [])
  desk.ports.log({
    event: 'brake_write',
    project,
    wanted: row.wanted,
    outcome: written.ok ? 'ok' : faultWords(written.fault).code,
  })
  if (!written.ok) {
    if (isAnswered(written.fault)) keep(desk, project, held => ({ ...held, unsureUntil: unsureBefore }))
    if (isUnknownName(written.fault) && row.wanted && !row.onlySeen) {
      keep(desk, project, held => ({ ...held, onlySeen: true, nextAt: desk.ports.now() + FIRST_RETRY_MS }))
      return null
    }
    return failed(desk, project, written.fault)
  }
  const back = await desk.ask(upstream => desk.ports.readPolicy(upstream, project), [])
  if (!back.ok) return failed(desk, project, back.fault)
  const after = rowOf(desk, project)
  // Decided anew meanwhile: it is due at once.
  if (after !== null && (after.wanted !== row.wanted || after.print !== row.print)) return null
  const again = after === null ? null : stepOf(desk, after, back.policy)
  if (again === null || !isSamePolicy(back.policy, again.policy)) {
    keep(desk, project, held => ({ ...retried(desk, held), error: CHANGED_MEANWHILE }))
    return null
  }
  // It was seen to arrive: of this write nothing is still under way.
  keep(desk, project, held => ({ ...held, unsureUntil: unsureBefore, goneSince: 0 }))
  seen(desk, project, again.marks)
  return null
}

/**
 * Whether an answer that there is no policy is not believed yet. Where the brake has put something, forgetting it would leave it there
 * for ever, and writing over it would take away what the owner has.
 */
function isDoubted(desk: Desk, row: BrakedProject, isStated: boolean): boolean {
  const now = desk.ports.now()
  const since = isStated || !isExpected(row) ? 0 : Math.min(row.goneSince || now, now)
  const isIn = since > 0 && now - since < DOUBT_MS
  if (isIn)
    keep(desk, row.project, held => ({
      ...held,
      goneSince: since,
      // It counts as tried, so that the others are told of; it is no failure yet that anybody must hear of.
      attempts: Math.max(1, held.attempts),
      nextAt: now + LOOK_AGAIN_MS,
      error: POLICY_GONE,
    }))
  else if (since === 0 && row.goneSince > 0) keep(desk, row.project, held => ({ ...held, goneSince: 0 }))
  return isIn
}

/** Whether a policy should be there. A first write that never arrived leaves none where there was none. */
function isExpected({ marks, wanted, verified, original }: BrakedProject): boolean {
  const isMarked = marks.denied.length + marks.taken.length > 0
  return isMarked && (!wanted || verified || original !== null)
}

interface Step {
  policy: Policy
  marks: BrakeMarks
  original: Policy
}

/** Null: an allow list would be left empty. */
function stepOf(desk: Desk, row: BrakedProject, present: Policy): Step | null {
  const original = row.original === undefined ? present : row.original
  const owners = ownersPolicy(present, row.marks, original)
  if (!row.wanted) return { policy: owners, marks: NO_MARKS, original }
  const tiers = brakedTiers(desk, brakeState(desk).tiers)
  const braked = brakedPolicy(owners, wantedOf(desk, tiers, row.onlySeen))
  return braked === null ? null : { ...braked, original }
}

/** OpenAI's policy is as wanted. */
function seen(desk: Desk, project: string, marks: BrakeMarks): void {
  const now = desk.ports.now()
  const row = rowOf(desk, project)
  if (row === null) return
  const isUnsure = row.unsureUntil > now && row.unsureUntil <= now + UNSURE_MS
  if (!row.wanted && !isUnsure) {
    desk.commit(memory => {
      deleteBrakedProject(desk.ports.sql, project)
      return { ...memory, braked: memory.braked.filter(each => each.project !== project) }
    })
    return
  }
  keep(desk, project, held => ({
    ...held,
    verified: true,
    // What may still arrive must still be known for ours.
    marks: isUnsure ? mergedMarks(held.marks, marks) : marks,
    attempts: 0,
    error: null,
    nextAt: now + (isUnsure ? LOOK_AGAIN_MS : VERIFY_EVERY_MS),
  }))
}

function failed(desk: Desk, project: string, fault: UpstreamFault): UpstreamFault {
  if (fault.kind === 'postponed') return fault
  const { code, message, action } = faultWords(fault)
  keep(desk, project, held => ({ ...retried(desk, held, retryAfterOf(fault)), error: { code, message, action } }))
  return fault
}

/** What every project would hear stands at each that is due, and none is asked in vain. */
function postpone(desk: Desk, due: readonly BrakedProject[], fault: UpstreamFault): void {
  if (fault.kind === 'postponed') return
  const { code, message, action } = faultWords(fault)
  const now = desk.ports.now()
  const rows = due.flatMap(({ project }) => {
    const row = rowOf(desk, project)
    return row === null || dueAt(row, now) > now ? [] : [row]
  })
  if (rows.length === 0) return
  const changed = rows.map(row => ({ ...retried(desk, row, retryAfterOf(fault)), error: { code, message, action } }))
  desk.commit(memory => {
    for (const row of changed) writeBrakedProject(desk.ports.sql, row)
    return { ...memory, braked: withRows(memory.braked, changed) }
  })
}

function retried({ ports }: Desk, row: BrakedProject, retryAfterMs: number | null = null): BrakedProject {
  const attempts = row.attempts + 1
  const backoff = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(20, attempts - 1))
  const wait = Math.max(backoff * (1 + ports.random() / 4), Math.min(retryAfterMs ?? 0, UNSURE_MS))
  return { ...row, attempts, nextAt: ports.now() + Math.round(wait) }
}

function keep(desk: Desk, project: string, change: (row: BrakedProject) => BrakedProject): void {
  desk.commit(memory => {
    const row = memory.braked.find(each => each.project === project)
    if (row === undefined) return memory
    const changed = change(row)
    writeBrakedProject(desk.ports.sql, changed)
    return { ...memory, braked: withRows(memory.braked, [changed]) }
  })
}

function rowOf({ memory }: Desk, project: string): BrakedProject | null {
  return memory.braked.find(row => row.project === project) ?? null
}

/** An answer that says no: the write did not happen. */
function isAnswered({ kind }: UpstreamFault): boolean {
  return kind !== 'unreachable' && kind !== 'timedOut' && kind !== 'serverError' && kind !== 'malformed'
}

/** OpenAI may refuse a whole list for one name that it no longer knows. */
function isUnknownName(fault: UpstreamFault): boolean {
  return fault.kind === 'unexpectedStatus' && (fault.status === 400 || fault.status === 422)
}

function isOneProjects({ kind }: UpstreamFault): boolean {
  return kind === 'unexpectedStatus' || kind === 'malformed' || kind === 'serverError'
}
