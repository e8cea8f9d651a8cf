import type { Policy } from '../organisation/policies.ts'

/** `{"project":"proj_1","mode":"deny_list","model_ids":["gpt-4o"]}`, or without a mode: no policy any more. */
export function readPolicyChange(body: string): { project: string; policy: Policy | null } {
  const { project, mode, model_ids: models } = JSON.parse(body) as Record<string, unknown>
  if (typeof project !== 'string' || project === '') throw new Error('project: expected a text.')
  if (mode === undefined) return { project, policy: null }
  if (mode !== 'allow_list' && mode !== 'deny_list') throw new Error('mode: expected allow_list, deny_list or nothing.')
  if (!Array.isArray(models) || !models.every(model => typeof model === 'string'))
    throw new Error('model_ids: expected an array of texts.')
  return { project, policy: { mode, models } }
}
