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
  /** True: it tells at its end which fault handlers ran. */
  watches: boolean
}

export type WorkerMessage = 'ready' | { result: JobResult } | { job: Job; error: string } | { reach: Reach | null }

const say = (message: WorkerMessage) => parentPort?.postMessage(message)
const { plant, shrinks, watches } = workerData as WorkerSetup
const reachNow = watches ? await watchReach() : async () => null
installStandIns()
const Tracker = await loadProduct(plant === null ? null : plantNamed(plant))
parentPort?.on('message', (job: Job | 'end') => {
  if (job === 'end') return void reachNow().then(reach => say({ reach }))
  runJob(job, Tracker, shrinks).then(
    result => say({ result }),
    error => say({ job, error: error instanceof Error ? `${error.stack}` : String(error) }),
  )
})
say('ready')
