import type { VarReader } from './varReader.ts'

export const PUBLIC_VARS = ['PUBLIC_URL'] as const

const LOOPBACK = /^(localhost|127(?:\.\d{1,3}){3}|\[::1\])$/

/** The dashboard's address as people open it, for links in messages; null where there is none. */
export function readPublicUrl(vars: VarReader<(typeof PUBLIC_VARS)[number]>): string | null {
  return vars.read(
    {
      name: 'PUBLIC_URL',
      parse: parsePublicUrl,
      fallback: null,
      wanted: 'the address of the dashboard: https://, without user name, query or fragment',
    },
    vars.unquoted('PUBLIC_URL'),
  )
}

function parsePublicUrl(text: string): string | null {
  if (!URL.canParse(text)) return null
  const { protocol, hostname, username, password, search, hash, href } = new URL(text)
  const isSafe = protocol === 'https:' || (protocol === 'http:' && LOOPBACK.test(hostname))
  return isSafe && username + password + search + hash === '' ? href : null
}
