import { SESSION_EXPIRY_HEADER, SESSION_ID_HEADER } from '../rpc/trackerStub.ts'
import { askTracker } from './askTracker.ts'
import { authenticate, notSignedIn, type SignedIn } from './auth/authenticate.ts'
import { senderOf } from './auth/crossSite.ts'
import { isLiveOrigin, refusedCloseCode } from './auth/liveOrigin.ts'
import type { Call } from './call.ts'
import { Refusal } from './refusal.ts'

/**
 * The WebSocket. A refused page sees nothing of an HTTP status (only close 1006, as if the link were lost), so a browser
 * is let in and closed at once with a code that tells why; the object is not asked. Programs, which send no Origin, get
 * the problem itself.
 */
export async function live(call: Call): Promise<object> {
  const signedIn = await authenticate(call)
  const by = signedIn instanceof Refusal ? null : signedIn.by
  const { auth, corsOrigins } = call.config
  const fits = isLiveOrigin(senderOf(call), { by, auth, corsOrigins })
  if (signedIn instanceof Refusal) return refused(call, signedIn, fits)
  if (!isUpgrade(call.request)) return upgradeRequired()
  if (!fits) return refused(call, foreignOrigin(), fits)
  const answer = await askTracker(call, tracker => tracker.fetch(upgradeRequest(call.request.url, signedIn)))
  // The object knows of a session that has just ended; it refuses nothing else.
  return answer.status === 101 ? answer : refused(call, notSignedIn(), fits)
}

function refused({ request }: Call, refusal: Refusal, originFits: boolean): object {
  if (!isUpgrade(request) || !request.headers.has('origin')) return refusal
  const { 0: client, 1: server } = new WebSocketPair()
  server.accept()
  server.close(refusedCloseCode(refusal, originFits), refusal.code)
  return new Response(null, { status: 101, webSocket: client })
}

function isUpgrade({ method, headers }: Request): boolean {
  return method === 'GET' && headers.get('upgrade')?.toLowerCase() === 'websocket'
}

/** Made anew, so that neither the client's cookie and token nor a forged expiry reach the object. */
function upgradeRequest(url: string, { expiresAt, sessionId }: SignedIn): Request {
  const headers = new Headers({ upgrade: 'websocket' })
  if (expiresAt !== null) headers.set(SESSION_EXPIRY_HEADER, String(expiresAt))
  if (sessionId !== null) headers.set(SESSION_ID_HEADER, sessionId)
  return new Request(url, { headers })
}

function foreignOrigin(): Refusal {
  const detail =
    "A sign-in by cookie opens the live link only from the tracker's own page or an origin in CORS_ORIGINS."
  return new Refusal(403, 'origin_not_allowed', detail)
}

function upgradeRequired(): Refusal {
  const headers = { upgrade: 'websocket', connection: 'Upgrade' }
  return new Refusal(
    426,
    'upgrade_required',
    'This address speaks WebSocket only; open it as ws:// or wss://.',
    headers,
  )
}
