import { trackerOf } from '../rpc/trackerOf.ts'
import type { Call } from './call.ts'
import { logFault } from './logFault.ts'

/** Often enough to mend a lost alarm soon, seldom enough that a busy page does not pay an object request for each of its own. */
export const WATCH_EVERY_MS = 30_000

/** Each request is a watchdog: it asks the object to look after its alarm, without waiting for the answer. */
export function watchTracker(call: Call): void {
  if (call.now - call.isolate.watchedAt < WATCH_EVERY_MS) return
  call.isolate.watchedAt = call.now
  call.ctx.waitUntil(watch(call))
}

async function watch(call: Call): Promise<void> {
  try {
    await trackerOf(call.env, call.config.locationHint).watch()
  } catch (error) {
    logFault(call, 'watch_failed', error)
  }
}
