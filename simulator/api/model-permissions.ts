import type { Directory } from '../organisation/directory.ts'
import type { Acting, Policies, Policy } from '../organisation/policies.ts'
import { errorAnswer, Refusal, refuse } from './answer.ts'

export const MODEL_PERMISSIONS = /^\/v1\/organization\/projects\/([^/]+)\/model_permissions$/

export type PermissionsRequest = { method: string; project: string; body: string; now: number; acting: Acting }

/** GET, POST and DELETE of /v1/organization/projects/{project_id}/model_permissions; what DELETE finds missing is not published. */
export function modelPermissions(policies: Policies, directory: Directory, request: PermissionsRequest): object {
  const { method, project, body, now, acting } = request
  if (!directory.projects.has(project))
    throw new Refusal(errorAnswer(404, { message: `Project '${project}' not found.`, code: 'not_found' }))
  if (method === 'DELETE') {
    policies.set(project, null, now, acting)
    return { object: 'project.model_permissions.deleted', deleted: true }
  }
  if (method === 'POST') {
    const policy = readPolicy(body)
    policies.set(project, policy, now, acting)
    return item(policy)
  }
  return item(policies.of(project, now))
}

/** A project without a policy: the description does not say how that looks; an empty deny list permits all too. */
function item(policy: Policy | null): object {
  const { mode, models } = policy ?? { mode: 'deny_list', models: [] }
  return { object: 'project.model_permissions', mode, model_ids: [...models] }
}

function readPolicy(body: string): Policy {
  let json: unknown
  try {
    json = JSON.parse(body)
  } catch {
    throw new Refusal(errorAnswer(400, { message: 'We could not parse the JSON body of your request.' }))
  }
  const { mode, model_ids: models } = (json ?? {}) as { mode?: unknown; model_ids?: unknown }
  if (mode !== 'allow_list' && mode !== 'deny_list')
    refuse('mode', 'invalid_value', "Invalid 'mode': expected allow_list or deny_list.")
  if (!Array.isArray(models) || !models.every(model => typeof model === 'string' && model !== ''))
    refuse('model_ids', 'invalid_type', "Invalid 'model_ids': expected an array of strings.")
  return { mode, models: [...new Set(models as string[])] }
}
