import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import { type Job, type JobResult, jobName } from './job.ts'
import type { Reach } from './reach.ts'
import type { WorkerMessage, WorkerSetup } from './worker.ts'

const THREADS = 2

/** Runs all jobs on two threads and hands over each result as it comes. `enough` ends the run early. */
export async function runJobs(
  jobs: readonly Job[],
  setup: WorkerSetup,
  onResult: (result: JobResult) => void,
  enough: () => boolean = () => false,
): Promise<Reach> {
  const left = [...jobs]
  const threads = Array.from({ length: Math.min(THREADS, jobs.length) }, () =>
    runThread(setup, () => (enough() ? null : (left.shift() ?? null)), onResult),
  )
  const reaches = await Promise.all(threads)
  const reached = new Set(reaches.flatMap(reach => reach?.reached ?? []))
  const missed = new Set(reaches.flatMap(reach => reach?.missed ?? []).filter(place => !reached.has(place)))
  return { reached: [...reached], missed: [...missed] }
}

function runThread(
  setup: WorkerSetup,
  next: () => Job | null,
  onResult: (result: JobResult) => void,
): Promise<Reach | null> {
  const worker = new Worker(fileURLToPath(new URL('./worker.ts', import.meta.url).href), {
    workerData: setup,
    execArgv: ['--disable-warning=ExperimentalWarning'],
  })
  return new Promise((resolve, reject) => {
    worker.on('error', reject)
    worker.on('message', (message: WorkerMessage) => {
      if (message !== 'ready' && 'error' in message) {
        reject(new Error(`${jobName(message.job)}: ${message.error}`))
      } else if (message !== 'ready' && 'reach' in message) {
        void worker.terminate().then(() => resolve(message.reach))
      } else {
        if (message !== 'ready') onResult(message.result)
        worker.postMessage(next() ?? 'end')
      }
    })
  })
}
