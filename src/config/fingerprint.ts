import { createHash } from 'node:crypto'

const FINGERPRINT_CHARS = 12

/**
 * Twelve hexadecimal characters that change with any part. Parts are told apart by their place, and a secret among
 * them (revealed) goes in whole: of a hash over all nobody gets the secret back.
 */
export function fingerprint(parts: readonly (string | null | readonly string[])[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, FINGERPRINT_CHARS)
}
