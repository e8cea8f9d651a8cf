import { trackerOf } from '../rpc/trackerOf.ts'
import type { TrackerStub } from '../rpc/trackerStub.ts'
import type { Call } from './call.ts'

/** The object could not be reached; the request may or may not have arrived. */
export class TrackerUnavailable extends Error {
  override readonly name = 'TrackerUnavailable'
}

/**
 * Asks the object. Reads are asked once more when the platform says that this may help; anything that acts is not,
 * because the first try may have done it.
 */
export async function askTracker<T>(call: Call, ask: (tracker: TrackerStub) => Promise<T>): Promise<T> {
  const attempt = () => ask(trackerOf(call.env, call.config.locationHint))
  try {
    return await attempt()
  } catch (error) {
    const trouble = troubleOf(error)
    if (trouble === 'own_fault') throw error
    if (trouble === 'overloaded' || !isRead(call)) throw new TrackerUnavailable(trouble, { cause: error })
  }
  try {
    return await attempt()
  } catch (error) {
    throw troubleOf(error) === 'own_fault' ? error : new TrackerUnavailable('disconnected twice', { cause: error })
  }
}

function isRead({ request: { method } }: Call): boolean {
  return method === 'GET' || method === 'HEAD'
}

/** Properties that the platform sets on what a stub throws; retrying an overloaded object only adds to its load. */
export function troubleOf(error: unknown): 'overloaded' | 'disconnected' | 'own_fault' {
  if (typeof error !== 'object' || error === null) return 'own_fault'
  const marks = error as { overloaded?: unknown; retryable?: unknown; durableObjectReset?: unknown }
  if (marks.overloaded === true) return 'overloaded'
  return marks.retryable === true || marks.durableObjectReset === true ? 'disconnected' : 'own_fault'
}
