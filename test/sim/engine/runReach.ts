import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { ALPHABETS } from '../scenario/scenario.ts'
import { type Job, jobName } from './job.ts'
import type { Reach } from './reach.ts'
import { REACHED_ELSEWHERE } from './reachedElsewhere.ts'
import { runJobs } from './runJobs.ts'
import type { Ran } from './runSeeds.ts'
import { stepJobs } from './stepJobs.ts'

const SEEDS = 9

/**
 * Every fault handler of the product runs in a sample of the lives and blows, or it is a failure. `whole`: the sample is run to its
 * end, and an excuse for what is reached after all is a failure too; else it ends where all have run.
 */
export async function runReach(whole: boolean): Promise<Ran> {
  const seeds = Array.from({ length: SEEDS }, (_, index) => index + 1)
  const lives: Job[] = seeds.flatMap(seed => ALPHABETS.map(alphabet => ({ seed, alphabet })))
  const brakes: Job[] = seeds.map(seed => ({ seed, alphabet: 'brake' }))
  const lasting: Job[] = seeds.map(seed => ({ seed, alphabet: 'lasting' }))
  const blows = await stepJobs({ every: 53, everyForEver: 1201, pairs: 0 })
  let jobs = 0
  const reach = await runJobs(
    [...lives, ...brakes, ...lasting, ...blows],
    { plant: null, shrinks: false, watches: true },
    ({ job, failures }) => {
      if (failures[0] !== undefined) throw new Error(`${jobName(job)}: ${failures[0].check}: ${failures[0].detail}`)
      jobs++
    },
    ({ reached, missed }) => !whole && reached.length > 0 && missed.every(place => place in REACHED_ELSEWHERE),
  )
  const wrong = wrongIn(reach)
  for (const line of wrong) console.log(line)
  const elsewhere = Object.keys(REACHED_ELSEWHERE).length
  console.log(`reach: ${reach.reached.length} fault handlers ran in ${jobs} lives, ${elsewhere} are excused`)
  return { passed: reach.reached.length, failed: wrong.length }
}

function wrongIn({ reached, missed }: Reach): string[] {
  const wrong = missed.filter(place => !(place in REACHED_ELSEWHERE)).map(place => `NOT REACHED ${place}`)
  for (const [place, excuse] of Object.entries(REACHED_ELSEWHERE)) {
    if (!missed.includes(place)) wrong.push(`${reached.includes(place) ? 'REACHED AFTER ALL' : 'GONE'} ${place}`)
    if ('impossible' in excuse) continue
    const file = fileURLToPath(new URL(`../../${excuse.test}`, import.meta.url).href)
    const test = existsSync(file) ? readFileSync(file, 'utf8') : ''
    if (!test.includes(excuse.says)) wrong.push(`NO TEST ${excuse.test} does not say ${JSON.stringify(excuse.says)}`)
  }
  return wrong
}
