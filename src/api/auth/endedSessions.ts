import { askTracker } from '../askTracker.ts'
import type { Call } from '../call.ts'

/** How long a copy of an ended session's cookie may still be taken by an isolate that did not see the end. */
export const ENDED_FRESH_MS = 30_000

/** Ids of the sessions that were signed out before their time, as the object last told this isolate. */
export interface EndedSessions {
  ids: ReadonlySet<string>
  /** Unix milliseconds. */
  readAt: number
}

/**
 * Whether a session was signed out. The object knows; it is asked once for all sessions, and again when that is no longer
 * fresh, so that a page pays no object request for each of its own. Only sessions by cookie are looked up at all.
 */
export async function isEnded(call: Call, id: string): Promise<boolean> {
  const { isolate, now } = call
  if (now - isolate.endedSessions.readAt >= ENDED_FRESH_MS) {
    const ids = await askTracker(call, tracker => tracker.endedSessions())
    isolate.endedSessions = { ids: new Set(ids), readAt: now }
  }
  return isolate.endedSessions.ids.has(id)
}
