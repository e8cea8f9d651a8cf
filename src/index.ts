import { handleRequest } from './api/handleRequest.ts'
import type { Env } from './rpc/env.ts'
import { TRACKER_NAME } from './rpc/trackerStub.ts'

export { UsageTracker } from './tracker/usageTracker.ts'

export default {
  fetch: (request, env, ctx) => handleRequest(request, env, ctx),
  /** The watchdog: the object's alarm is the scheduler, this only re-arms one that was lost. */
  scheduled: async (_controller, env) => env.USAGE_TRACKER.getByName(TRACKER_NAME).watch(),
} satisfies ExportedHandler<Env>
