// What owners do to the policies of their projects while the tracker does its part, and what is theirs alone of the outcome.

export type Policy = { mode: 'allow_list' | 'deny_list'; models: readonly string[] } | null

/** `models` of a deny list and of `deny` are never ones that the brake denies: whose they were could not be told apart. */
export type OwnerEdit =
  | { kind: 'deny' | 'permit'; model: string }
  | { kind: 'replace'; policy: NonNullable<Policy> }
  | { kind: 'delete' }

/** The policy that stands there after the edit. */
export function presentAfter(policy: Policy, edit: OwnerEdit): Policy {
  switch (edit.kind) {
    case 'deny':
      return policy?.mode === 'allow_list' ? without(policy, edit.model) : withModel(policy, edit.model)
    case 'permit':
      return policy?.mode === 'allow_list' ? withModel(policy, edit.model) : without(policy, edit.model)
    case 'replace':
      return edit.policy
    case 'delete':
      return null
  }
}

/** The owner's own policy after it: he edits what he sees, and an allow list that he replaces lacked what the brake had taken. */
export function ownersAfter(owners: Policy, present: Policy, edit: OwnerEdit): Policy {
  if (edit.kind !== 'replace') return presentAfter(owners, edit)
  const { mode, models } = edit.policy
  const seesAllowList = mode === 'allow_list' && present?.mode === 'allow_list' && owners?.mode === 'allow_list'
  const taken = seesAllowList ? owners.models.filter(model => !present.models.includes(model)) : []
  return { mode, models: [...new Set([...models, ...taken])] }
}

/** Lists are sets, and an empty deny list is no policy. */
export function isSame(a: Policy, b: Policy): boolean {
  return shown(a) === shown(b)
}

export function shown(policy: Policy): string {
  if (policy === null || (policy.mode === 'deny_list' && policy.models.length === 0)) return 'none'
  return `${policy.mode} ${[...policy.models].sort().join(' ')}`
}

function withModel(policy: Policy, model: string): Policy {
  const { mode, models } = policy ?? { mode: 'deny_list', models: [] }
  return { mode, models: models.includes(model) ? models : [...models, model] }
}

/** An owner empties no allow list: what that means is not known. */
function without(policy: Policy, model: string): Policy {
  if (policy === null) return null
  const models = policy.models.filter(each => each !== model)
  return models.length === 0 && policy.mode === 'allow_list' ? policy : { ...policy, models }
}
