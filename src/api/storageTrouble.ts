/** SQLite's own names for what the platform then says of the object, or of D1, and what it means to whoever runs this. */
const TROUBLES: readonly (readonly [name: RegExp, words: string])[] = [
  [/\bSQLITE_FULL\b/, 'is full'],
  [/\bSQLITE_READONLY/, 'is read-only'],
  [/\bSQLITE_(IOERR|CANTOPEN)/, 'cannot be read or written'],
]

/**
 * What is wrong with the storage, when that is what was thrown; else null. The platform ends an object whose write failed
 * before anything of it is told, so nothing false is shown: nothing can be.
 */
export function storageTrouble(error: unknown): string | null {
  const text = error instanceof Error ? error.message : ''
  return TROUBLES.find(([name]) => name.test(text))?.[1] ?? null
}
