import type { Random } from '../engine/random.ts'
import type { Timeline } from '../engine/timeline.ts'
import { type OwnerEdit, ownersAfter, type Policy, presentAfter } from './policyEdits.ts'
import type { Answer } from './upstreamFaults.ts'

export const PERMISSION_FAULTS = [
  'error500',
  'error500Acts',
  'limited429',
  'resets',
  'resetsAfterActing',
  'hangs',
  'hangsAndActsLate',
  'loses',
  'actsLate',
  'lacksWriteScope',
  'lacksReadScope',
  'html',
  'gone404',
] as const
/** `saysGone`: reads are told in OpenAI's own words that there is no policy. Nobody can doubt that for ever, so it is ordered for minutes only. */
export type PermissionFault = (typeof PERMISSION_FAULTS)[number] | 'saysGone'

/** How GET tells that a project has no policy: the description does not say. */
export const NO_POLICY_FORMS = ['404', 'emptyDenyList', 'null'] as const

/** A change that reached a project's policy, or tried to. */
export interface PolicyWrite {
  /** True ms. */
  at: number
  project: string
  asked: Policy
  /** What stood there, and what its owner had made of it. */
  present: Policy
  owners: Policy
}

interface Project {
  present: Policy
  /** What it would be without the brake. */
  owners: Policy
  /** True ms: somebody who reads, merges and writes may be between the two until then. */
  busyUntil: number
  /** True ms: a write that was sent may still arrive until then. */
  lateUntil: number
  waiting: OwnerEdit[]
}

/** A reader that means to write does so within this. The API has no conditional write: what comes between is lost, whoever writes. */
const READ_TO_WRITE_MS = 1_000
/** The longest that a request is on its way. */
const LATE_MS = [3_000, 600_000] as const

/** The policies of an organisation's projects, as OpenAI keeps them, with the ways in which that can go wrong. */
export class ModelPermissions {
  fault: PermissionFault | null = null
  faultShare = 1
  form: (typeof NO_POLICY_FORMS)[number] = 'emptyDenyList'
  readonly writes: PolicyWrite[] = []
  /** Edits of owners that took place. */
  readonly edits: { at: number; project: string }[] = []
  /** What no tracker may ever ask for. */
  readonly offences: string[] = []
  readonly #history: { at: number; project: string; present: Policy; owners: Policy }[] = []
  readonly #projects = new Map<string, Project>()
  readonly #timeline: Timeline
  readonly #random: Random

  constructor(timeline: Timeline, random: Random) {
    this.#timeline = timeline
    this.#random = random
  }

