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
  'hours',
  'summaries',
  'alerts',
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

  equal(check: Check, actual: unknown, expected: unknown, what: () => string): void {
    const [a, b] = [JSON.stringify(actual), JSON.stringify(expected)]
    this.expect(check, a === b, () => `${what()}: is ${a}, must be ${b}`)
  }
}
