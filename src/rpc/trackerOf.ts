import type { LocationHint } from '../config/readLocationHint.ts'
import type { Env } from './env.ts'
import { TRACKER_NAME, type TrackerStub } from './trackerStub.ts'

/**
 * The one object. A stub that has thrown stays broken, so each try asks for a fresh one
 * (https://developers.cloudflare.com/durable-objects/best-practices/error-handling/).
 * The hint says where it is created; the platform takes no notice of it once it is there.
 */
export function trackerOf(env: Env, locationHint: LocationHint | null): TrackerStub {
  return env.USAGE_TRACKER.getByName(TRACKER_NAME, locationHint === null ? undefined : { locationHint })
}
