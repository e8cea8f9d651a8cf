import { type GroupMap, groupKey, isZero, type UsageGroup } from '../../usage/usageGroup.ts'

type Packed = [
  model: string,
  serviceTier: string,
  project: string,
  apiKey: string,
  user: string,
  input: number,
  output: number,
  cached: number,
  requests: number,
]

/** The groups of one row of the books. Groups of zeros say nothing and are left out. */
export function packGroups(groups: Iterable<UsageGroup>): string {
  const packed: Packed[] = []
  for (const group of groups) {
    if (isZero(group)) continue
    const { model, serviceTier, project, apiKey, user, input, output, cached, requests } = group
    packed.push([model, serviceTier, project, apiKey, user, input, output, cached, requests])
  }
  return JSON.stringify(packed)
}

export function unpackGroups(text: string): GroupMap {
  const groups = new Map<string, UsageGroup>()
  for (const [model, serviceTier, project, apiKey, user, input, output, cached, requests] of JSON.parse(
    text,
  ) as Packed[]) {
    const group = { model, serviceTier, project, apiKey, user, input, output, cached, requests }
    groups.set(groupKey(group), group)
  }
  return groups
}
