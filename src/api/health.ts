import { askTracker } from './askTracker.ts'
import type { Call } from './call.ts'
import { Reply } from './reply.ts'

/** Public probes come often; the object need not answer each of them. */
const READY_CACHE_MS = 5_000

/** The Worker runs; nothing else is in the answer, because anyone may ask. */
export async function health(call: Call): Promise<object> {
  return { status: 'ok', timestamp: call.now }
}

export async function ready(call: Call): Promise<object> {
  const known = call.isolate.ready
  const fresh = known !== null && call.now - known.at < READY_CACHE_MS
  const isReady = fresh ? known.ready : await askReady(call)
  if (!fresh) call.isolate.ready = { at: call.now, ready: isReady }
  return isReady ? { status: 'ready' } : Reply.json({ status: 'blind' }, { status: 503 })
}

/** An object that cannot be asked sees nothing. */
async function askReady(call: Call): Promise<boolean> {
  try {
    return await askTracker(call, tracker => tracker.ready())
  } catch {
    return false
  }
}
