export type Refusal = 'signed_out' | 'origin' | 'locked'

/** Null: the connection was lost and is worth trying again. A refused upgrade shows browsers only 1006, so the server
 * accepts and closes with these codes instead. */
export function closeReason(code: number): Refusal | null {
  if (code === 4401) return 'signed_out'
  if (code === 4403) return 'origin'
  if (code === 4503) return 'locked'
  return null
}
