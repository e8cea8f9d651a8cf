import type { Job, JobResult } from '../engine/job.ts'
import { runJobs } from '../engine/runJobs.ts'
import type { Ran } from '../engine/runSeeds.ts'
import { stepJobs } from '../engine/stepJobs.ts'
import { longLives } from '../scenario/longLives.ts'
import { ALPHABETS } from '../scenario/scenario.ts'
import { PLANTS } from './plants.ts'

const SEEDS = 24
/** What is counted takes all of its runs; what is only found ends at the first, so it may look at more. */
const COUNTED = { every: 37, everyForEver: 301, pairs: 0 }
const SEARCHED = { every: 11, everyForEver: 111, pairs: 0 }
/**
 * The test of the tests: every plant must be found. `thorough` runs everything and counts; otherwise the first finding
 * is enough.
 */
export async function findPlants(thorough: boolean, only: string | null): Promise<Ran> {
  const seeds = Array.from({ length: SEEDS }, (_, index) => index + 1)
  const lives: Job[] = seeds.flatMap(seed => [...ALPHABETS].reverse().map(alphabet => ({ seed, alphabet })))
  const jobs = interleaved(await stepJobs(thorough ? COUNTED : SEARCHED), lives)
  // A plant that hides from the sample is looked for at every call.
  const everyStep = await stepJobs({ every: 1, everyForEver: 23, pairs: 0 })
  const ran: Ran = { passed: 0, failed: 0 }
  for (const { name, seenIn } of PLANTS.filter(plant => only === null || plant.name === only)) {
    const found: JobResult[] = []
    let runs = 0
    const onResult = (result: JobResult) => {
      runs++
      if (result.failures.length > 0) found.push(result)
    }
    const setup = { plant: name, shrinks: false, watches: false }
    const isEnough = () => !thorough && found.length > 0
    const long = longLives()
      .filter(job => 'alphabet' in job && job.alphabet === seenIn)
      .reverse()
    await runJobs(long, setup, onResult, isEnough)
    if (!isEnough()) await runJobs(jobs, setup, onResult, isEnough)
    if (found.length === 0) await runJobs(everyStep, setup, onResult, () => found.length > 0)
    const checks = [...new Set(found.flatMap(result => result.failures.map(failure => failure.check)))].sort()
    if (found.length > 0) ran.passed++
    else ran.failed++
    const verdict = found.length > 0 ? `found by ${checks.join(', ')}` : 'NOT FOUND'
    console.log(`plant ${name}: ${verdict}, in ${found.length} of ${runs} runs`)
  }
  return ran
}

/** Long runs among the short ones, so that either kind may find a plant first. */
function interleaved(short: readonly Job[], long: readonly Job[]): Job[] {
  const each = Math.ceil(short.length / Math.max(1, long.length))
  return long.flatMap((job, index) => [job, ...short.slice(index * each, (index + 1) * each)])
}
