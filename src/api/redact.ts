import type { Vars } from '../config/readConfig.ts'
import { withoutQuotes } from '../config/withoutQuotes.ts'

const SECRETS = ['OPENAI_ADMIN_KEY', 'API_TOKEN', 'ALERT_WEBHOOK_URL', 'ALERT_WEBHOOK_SECRET'] as const
/** Shorter values would blank out ordinary words; as secrets they are refused anyway. */
const SHORTEST_SECRET = 8

/**
 * Takes the secrets out of a text that is about to be logged: errors of the platform and of libraries may carry
 * anything that they were given.
 */
export function redact(text: string, vars: Vars): string {
  const secrets = SECRETS.flatMap(name => String(vars[name] ?? '').split(/[\s,]+/))
    // A key in quotes is used without them.
    .flatMap(secret => [secret, withoutQuotes(secret), ...addressIn(secret)])
    .filter(secret => secret.length >= SHORTEST_SECRET)
    .sort((a, b) => b.length - a.length)
  return secrets.reduce((rest, secret) => rest.replaceAll(secret, '[redacted]'), text)
}

/**
 * What a receiver's URL is called where it is used: without the kind before it and the fragment behind it, as a path without the
 * host; and what services want in the body of it: a topic, a key, a chat.
 */
function addressIn(secret: string): string[] {
  const bare = secret.replace(/^\w+\+(?=https?:)/i, '')
  if (!URL.canParse(bare)) return []
  const { href, pathname, search, hash, searchParams } = new URL(bare)
  const last = pathname.split('/').at(-1) ?? ''
  return [bare, href, href.replace(hash, ''), hash, pathname + search, pathname, last, ...searchParams.values()]
}
