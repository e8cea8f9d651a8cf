import type { ConfigProblem } from '../wire.ts'

const MOST_LISTED = 20

/** The first twenty and, where there are more, how many: a list of a thousand bad entries must not fill every status. */
export function atMost(kind: 'problems' | 'hints', found: readonly ConfigProblem[]): ConfigProblem[] {
  const first = found.slice(0, MOST_LISTED)
  const next = found[MOST_LISTED]
  if (next === undefined) return first
  return [...first, { name: next.name, message: `${found.length - MOST_LISTED} more ${kind} are not listed.` }]
}
