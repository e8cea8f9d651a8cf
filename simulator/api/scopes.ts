import { jsonAnswer, Refusal } from './answer.ts'

/** What an admin key may be allowed; it may have any of them alone. */
export const SCOPES = ['api.usage.read', 'api.management.read', 'api.management.write'] as const
export type Scope = (typeof SCOPES)[number]

export function scopeFor({ method, pathname }: { method: string; pathname: string }): Scope {
  if (/^\/v1\/organization\/(usage|costs)/.test(pathname)) return 'api.usage.read'
  return method === 'GET' ? 'api.management.read' : 'api.management.write'
}

export function checkScope(scopes: ReadonlySet<Scope>, needed: Scope): void {
  if (!scopes.has(needed)) throw new Refusal(missingScope(needed))
}

/** With the bare string as `error` that readers of the real API have met. */
export function missingScope(scope: Scope) {
  return jsonAnswer(403, { error: `You have insufficient permissions for this operation. Missing scopes: ${scope}.` })
}
