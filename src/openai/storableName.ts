/** Names longer than this are cut: storage keys and answers stay small whatever a project calls itself. */
export const LONGEST_NAME_CHARS = 6000

/**
 * A foreign name or id as it is kept, empty where there is none. Well-formed, because SQLite replaces a lone surrogate and the
 * stored key would differ from the one in memory.
 */
export function storableName(text: string | null | undefined): string {
  if (text === null || text === undefined) return ''
  const whole = text.toWellFormed()
  return whole.length <= LONGEST_NAME_CHARS ? whole : `${whole.slice(0, LONGEST_NAME_CHARS - 1).toWellFormed()}…`
}
