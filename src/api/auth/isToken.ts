import type { Secret } from '../../secret.ts'

/** Compares digests, which have one length: timingSafeEqual throws on unequal lengths and would tell the token's. */
export async function isToken(presented: string, token: Secret): Promise<boolean> {
  const [a, b] = await Promise.all([digest(presented), digest(token.reveal())])
  return crypto.subtle.timingSafeEqual(a, b)
}

function digest(text: string): Promise<ArrayBuffer> {
  return crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))
}