  ids(): string[] {
    return [...this.#projects.keys()]
  }

  of(id: string): Readonly<Pick<Project, 'present' | 'owners'>> {
    return this.#project(id)
  }

  /** What stood there at a time (true ms), and what its owner had made of it. */
  stoodAt(id: string, at: number): { present: Policy; owners: Policy } {
    return this.#history.findLast(each => each.project === id && each.at <= at) ?? { present: null, owners: null }
  }

  /** An owner changes the policy that he sees, as soon as nobody else is between reading and writing it. */
  edit(id: string, edit: OwnerEdit): void {
    const project = this.#project(id)
    project.waiting.push(edit)
    this.#settle(id)
  }

  /** Null: no answer ever. Throws on a broken connection. */
  answer(id: string, method: string, body: string): Answer | null {
    const fault = this.fault !== null && this.#random.chance(this.faultShare) ? this.fault : null
    const asked = method === 'POST' ? this.#parsed(id, body) : null
    const isWrite = method !== 'GET'
    if (!this.#projects.has(id) && !id.startsWith('proj_')) return json(404, { error: { message: 'no such project' } })
    if (fault === 'gone404') return json(404, { error: { message: 'Invalid URL' } })
    if (fault === 'lacksWriteScope' && isWrite) return lacks('api.management.write')
    if (fault === 'lacksReadScope' && !isWrite) return lacks('api.management.read')
    if (fault === 'error500') return json(500, { error: { message: 'internal' } })
    if (fault === 'limited429')
      return { ...json(429, { error: { code: 'rate_limit_exceeded' } }), headers: { 'retry-after': '20' } }
    if (fault === 'html') return { status: 200, body: '<!doctype html><title>Just a moment...</title>' }
    if (fault === 'hangs') return null
    if (fault === 'resets') throw new TypeError('fetch failed', { cause: { code: 'ECONNRESET' } })
    if (fault === 'saysGone' && !isWrite) return NO_PERMISSIONS
    if (!isWrite) return this.#shown(id)
    return this.#written(id, asked, fault)
  }

  #written(id: string, asked: Policy, fault: PermissionFault | null): Answer | null {
    const late = fault === 'actsLate' || fault === 'hangsAndActsLate'
    if (late) {
      const after = this.#random.int(...LATE_MS)
      const project = this.#project(id)
      project.lateUntil = Math.max(project.lateUntil, this.#timeline.now + after)
      this.#timeline.after(after, () => this.#write(id, asked))
    } else if (fault !== 'loses') this.#write(id, asked)
    if (fault === 'hangsAndActsLate') return null
    if (fault === 'resetsAfterActing') throw new TypeError('fetch failed', { cause: { code: 'ECONNRESET' } })
    if (fault === 'error500Acts') return json(500, { error: { message: 'internal' } })
    if (asked === null) return json(200, { object: 'project.model_permissions.deleted', deleted: true })
    return json(200, { object: 'project.model_permissions', mode: asked.mode, model_ids: asked.models })
  }

  #write(id: string, asked: Policy): void {
    const project = this.#project(id)
    this.writes.push({
      at: this.#timeline.now,
      project: id,
      asked,
      present: project.present,
      owners: project.owners,
    })
    if (asked?.mode === 'allow_list' && asked.models.length === 0) this.offences.push(`${id}: an empty allow list`)
    project.present = asked
    this.#note(id)
    project.busyUntil = this.#timeline.now
    this.#settle(id)
  }

  #shown(id: string): Answer {
    const project = this.#project(id)
    project.busyUntil = Math.max(project.busyUntil, this.#timeline.now + READ_TO_WRITE_MS)
    const { present } = project
    if (present !== null && (present.models.length > 0 || present.mode === 'allow_list'))
      return json(200, { object: 'project.model_permissions', mode: present.mode, model_ids: present.models })
    if (this.form === '404') return NO_PERMISSIONS
    if (this.form === 'null') return json(200, { object: 'project.model_permissions', mode: null, model_ids: null })
    return json(200, { object: 'project.model_permissions', mode: 'deny_list', model_ids: [] })
  }

  #settle(id: string): void {
    const project = this.#project(id)
    if (project.waiting.length === 0) return
    const { now } = this.#timeline
    const free = Math.max(project.busyUntil, project.lateUntil)
    if (free > now) {
      this.#timeline.at(free + 1, () => this.#settle(id))
      return
    }
    for (const edit of project.waiting.splice(0)) {
      const { present, owners } = project
      project.owners = ownersAfter(owners, present, edit)
      project.present = presentAfter(present, edit)
      this.#note(id)
      this.edits.push({ at: now, project: id })
    }
  }

  #note(id: string): void {
    const { present, owners } = this.#project(id)
    this.#history.push({ at: this.#timeline.now, project: id, present, owners })
  }

  #parsed(id: string, body: string): Policy {
    const { mode, model_ids: models } = JSON.parse(body) as { mode: unknown; model_ids: unknown }
    const isList = Array.isArray(models) && models.every(model => typeof model === 'string')
    if ((mode !== 'allow_list' && mode !== 'deny_list') || !isList) {
      this.offences.push(`${id}: a body that is none: ${body.slice(0, 200)}`)
      return null
    }
    return { mode, models: [...new Set(models)] }
  }

  #project(id: string): Project {
    let project = this.#projects.get(id)
    if (project === undefined) {
      project = { present: null, owners: null, busyUntil: 0, lateUntil: 0, waiting: [] }
      this.#projects.set(id, project)
    }
    return project
  }
}

const NO_PERMISSIONS = json(404, { error: { message: 'No model permissions.', code: 'not_found' } })

function json(status: number, value: object): Answer {
  return { status, body: JSON.stringify(value) }
}

function lacks(scope: string): Answer {
  return json(403, { error: `You have insufficient permissions for this operation. Missing scopes: ${scope}.` })
}
