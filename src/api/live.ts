import { askTracker } from './askTracker.ts'
import { authenticate } from './authenticate.ts'
import type { Call } from './call.ts'
import { Refusal } from './refusal.ts'
import { SESSION_EXPIRY_HEADER } from './trackerStub.ts'

export async function live(call: Call): Promise<object> {
  const signedIn = await authenticate(call)
  if (signedIn instanceof Refusal) return signedIn
  if (call.request.headers.get('upgrade')?.toLowerCase() !== 'websocket') {
    return new Refusal(426, 'upgrade_required', 'This address speaks WebSocket only.', { upgrade: 'websocket' })
  }
  const headers = new Headers(call.request.headers)
  headers.delete(SESSION_EXPIRY_HEADER)
  return askTracker(call, tracker => tracker.fetch(new Request(call.request, { headers })))
}
