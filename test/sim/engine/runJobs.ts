import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import { type Job, type JobResult, jobName } from './job.ts'
import type { WorkerSetup } from './worker.ts'

const THREADS = 2

/** Runs all jobs on two threads and hands over each result as it comes. `enough` ends the run early. */
export async function runJobs(
  jobs: readonly Job[],
  setup: WorkerSetup,
  onResult: (result: JobResult) => void,
  enough: () => boolean = () => false,
): Promise<void> {
  const left = [...jobs]
  await Promise.all(
    Array.from({ length: Math.min(THREADS, jobs.length) }, () => {
      const worker = new Worker(fileURLToPath(new URL('./worker.ts', import.meta.url).href), {
        workerData: setup,
        execArgv: ['--disable-warning=ExperimentalWarning'],
      })
      return new Promise<void>((resolve, reject) => {
        worker.on('error', reject)
        worker.on('message', (message: 'ready' | JobResult | { job: Job; error: string }) => {
          if (message !== 'ready') {
            if ('error' in message) reject(new Error(`${jobName(message.job)}: ${message.error}`))
            else onResult(message)
          }
          const next = enough() ? undefined : left.shift()
          if (next === undefined) void worker.terminate().then(() => resolve())
          else worker.postMessage(next)
        })
      })
    }),
  )
}
