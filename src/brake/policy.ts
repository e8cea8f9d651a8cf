// Which models a project may use, as OpenAI keeps it, and what the brake puts into it. There is no conditional write at OpenAI: what
// others change is told apart by what the brake remembers of its own part. Pure.

export type PolicyMode = 'deny_list' | 'allow_list'

/** Null: the project has none, and all models are permitted. */
export type Policy = { mode: PolicyMode; models: readonly string[] } | null

/**
 * What may stand in a policy because of the brake, or be missing from it: written down before it is written at OpenAI, and kept
 * until OpenAI was seen without it.
 */
export interface BrakeMarks {
  /** Put on a deny list. */
  denied: readonly string[]
  /** Taken off an allow list. */
  taken: readonly string[]
}

export const NO_MARKS: BrakeMarks = { denied: [], taken: [] }

/** What is to be stopped. */
export interface Wanted {
  /** Names for a deny list. */
  models: readonly string[]
  /** Whether an entry of an allow list is one of them. */
  covers(model: string): boolean
}

/** A policy with the brake in it, and the brake's part; null where an allow list would be left empty, which may mean "all". */
export type Braked = { policy: Policy; marks: BrakeMarks } | null

/**
 * The owner's own policy: the present one without the brake's part. What an owner denies himself while the brake denies it too
 * cannot be told apart, and goes with it. `before`: the policy that the brake found at first.
 */
export function ownersPolicy(present: Policy, marks: BrakeMarks, before: Policy): Policy {
  if (present === null) return null
  if (present.mode === 'allow_list') return { mode: 'allow_list', models: union(present.models, marks.taken) }
  const denied = new Set(marks.denied)
  const models = present.models.filter(model => !denied.has(model))
  // Where there was no policy at first, none is left behind.
  return models.length === 0 && denied.size > 0 && before === null ? null : { mode: 'deny_list', models }
}

/** An owner's policy with the brake in it. */
export function brakedPolicy(owners: Policy, wanted: Wanted): Braked {
  if (owners?.mode === 'allow_list') {
    const taken = owners.models.filter(model => wanted.covers(model))
    if (taken.length > 0 && taken.length === owners.models.length) return null
    const models = owners.models.filter(model => !wanted.covers(model))
    return { policy: { mode: 'allow_list', models }, marks: { denied: [], taken } }
  }
  const own = owners?.models ?? []
  const denied = wanted.models.filter(model => !own.includes(model))
  return { policy: { mode: 'deny_list', models: [...own, ...denied] }, marks: { denied, taken: [] } }
}

/** Lists are sets, and an empty deny list is no policy. */
export function isSamePolicy(a: Policy, b: Policy): boolean {
  const [mode, other] = [modeOf(a), modeOf(b)]
  if (mode !== other) return false
  const [one, two] = [new Set(a?.models), new Set(b?.models)]
  return one.size === two.size && [...one].every(model => two.has(model))
}

export function mergedMarks(a: BrakeMarks, b: BrakeMarks): BrakeMarks {
  return { denied: union(a.denied, b.denied), taken: union(a.taken, b.taken) }
}

function modeOf(policy: Policy): PolicyMode | null {
  return policy === null || (policy.mode === 'deny_list' && policy.models.length === 0) ? null : policy.mode
}

function union(a: readonly string[], b: readonly string[]): string[] {
  return [...new Set([...a, ...b])]
}
