import { HistoryUnavailable } from '../history/historyUnavailable.ts'
import { TrackerUnavailable } from './askTracker.ts'
import type { Call } from './call.ts'
import { logFault } from './logFault.ts'
import { Refusal, retryAfter } from './refusal.ts'
import { storageTrouble } from './storageTrouble.ts'

const TRY_AGAIN_SECONDS = 5
const STORAGE_TRY_AGAIN_SECONDS = 30
const HISTORY_TRY_AGAIN_SECONDS = 30

/** What was thrown, as an answer. Only what we know is explained; the rest is logged under an id, and told nobody. */
export function refusalFor(error: unknown, call: Call): Refusal {
  if (error instanceof HistoryUnavailable) {
    if (error.reason === 'needs_migration') return needsMigration()
    logFault(call, 'history_unavailable', error)
    const detail = 'The history database (D1) does not answer; live numbers and alerts go on. Try again shortly.'
    return new Refusal(503, 'history_unavailable', detail, retryAfter(HISTORY_TRY_AGAIN_SECONDS))
  }
  const thrown = error instanceof TrackerUnavailable ? error.cause : error
  const trouble = storageTrouble(thrown)
  if (trouble !== null) {
    logFault(call, 'storage_failed', thrown)
    return storageFailed(trouble)
  }
  if (error instanceof TrackerUnavailable) {
    logFault(call, 'tracker_unavailable', error.cause)
    const detail = 'The tracker is restarting or overloaded. Try again shortly.'
    return new Refusal(503, 'tracker_unavailable', detail, retryAfter(TRY_AGAIN_SECONDS))
  }
  const requestId = crypto.randomUUID()
  logFault(call, 'request_failed', error, requestId)
  const detail = `Something went wrong here; it is in the Worker's log (npm run tail) as request ${requestId}.`
  return new Refusal(500, 'internal', detail, { 'x-request-id': requestId })
}

function storageFailed(trouble: string): Refusal {
  const detail =
    `The tracker's storage ${trouble}. What it has acknowledged is kept. Make room, or make it writable and restart it ` +
    '(locally that is the folder of --persist-to, else .wrangler); then it polls, alerts and answers again by itself.'
  return new Refusal(503, 'storage_failed', detail, retryAfter(STORAGE_TRY_AGAIN_SECONDS))
}

function needsMigration(): Refusal {
  const detail =
    'The history database (D1) has no tables yet. Run `npm run db:migrate` for the deployed tracker, or ' +
    '`npm run db:migrate:local` for a local one. Polling, alerts and live numbers work meanwhile.'
  return new Refusal(503, 'history_needs_migration', detail)
}
