import type { Parameters } from 'fast-check'
import { inject } from 'vitest'

declare module 'vitest' {
  interface ProvidedContext {
    /** FUZZ_RUNS: how many times the usual number of cases; FUZZ_SEED: the seed that a failure has printed. */
    fuzz: { times: number; seed: number | null }
  }
}

/** Cases for a property that is fast enough for `usual` of them in every `npm test`; more in the long mode. */
export function fuzzed(usual: number): Parameters<unknown> {
  const { times, seed } = inject('fuzz')
  return { numRuns: usual * times, ...(seed !== null && { seed }) }
}

/** True when there is time for every combination. */
export function isLongRun(): boolean {
  return inject('fuzz').times > 1
}

/** Milliseconds that such a property may take. */
export function fuzzTimeout(): number {
  return 30_000 * inject('fuzz').times
}
