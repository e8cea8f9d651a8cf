import type { Secret } from '../../secret.ts'
import { askTracker } from '../askTracker.ts'
import { type Call, nowSeconds } from '../call.ts'
import { Refusal } from '../refusal.ts'
import type { AccessTeam } from './accessJwt.ts'
import { isToken } from './isToken.ts'
import { sessionFromCookies } from './sessionCookie.ts'
import { readSession, type Session } from './sessionToken.ts'
import { clientOf, type Slowdown } from './wrongTries.ts'

export const ACCESS_HEADER = 'cf-access-jwt-assertion'

/** Who was let in, by what, and until when (Unix seconds; null: no end). */
export interface SignedIn {
  by: 'open' | 'bearer' | 'session' | 'access'
  expiresAt: number | null
  /** Of a sign-in by cookie. */
  sessionId: string | null
}

/** Decided here, before the object is asked for data, so that strangers cost no object request. */
export async function authenticate(call: Call): Promise<SignedIn | Refusal> {
  const { auth } = call.config
  switch (auth.mode) {
    case 'open':
      return { by: 'open', expiresAt: null, sessionId: null }
    case 'locked':
      return new Refusal(503, 'auth_not_configured', `${auth.reason}.`)
    case 'access':
      return byAccess(call, auth)
    case 'token':
      return byToken(call, auth.token)
  }
}

async function byAccess(call: Call, team: AccessTeam): Promise<SignedIn | Refusal> {
  const jwt = call.request.headers.get(ACCESS_HEADER)
  if (jwt === null)
    return unauthorized('Cloudflare Access has not signed this request; open the tracker through Access.')
  // Loaded here, because the library that verifies is large and no other mode needs it.
  const { accessCerts, verifyAccessJwt } = await import('./accessJwt.ts')
  call.isolate.accessCerts ??= accessCerts(team.teamDomain)
  const expiresAt = await verifyAccessJwt(jwt, team, call.isolate.accessCerts, call.now)
  if (expiresAt instanceof Refusal) return expiresAt
  if (expiresAt !== null) return { by: 'access', expiresAt, sessionId: null }
  return unauthorized('The Cloudflare Access token is not valid for this application (signature, audience or time).')
}

async function byToken(call: Call, token: Secret): Promise<SignedIn | Refusal> {
  const header = call.request.headers.get('authorization')
  // A header says more clearly than an old cookie who is asking; a wrong one is not rescued by it.
  if (header === null) return bySession(call, token)
  const presented = /^Bearer +(\S+)$/i.exec(header)?.[1] ?? ''
  if (isToken(presented, token)) return { by: 'bearer', expiresAt: null, sessionId: null }
  await slowDown(call)
  return unauthorized('The API token is wrong; it must be the value of API_TOKEN.')
}

/** True when the request is judged by the token in its header, and by nothing else. */
export function carriesToken({ config, request }: Call): boolean {
  return config.auth.mode === 'token' && request.headers.has('authorization')
}

async function bySession(call: Call, token: Secret): Promise<SignedIn | Refusal> {
  const session = await sessionOf(call, token)
  if (session === null) return notSignedIn()
  const ask = () => askTracker(call, tracker => tracker.endedSessions())
  if (await call.isolate.endedSessions.has(session.id, call.now, ask)) return notSignedIn()
  return { by: 'session', expiresAt: session.expiresAt, sessionId: session.id }
}

/** The session that the request's cookie carries, signed and within its time; it may have been ended since. */
export async function sessionOf(call: Call, token: Secret): Promise<Session | null> {
  const value = sessionFromCookies(call.request.headers.get('cookie'), call.url.protocol)
  return value === null ? null : readSession(value, token, nowSeconds(call))
}

/** To be called for a wrong token only. */
export async function slowDown(call: Call): Promise<Slowdown> {
  const slowdown = call.isolate.wrongTries.count(clientOf(call.request.headers), call.now)
  if (slowdown.waitMs > 0) await call.ports.wait(slowdown.waitMs)
  return slowdown
}

export function notSignedIn(): Refusal {
  return unauthorized('Send the API token as `Authorization: Bearer <API_TOKEN>`, or sign in on the dashboard.')
}

export function unauthorized(detail: string): Refusal {
  return new Refusal(401, 'unauthorized', detail, { 'www-authenticate': 'Bearer' })
}
