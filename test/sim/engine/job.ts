import type { Failure } from '../oracle/failure.ts'
import { makeScenario } from '../scenario/makeScenario.ts'
import type { Alphabet, Op } from '../scenario/scenario.ts'
import { shrink } from '../scenario/shrink.ts'
import type { TrackerClass } from './loadProduct.ts'
import { type RunFigures, simulate } from './simulate.ts'

export interface Job {
  seed: number
  alphabet: Alphabet
}

export interface JobResult extends Job {
  failures: Failure[]
  figures: RunFigures
  reached: string[]
  /** What is left of a failing scenario when all that it does not need is gone. */
  shrunk: Op[] | null
}

export async function runJob(job: Job, Tracker: TrackerClass, shrinks: boolean): Promise<JobResult> {
  const scenario = makeScenario(job.seed, job.alphabet)
  const result = await simulate(scenario, Tracker)
  const check = result.failures[0]?.check
  if (check === undefined || !shrinks) return { ...job, ...result, shrunk: null }
  const fails = async (smaller: typeof scenario) =>
    (await simulate(smaller, Tracker)).failures.some(failure => failure.check === check)
  const smallest = await shrink(scenario, fails)
  return { ...job, ...result, shrunk: smallest.ops }
}
