import type { Call } from '../call.ts'
import { Refusal } from '../refusal.ts'
import { authenticate, carriesToken } from './authenticate.ts'
import { refuseCrossSite } from './crossSite.ts'

// Who may pass to a handler: each gives a refusal, or nothing where the request may go on.

export async function forOwner(call: Call): Promise<Refusal | undefined> {
  const signedIn = await authenticate(call)
  return signedIn instanceof Refusal ? signedIn : undefined
}

/**
 * For what acts. What a browser adds by itself (a cookie, the sign-in of Access, nothing at all in open mode) counts only from
 * our own pages and the listed ones; for others it is not even looked at, so they cannot learn whether their visitor is signed
 * in. No browser adds a bearer token by itself: whoever sends one is judged by it alone.
 */
export async function forOwnersPages(call: Call): Promise<Refusal | undefined> {
  if (carriesToken(call)) return forOwner(call)
  return refuseCrossSite(call) ?? forOwner(call)
}

/** For signing out: a wrong token keeps nobody from it, and makes no foreign page an own one either. */
export async function forAnyOwnPage(call: Call): Promise<Refusal | undefined> {
  const isBearer = carriesToken(call) && (await forOwner(call)) === undefined
  return isBearer ? undefined : refuseCrossSite(call)
}
