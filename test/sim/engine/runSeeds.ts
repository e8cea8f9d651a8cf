import { type Job, type JobResult, jobName } from './job.ts'
import { runJobs } from './runJobs.ts'
import type { RunFigures } from './simulate.ts'

/** A long run says now and then how far it is. */
const SAID_EVERY = 2_000

export interface Ran {
  passed: number
  failed: number
}

/** Simulates every job and says for each failure what broke, by what, and how to see it again. */
export async function runSeeds(name: string, jobs: readonly Job[], plant: string | null, shrinks = true): Promise<Ran> {
  const startedAt = performance.now()
  const ran: Ran = { passed: 0, failed: 0 }
  const sums: Partial<RunFigures> = {}
  await runJobs(jobs, { plant, shrinks, watches: false }, result => {
    for (const [name, value] of Object.entries(result.figures) as [keyof RunFigures, number][]) {
      sums[name] = (sums[name] ?? 0) + value
    }
    if (result.failures.length === 0) ran.passed++
    else {
      ran.failed++
      console.log(report(result))
    }
    const done = ran.passed + ran.failed
    if (done % SAID_EVERY === 0) console.log(`${name}: ${done} of ${jobs.length} runs, ${ran.failed} failed`)
  })
  const figures = Object.entries(sums).map(([name, value]) => `${Math.round(value)} ${name}`)
  console.log(
    `${name}: ${jobs.length} runs, ${figures.join(', ')}, in ${Math.round((performance.now() - startedAt) / 1000)} s`,
  )
  return ran
}

function report({ job, failures, shrunk }: JobResult): string {
  return [
    `FAILED ${jobName(job)}`,
    ...failures.map(({ check, detail }) => `  ${check}: ${detail.slice(0, 700)}`),
    ...(shrunk === null ? [] : [`  still fails with only: ${shrunk.map(op => JSON.stringify(op)).join(' ')}`]),
    `  again: npm run test:sim -- ${jobName(job)}`,
  ].join('\n')
}
