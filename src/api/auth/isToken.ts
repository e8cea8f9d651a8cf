import type { Secret } from '../../secret.ts'

interface Compared {
  token: Uint8Array
  /** Room for what is presented, as long as the token, so that both can be compared. */
  presented: Uint8Array
}

const encoder = new TextEncoder()
const compared = new WeakMap<Secret, Compared>()

/** All bytes of the token are compared whatever was presented, so that the time tells nothing of it, its length included. */
export function isToken(presented: string, secret: Secret): boolean {
  const known = compared.get(secret) ?? roomFor(secret)
  // Less than all is read of a longer text, less than all is written of a shorter one: behind it stands what was there before.
  const { read, written } = encoder.encodeInto(presented, known.presented)
  const isEqual = crypto.subtle.timingSafeEqual(known.presented, known.token)
  return isEqual && read === presented.length && written === known.token.byteLength
}

function roomFor(secret: Secret): Compared {
  const token = encoder.encode(secret.reveal())
  const room = { token, presented: new Uint8Array(token.byteLength) }
  compared.set(secret, room)
  return room
}
