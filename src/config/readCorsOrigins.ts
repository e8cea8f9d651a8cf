import { shownValue } from './shownValue.ts'
import type { VarReader } from './varReader.ts'

export const CORS_VARS = ['CORS_ORIGINS'] as const

/** The exact origins whose pages may read the answers, and `*`. */
export function readCorsOrigins(vars: VarReader<(typeof CORS_VARS)[number]>): string[] {
  const entries = vars.list('CORS_ORIGINS')
  // A password in a URL may have been split at a comma, and half of it looks like a host.
  const tellable = entries.every(entry => !entry.includes('@'))
  return entries.filter((value, index) => {
    // A host with a star parses, and no browser ever sends it.
    const exact = value === '*' || (!value.includes('*') && URL.canParse(value) && new URL(value).origin === value)
    if (!exact) {
      const which = tellable ? ` lists ${shownValue(value)}, which` : `, entry ${index + 1},`
      const message = `CORS_ORIGINS${which} is not an exact origin like https://host; ignored.`
      vars.problem('CORS_ORIGINS', message)
    }
    return exact
  })
}
