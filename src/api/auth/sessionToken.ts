import type { Secret } from '../../secret.ts'
import { fromBase64Url, toBase64Url } from './base64Url.ts'

// A session is what its cookie says, signed: `v1.<expiry, Unix s>.<random id>.<HMAC-SHA256>`. Only the
// sessions that were ended early are stored, and the API token is not in the cookie. The key is made from the API token:
// whoever rotates the token ends all sessions.

export const SESSION_SECONDS = 12 * 3600
const VERSION = 'v1'
const KEY_PURPOSE = 'openai-usage-tracker session v1'

export interface Session {
  id: string
  expiresAt: number
}

export async function issueSession(token: Secret, nowSeconds: number): Promise<{ value: string; session: Session }> {
  const session = {
    id: toBase64Url(crypto.getRandomValues(new Uint8Array(16))),
    expiresAt: nowSeconds + SESSION_SECONDS,
  }
  const claims = `${VERSION}.${session.expiresAt}.${session.id}`
  const mac = await crypto.subtle.sign('HMAC', await sessionKey(token), bytes(claims))
  return { value: `${claims}.${toBase64Url(new Uint8Array(mac))}`, session }
}

/** Null for anything that this token's key has not signed, and for what has expired. */
export async function readSession(value: string, token: Secret, nowSeconds: number): Promise<Session | null> {
  const [, claims, expiry, id, mac] = /^(v1\.(\d{1,12})\.([\w-]{22}))\.([\w-]{43})$/.exec(value) ?? []
  if (claims === undefined || expiry === undefined || id === undefined || mac === undefined) return null
  const signature = fromBase64Url(mac)
  // `verify` compares in constant time.
  if (!(await crypto.subtle.verify('HMAC', await sessionKey(token), signature, bytes(claims)))) return null
  return Number(expiry) > nowSeconds ? { id, expiresAt: Number(expiry) } : null
}

/** A key of its own purpose, so that a signature made elsewhere with the token is no session. */
async function sessionKey(token: Secret): Promise<CryptoKey> {
  const root = await hmacKey(bytes(token.reveal()))
  return hmacKey(await crypto.subtle.sign('HMAC', root, bytes(KEY_PURPOSE)))
}

function hmacKey(raw: BufferSource): Promise<CryptoKey> {
  return crypto.subtle.importKey('raw', raw, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign', 'verify'])
}

function bytes(text: string) {
  return new TextEncoder().encode(text)
}
