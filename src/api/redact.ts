import type { Vars } from '../config.ts'

const SECRETS = ['OPENAI_ADMIN_KEY', 'API_TOKEN', 'ALERT_WEBHOOK_URL', 'ALERT_WEBHOOK_SECRET'] as const
/** Shorter values would blank out ordinary words; as secrets they are refused anyway. */
const SHORTEST_SECRET = 8

/**
 * Takes the secrets out of a text that is about to be logged: errors of the platform and of libraries may carry
 * anything that they were given.
 */
export function redact(text: string, vars: Vars): string {
  const secrets = SECRETS.flatMap(name => String(vars[name] ?? '').split(/[\s,]+/))
    .filter(secret => secret.length >= SHORTEST_SECRET)
    .sort((a, b) => b.length - a.length)
  return secrets.reduce((rest, secret) => rest.replaceAll(secret, '[redacted]'), text)
}
