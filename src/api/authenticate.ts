import type { Secret } from '../secret.ts'
import type { Call } from './call.ts'
import { isToken } from './isToken.ts'
import { Refusal } from './refusal.ts'

/** Who was let in, by what, and until when (Unix seconds; null: no end). */
export interface SignedIn {
  by: 'open' | 'bearer' | 'session' | 'access'
  expiresAt: number | null
}

/** Decided here, before the object is touched, so that strangers cost no object request. */
export async function authenticate(call: Call): Promise<SignedIn | Refusal> {
  const { auth } = call.config
  switch (auth.mode) {
    case 'open':
      return { by: 'open', expiresAt: null }
    case 'locked':
      return new Refusal(503, 'auth_not_configured', `${auth.reason}.`)
    case 'access':
      return unauthorized('Cloudflare Access is not supported yet.')
    case 'token':
      return byToken(call, auth.token)
  }
}

async function byToken(call: Call, token: Secret): Promise<SignedIn | Refusal> {
  const header = call.request.headers.get('authorization')
  if (header === null) return unauthorized('Send the API token as Authorization: Bearer, or sign in on the dashboard.')
  const presented = /^Bearer +(\S+)$/i.exec(header)?.[1]
  if (presented !== undefined && (await isToken(presented, token))) return { by: 'bearer', expiresAt: null }
  return unauthorized('The API token is wrong; it must be the value of API_TOKEN.')
}

export function unauthorized(detail: string): Refusal {
  return new Refusal(401, 'unauthorized', detail, { 'www-authenticate': 'Bearer' })
}
