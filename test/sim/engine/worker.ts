import { parentPort, workerData } from 'node:worker_threads'
import { plantNamed } from '../planted/plants.ts'
import { type Job, type JobResult, runJob } from './job.ts'
import { loadProduct } from './loadProduct.ts'
import { type Reach, watchReach } from './reach.ts'
import { installStandIns } from './standIns.ts'

// One product in one thread, planted or not: modules are loaded once, so every plant needs a thread of its own.

export interface WorkerSetup {
  plant: string | null
  shrinks: boolean
  /** True: it tells with each result which fault handlers have run by then. */
  watches: boolean
}

export type WorkerMessage = 'ready' | { result: JobResult; reach: Reach | null } | { job: Job; error: string }

const say = (message: WorkerMessage) => parentPort?.postMessage(message)
const { plant, shrinks, watches } = workerData as WorkerSetup
const reachNow = watches ? await watchReach() : async () => null
installStandIns()
const Tracker = await loadProduct(plant === null ? null : plantNamed(plant))
parentPort?.on('message', (job: Job) => {
  runJob(job, Tracker, shrinks).then(
    async result => say({ result, reach: await reachNow() }),
    error => say({ job, error: error instanceof Error ? `${error.stack}` : String(error) }),
  )
})
say('ready')
