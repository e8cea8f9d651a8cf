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
  enough: (reach: Reach) => boolean = () => false,
): Promise<Reach> {
  const left = [...jobs]
  const [reached, missed] = [new Set<string>(), new Set<string>()]
  const reach = (): Reach => ({ reached: [...reached], missed: [...missed].filter(place => !reached.has(place)) })
  const threads = Array.from({ length: Math.min(THREADS, jobs.length) }, () =>
    runThread(
      setup,
      () => (enough(reach()) ? null : (left.shift() ?? null)),
      (result, ran) => {
        for (const place of ran?.reached ?? []) reached.add(place)
        for (const place of ran?.missed ?? []) missed.add(place)
        onResult(result)
      },
    ),
  )
  await Promise.all(threads)
  return reach()
}

function runThread(
  setup: WorkerSetup,
  next: () => Job | null,
  onResult: (result: JobResult, reach: Reach | null) => void,
): Promise<void> {
  const worker = new Worker(fileURLToPath(new URL('./worker.ts', import.meta.url).href), {
    workerData: setup,
    execArgv: ['--disable-warning=ExperimentalWarning'],
  })
  return new Promise((resolve, reject) => {
    worker.on('error', reject)
    worker.on('message', (message: WorkerMessage) => {
      if (message !== 'ready' && 'error' in message) {
        reject(new Error(`${jobName(message.job)}: ${message.error}`))
        return
      }
      if (message !== 'ready') onResult(message.result, message.reach)
      const job = next()
      if (job === null) void worker.terminate().then(() => resolve())
      else worker.postMessage(job)
    })
  })
}
