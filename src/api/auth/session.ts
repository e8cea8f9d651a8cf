import * as v from 'valibot'
import type { SessionView } from '../../wire.ts'
import { askTracker } from '../askTracker.ts'
import { type Call, nowSeconds } from '../call.ts'
import { readShortText } from '../readShortText.ts'
import { badRequest, Refusal, retryAfter } from '../refusal.ts'
import { Reply } from '../reply.ts'
import { authenticate, sessionOf, slowDown, unauthorized } from './authenticate.ts'
import { crossSiteRefusal, isCrossSite, senderOf } from './crossSite.ts'
import { isToken } from './isToken.ts'
import { clearSessionCookie, setSessionCookie } from './sessionCookie.ts'
import { issueSession } from './sessionToken.ts'

// The dashboard's sign-in: the token is sent once and traded for a cookie that scripts cannot read. Public routes, with
// nothing in the answers but whether the asker is signed in.

export const MOST_BODY_BYTES = 1024
export const Credentials = v.object({ token: v.string() })

export async function readSessionView(call: Call): Promise<SessionView> {
  const { mode } = call.config.auth
  const signedIn = await authenticate(call)
  if (!(signedIn instanceof Refusal)) return { auth_mode: mode, authenticated: true, expires_at: signedIn.expiresAt }
  const view: SessionView = { auth_mode: mode, authenticated: false, expires_at: null }
  return mode === 'locked' ? { ...view, detail: signedIn.detail } : view
}

export async function signIn(call: Call): Promise<object> {
  // Listed origins may act, but their pages must not ask for this site's password.
  if (isCrossSite(senderOf(call))) return crossSiteRefusal()
  const { auth } = call.config
  if (auth.mode === 'locked') return authenticate(call)
  if (auth.mode !== 'token') {
    const detail = `Sessions belong to AUTH_MODE token; here it is ${auth.mode}, and there is nothing to sign in to.`
    return new Refusal(409, 'session_not_used', detail)
  }
  const presented = await presentedToken(call.request)
  if (presented instanceof Refusal) return presented
  if (!isToken(presented, auth.token)) return wrongToken(call)
  const { value, session } = await issueSession(auth.token, nowSeconds(call))
  const view: SessionView = { auth_mode: 'token', authenticated: true, expires_at: session.expiresAt }
  return Reply.json(view, { headers: { 'set-cookie': setSessionCookie(value, call.url.protocol) } })
}

export async function signOut(call: Call): Promise<object> {
  const { auth } = call.config
  const session = auth.mode === 'token' ? await sessionOf(call, auth.token) : null
  if (session !== null) {
    await askTracker(call, tracker => tracker.endSession(session.id, session.expiresAt))
    call.isolate.endedSessions.forget()
  }
  const view: SessionView = { auth_mode: auth.mode, authenticated: auth.mode === 'open', expires_at: null }
  return Reply.json(view, { headers: { 'set-cookie': clearSessionCookie(call.url.protocol) } })
}

async function presentedToken(request: Request): Promise<string | Refusal> {
  const text = await readShortText(request.body, MOST_BODY_BYTES)
  if (text === null) return new Refusal(413, 'body_too_large', `The body has more than ${MOST_BODY_BYTES} bytes.`)
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), Credentials), text)
  return parsed.success ? parsed.output.token.trim() : badRequest('The body must be JSON like {"token":"<API_TOKEN>"}.')
}

async function wrongToken(call: Call): Promise<Refusal> {
  const { retryAfterSeconds } = await slowDown(call)
  if (retryAfterSeconds === null) return unauthorized('The API token is wrong; it must be the value of API_TOKEN.')
  const detail = `Too many wrong tokens. Try again in ${retryAfterSeconds} s; the right one is taken at any time.`
  return new Refusal(429, 'too_many_tries', detail, retryAfter(retryAfterSeconds))
}
