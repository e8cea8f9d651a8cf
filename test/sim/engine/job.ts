import type { Failure } from '../oracle/failure.ts'
import { makeScenario } from '../scenario/makeScenario.ts'
import type { Alphabet, Op, Scenario } from '../scenario/scenario.ts'
import { shrink } from '../scenario/shrink.ts'
import { stepScenario } from '../scenario/stepScenario.ts'
import type { Blow } from './faultPoints.ts'
import type { TrackerClass } from './loadProduct.ts'
import { type RunFigures, simulate } from './simulate.ts'

/** One call of the fixed scenario, by number from 0, and what happens at it. */
export interface Strike {
  nth: number
  blow: Blow
  loses: boolean
  /** At every later call of the same kind too. */
  ever?: boolean
}

/** A random scenario, or the fixed one with blows at chosen calls. */
export type Job = { seed: number; alphabet: Alphabet } | { strikes: Strike[] }

export interface JobResult {
  job: Job
  failures: Failure[]
  figures: RunFigures
  reached: string[]
  /** What is left of a failing scenario when all that it does not need is gone. */
  shrunk: Op[] | null
}

export function jobName(job: Job): string {
  if ('seed' in job) return `--seed ${job.seed} --alphabet ${job.alphabet}`
  return `--strikes ${job.strikes.map(({ nth, blow, loses, ever }) => `${nth}:${blow}${loses ? ':loses' : ''}${ever ? ':ever' : ''}`).join(',')}`
}

export async function runJob(job: Job, Tracker: TrackerClass, shrinks: boolean): Promise<JobResult> {
  const scenario = 'seed' in job ? makeScenario(job.seed, job.alphabet) : struck(job.strikes)
  const result = await simulate(scenario, Tracker, !('seed' in job))
  const check = result.failures[0]?.check
  if (check === undefined || !shrinks || !('seed' in job)) return { job, ...result, shrunk: null }
  const fails = async (smaller: Scenario) =>
    (await simulate(smaller, Tracker)).failures.some(failure => failure.check === check)
  const smallest = await shrink(scenario, fails)
  return { job, ...result, shrunk: smallest.ops }
}

function struck(strikes: readonly Strike[]): Scenario {
  const scenario = stepScenario()
  const ops = strikes.map(strike => ({ at: scenario.start, kind: 'strike' as const, only: null, ...strike }))
  return { ...scenario, ops: [...ops, ...scenario.ops] }
}
