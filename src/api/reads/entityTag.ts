import { createHash } from 'node:crypto'

const TAG_CHARS = 32
const TAG = /(?:W\/)?("[^"]*")/g

/** A strong entity tag (RFC 9110, 8.8.3): the same for the same text, whoever makes it, in whichever isolate. */
export function entityTag(text: string): string {
  return `"${createHash('sha256').update(text).digest('hex').slice(0, TAG_CHARS)}"`
}

/**
 * What `If-None-Match` says of a tag (RFC 9110, 13.1.2): `*`, or a list in which it stands. Compared weakly: what compresses an
 * answer on its way makes its tag weak.
 */
export function isNoneMatch(header: string, tag: string): boolean {
  if (header.trim() === '*') return true
  return [...header.matchAll(TAG)].some(([, opaque]) => opaque === tag)
}
