import type { Job, JobResult } from '../engine/job.ts'
import { runJobs } from '../engine/runJobs.ts'
import type { Ran } from '../engine/runSeeds.ts'
import { stepJobs } from '../engine/stepJobs.ts'
import { ALPHABETS } from '../scenario/scenario.ts'
import { PLANTS } from './plants.ts'

const SEEDS = 8
/** One blow in this many calls: the fixed scenario is short, but each plant meets it anew. */
const STEPS_LEFT_OUT = 11

/**
 * The test of the tests: every plant must be found. `thorough` runs everything and counts; otherwise the first finding
 * is enough.
 */
export async function findPlants(thorough: boolean, only: string | null): Promise<Ran> {
  const seeds = Array.from({ length: SEEDS }, (_, index) => index + 1)
  const lives: Job[] = seeds.flatMap(seed => [...ALPHABETS].reverse().map(alphabet => ({ seed, alphabet })))
  const jobs = [...(await stepJobs(STEPS_LEFT_OUT, 0)), ...lives]
  const ran: Ran = { passed: 0, failed: 0 }
  for (const { name } of PLANTS.filter(plant => only === null || plant.name === only)) {
    const found: JobResult[] = []
    let runs = 0
    const onResult = (result: JobResult) => {
      runs++
      if (result.failures.length > 0) found.push(result)
    }
    await runJobs(jobs, { plant: name, shrinks: false }, onResult, () => !thorough && found.length > 0)
    const checks = [...new Set(found.flatMap(result => result.failures.map(failure => failure.check)))].sort()
    if (found.length > 0) ran.passed++
    else ran.failed++
    const verdict = found.length > 0 ? `found by ${checks.join(', ')}` : 'NOT FOUND'
    console.log(`plant ${name}: ${verdict}, in ${found.length} of ${runs} runs`)
  }
  return ran
}
