import type { Blow } from './faultPoints.ts'
import type { Job } from './job.ts'
import { Random } from './random.ts'
import { runJobs } from './runJobs.ts'

const BLOWS: readonly { blow: Blow; loses: boolean }[] = [
  { blow: 'crashBefore', loses: true },
  { blow: 'crashBefore', loses: false },
  { blow: 'crashAfter', loses: true },
  { blow: 'crashAfter', loses: false },
  { blow: 'throwBefore', loses: false },
  { blow: 'throwAfter', loses: false },
  { blow: 'hang', loses: false },
]

export interface Sample {
  /** One call in that many meets each blow once. 1: all of them. */
  every: number
  /** One in that many meets it from then on, until the faults end. Slow: a process that dies at each start does so 500 times. */
  everyForEver: number
  /** Two random blows. */
  pairs: number
}

/** Every blow at every call of the fixed scenario, or a sample of them. */
export async function stepJobs({ every, everyForEver, pairs }: Sample): Promise<Job[]> {
  let calls = 0
  await runJobs([{ strikes: [] }], { plant: null, shrinks: false, watches: false }, result => {
    calls = result.figures.callsUntilHeal
    const [failure] = result.failures
    if (failure !== undefined)
      throw new Error(`the scenario fails without any blow: ${failure.check}: ${failure.detail}`)
  })
  const jobs: Job[] = []
  for (let nth = 0; nth < calls; nth++) {
    for (const [index, blow] of BLOWS.entries()) {
      if ((nth + index) % every === 0) jobs.push({ strikes: [{ nth, ...blow }] })
      if ((nth + index) % everyForEver === everyForEver >> 1) jobs.push({ strikes: [{ nth, ...blow, ever: true }] })
    }
  }
  const random = new Random(20_260_501)
  const one = () => ({ nth: random.int(0, calls - 1), ...random.pick(BLOWS) })
  for (let pair = 0; pair < pairs; pair++) jobs.push({ strikes: [one(), one()] })
  return jobs
}
