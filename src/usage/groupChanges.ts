import { type GroupMap, isZero, sameCounts, type UsageGroup } from './usageGroup.ts'

/**
 * What must be written to turn `before` into `after`. A group that OpenAI took back comes as zeros: whoever stored it
 * must be told, silence would leave it standing.
 */
export function groupChanges(before: GroupMap, after: GroupMap): UsageGroup[] {
  const changes: UsageGroup[] = []
  for (const [key, group] of after) {
    const held = before.get(key)
    if (held === undefined ? !isZero(group) : !sameCounts(held, group)) changes.push(group)
  }
  for (const [key, group] of before) {
    if (!after.has(key) && !isZero(group)) changes.push({ ...group, input: 0, output: 0, cached: 0, requests: 0 })
  }
  return changes
}

/** True when two readings of the same stretch say the same. */
export function sameGroups(a: GroupMap, b: GroupMap): boolean {
  return groupChanges(a, b).length === 0
}
