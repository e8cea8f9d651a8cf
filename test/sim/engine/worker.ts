import { parentPort, workerData } from 'node:worker_threads'
import { plantNamed } from '../planted/plants.ts'
import { type Job, runJob } from './job.ts'
import { loadProduct } from './loadProduct.ts'
import { installStandIns } from './standIns.ts'

// One product in one thread, planted or not: modules are loaded once, so every plant needs a thread of its own.

export interface WorkerSetup {
  plant: string | null
  shrinks: boolean
}

const { plant, shrinks } = workerData as WorkerSetup
installStandIns()
const Tracker = await loadProduct(plant === null ? null : plantNamed(plant))
parentPort?.on('message', (job: Job) => {
  void runJob(job, Tracker, shrinks)
    .catch(error => ({ job, error: error instanceof Error ? `${error.stack}` : String(error) }))
    .then(result => parentPort?.postMessage(result))
})
parentPort?.postMessage('ready')
