import type { Scenario } from './scenario.ts'

type Fails = (scenario: Scenario) => Promise<boolean>

/** Leaves out what the failure does not need: halves first, then single ops, then most of the usage. */
export async function shrink(scenario: Scenario, fails: Fails, mostRuns = 120): Promise<Scenario> {
  let runs = 0
  const stillFails = async (smaller: Scenario) => runs++ < mostRuns && (await fails(smaller))
  let best = scenario
  for (let size = Math.ceil(best.ops.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let from = 0; from < best.ops.length; ) {
      const smaller = { ...best, ops: [...best.ops.slice(0, from), ...best.ops.slice(from + size)] }
      if (await stillFails(smaller)) best = smaller
      else from += size
    }
  }
  for (const keep of [0, 0.1, 0.5]) {
    const smaller = { ...best, uses: best.uses.filter((_, index) => index < best.uses.length * keep) }
    if (await stillFails(smaller)) return smaller
  }
  return best
}
