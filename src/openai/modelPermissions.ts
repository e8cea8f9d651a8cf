import * as v from 'valibot'
import type { Policy } from '../brake/policy.ts'
import { askOpenAI, type Upstream } from './askOpenAI.ts'
import { NOT_JSON, wordsOf } from './bucketPage.ts'
import { malformed, type UpstreamFault } from './upstreamFault.ts'

// Which models a project may use: GET, POST and DELETE of /organization/projects/{id}/model_permissions, as OpenAI's description of
// 2026-08-21 gives them. Reading needs api.management.read, changing api.management.write. Throw nothing.

interface NotDone {
  ok: false
  fault: UpstreamFault
  requests: number
}

/**
 * `isStated`: the answer can only be a project's policy. False where there is none because of a 404 or an empty answer: a gateway may
 * say that too.
 */
export type PolicyResult = { ok: true; policy: Policy; isStated: boolean; requests: number } | NotDone
export type PolicyWritten = { ok: true; requests: number } | NotDone

/** What GET answers where there is no policy is not described: 404, nothing, and an object without a mode are taken for that. */
const Permissions = v.nullish(
  v.object({
    object: v.nullish(v.string()),
    mode: v.nullish(v.picklist(['allow_list', 'deny_list'])),
    model_ids: v.nullish(v.array(v.string()), []),
  }),
)

export async function readPolicy(upstream: Upstream, projectId: string): Promise<PolicyResult> {
  const answer = await askOpenAI(upstream, urlOf(upstream, projectId))
  if (!answer.ok) {
    const { fault } = answer
    if (isGone(fault)) return { ok: true, policy: null, isStated: false, requests: 1 }
    return { ok: false, fault, requests: fault.kind === 'postponed' ? 0 : 1 }
  }
  const parsed = parsePolicy(answer.text)
  return parsed.ok
    ? { ok: true, policy: parsed.policy, isStated: parsed.isStated, requests: 1 }
    : { ...malformed(parsed.detail, answer.requestId), requests: 1 }
}

/** Replaces the whole policy; null takes it away. What it answers is not believed: the caller reads it back. */
export async function writePolicy(upstream: Upstream, projectId: string, policy: Policy): Promise<PolicyWritten> {
  const how =
    policy === null
      ? ({ method: 'DELETE' } as const)
      : ({ method: 'POST', body: { mode: policy.mode, model_ids: policy.models } } as const)
  const answer = await askOpenAI(upstream, urlOf(upstream, projectId), how)
  if (answer.ok) return { ok: true, requests: 1 }
  const { fault } = answer
  // There was none to take away.
  if (policy === null && isGone(fault)) return { ok: true, requests: 1 }
  return { ok: false, fault, requests: fault.kind === 'postponed' ? 0 : 1 }
}

/** Whether an id can be a part of a path: others could lead elsewhere. */
export function isProjectId(id: string): boolean {
  return /^[\w-]{1,200}$/.test(id)
}

function isGone(fault: UpstreamFault): boolean {
  return fault.kind === 'unexpectedStatus' && fault.isGone === true
}

function parsePolicy(text: string): { ok: true; policy: Policy; isStated: boolean } | { ok: false; detail: string } {
  let json: unknown
  try {
    json = text.trim() === '' ? null : JSON.parse(text)
  } catch {
    return { ok: false, detail: NOT_JSON }
  }
  const parsed = v.safeParse(Permissions, json, { abortEarly: true })
  if (!parsed.success) return { ok: false, detail: wordsOf(parsed.issues[0], 'the policy') }
  const { object, mode, model_ids } = parsed.output ?? {}
  const isStated = mode != null || object === 'project.model_permissions'
  return { ok: true, policy: mode ? { mode, models: model_ids ?? [] } : null, isStated }
}

function urlOf({ baseUrl }: Upstream, projectId: string): string {
  return `${baseUrl}/organization/projects/${projectId}/model_permissions`
}
