import { handleRequest } from './api/handleRequest.ts'
import { isolateOf } from './api/isolate.ts'
import type { Env } from './rpc/env.ts'
import { trackerOf } from './rpc/trackerOf.ts'

export { UsageTracker } from './tracker/usageTracker.ts'

export default {
  fetch: (request, env, ctx) => handleRequest(request, env, ctx),
  /** The watchdog: the object's alarm is the scheduler, this only re-arms one that was lost. */
  scheduled: async (_controller, env) => trackerOf(env, isolateOf(env).config.locationHint).watch(),
} satisfies ExportedHandler<Env>
