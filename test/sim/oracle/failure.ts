/** One broken promise, in words that name what was expected. */
export interface Failure {
  check: Check
  detail: string
}

export const CHECKS = [
  'totals',
  'models',
  'snapshots',
  'curve',
  'history',
  'hours',
  'groups',
  'summaries',
  'alerts',
  'notices',
  'due',
  'once',
  'heartbeat',
  'foresight',
  'deliveries',
  'repeats',
  'watch',
  'outbox',
  'alarm',
  'status',
  'frames',
  'bounded',
  'secrets',
  'patience',
  'liveness',
  'rejections',
  'reconcile',
  'answers',
  'brake',
] as const
export type Check = (typeof CHECKS)[number]

/** Collects failures; of one check only the first few are worth reading. */
export class Findings {
  readonly failures: Failure[] = []

  expect(check: Check, holds: boolean, detail: () => string): void {
    if (holds) return
    if (this.failures.filter(failure => failure.check === check).length < 3) {
      this.failures.push({ check, detail: detail() })
    }
  }

  /** The same rows in whatever order. Groups of zeros say nothing and are left out on both sides. */
  sameRows(check: Check, shown: readonly unknown[][], must: readonly unknown[][], what: () => string): void {
    const sorted = (list: readonly unknown[][]) =>
      list.filter(row => row.slice(-4).some(count => count !== 0)).map(row => JSON.stringify(row))
    const [have, need] = [new Set(sorted(shown)), new Set(sorted(must))]
    const lacks = [...need].filter(row => !have.has(row))
    const extra = [...have].filter(row => !need.has(row))
    this.expect(
      check,
      lacks.length + extra.length === 0,
      () => `${what()}: lacks ${lacks.slice(0, 2)}, has ${extra.slice(0, 2)}`,
    )
  }

  equal(check: Check, actual: unknown, expected: unknown, what: () => string): void {
    const [a, b] = [JSON.stringify(actual), JSON.stringify(expected)]
    this.expect(check, a === b, () => `${what()}: is ${a}, must be ${b}`)
  }
}
